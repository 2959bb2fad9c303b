"""The first hour of an organisation: what to do first, each step seen to be done from what is kept."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import current_app, url_for
from flask_babel import lazy_gettext as _l

from campaign.accounts import queries as accounts
from campaign.accounts.guards import may
from campaign.accounts.models import Account
from campaign.accounts.permissions import Permission
from campaign.partners.models import Organisation
from campaign.petitions.models import Petition
from campaign.petitions.queries.dashboard import with_an_official_count, with_codes_of_their_own
from campaign.petitions.queries.petitions import carried_by
from campaign.petitions.rules.coalition import CARRYING

BEGIN = "petitions_workspace.new_page"
COUNTS = "petitions_workspace.counts"


@dataclass(frozen=True)
class Step:
    """A step of the first hour: what to do, why or for whom, where, and whether it is done. `sample_at`
    is where the sample petition is copied, on the one step that offers it."""

    label: Any
    why: Any
    address: str
    is_done: bool
    sample_at: str = ""


@dataclass(frozen=True)
class _Known:
    """What is kept about the organisations of somebody."""

    members: dict[int, int]
    coordinators: dict[int, int]
    petitions: Sequence[Petition]
    with_codes: Collection[int] = field(default_factory=set)
    with_counts: Collection[int] = field(default_factory=set)

    def of(self, organisation: Organisation) -> list[Petition]:
        """The petitions that this organisation carries, the newest last."""
        return sorted(
            (
                petition
                for petition in self.petitions
                if any(
                    part.organisation_id == organisation.id and part.role in CARRYING
                    for part in petition.carriers
                )
            ),
            key=lambda petition: petition.id,
        )


def first_hour(account: Account, organisations: Sequence[Organisation]) -> list[Step]:
    """The first steps, as far as they can be seen to be done; none once all are."""
    steps = [_factor_step(account)]
    if account.has_second_factor:
        steps.append(
            Step(
                _l("Print your recovery codes"),
                _l("They open the door on the day your phone is lost."),
                url_for("accounts.account_page"),
                accounts.recovery_codes_left(account.id) > 2,
            )
        )
    mine = [each for each in organisations if may(Permission.PETITION_EDIT, [each.id])]
    known = _known(mine) if mine else None
    for organisation in mine:
        assert known is not None
        steps += _steps_of(organisation, known)
    return [] if all(step.is_done for step in steps) else steps


def _known(organisations: Sequence[Organisation]) -> _Known:
    ids = [each.id for each in organisations]
    petitions = carried_by(ids)
    petition_ids = [petition.id for petition in petitions]
    return _Known(
        accounts.member_counts(ids),
        accounts.coordinator_counts(ids),
        petitions,
        with_codes_of_their_own(petition_ids),
        with_an_official_count(petition_ids),
    )


def _factor_step(account: Account) -> Step:
    return Step(
        _l("Set up a second proof"),
        _l(
            "A password can be guessed or seen over a shoulder. Roles that see people’s details need both."
        ),
        url_for("accounts.app_page"),
        account.has_second_factor,
    )


def _steps_of(organisation: Organisation, known: _Known) -> Iterator[Step]:
    if may(Permission.ORGANISATION_INVITE, [organisation.id]):
        yield from _steps_about_people(organisation, known)
    yield from _steps_about_petitions(organisation, known)


def _steps_about_people(organisation: Organisation, known: _Known) -> Iterator[Step]:
    here = url_for("workspace.organisation", slug=organisation.slug)
    yield Step(
        _l("Say who you are and where people can write to you"),
        organisation.name,
        url_for("workspace.edit_organisation_page", slug=organisation.slug),
        bool(organisation.contact_email),
    )
    yield Step(
        _l("Invite a colleague"),
        organisation.name,
        here,
        known.members.get(organisation.id, 0) > 1,
    )
    yield Step(
        _l("Invite a second coordinator, so that nothing hangs on one person"),
        organisation.name,
        here,
        known.coordinators.get(organisation.id, 0) > 1,
    )


def _steps_about_petitions(organisation: Organisation, known: _Known) -> Iterator[Step]:
    petitions = known.of(organisation)
    yield Step(
        _l("Write your first petition, or copy the sample and change its words"),
        organisation.name,
        _begin_at(organisation),
        bool(petitions),
        sample_at=url_for("workspace.copy_sample", slug=organisation.slug),
    )
    if not petitions:
        return
    slug, here = petitions[-1].slug, [organisation.id]
    if may(Permission.MARGIN_SET, here):
        yield Step(
            _l("Say how far beyond the minimum you aim, and why"),
            _l("Authorities refuse some signatures, so the minimum alone is too few."),
            url_for("petitions_workspace.margin_page", slug=slug),
            any(petition.margin_reason for petition in petitions),
        )
    yield Step(
        _l("Print a code for your first stand or poster"),
        _l("Then you see what each place brings, and no two stands need to quarrel over it."),
        url_for("petitions_workspace.codes", slug=slug),
        any(petition.id in known.with_codes for petition in petitions),
    )
    if COUNTS in current_app.view_functions:
        yield Step(
            _l("Note the first official count"),
            _l("What the authority’s own platform or paper shows: only that counts in law."),
            url_for(COUNTS, slug=slug),
            any(petition.id in known.with_counts for petition in petitions),
        )


def _begin_at(organisation: Organisation) -> str:
    if BEGIN in current_app.view_functions:
        return url_for(BEGIN)
    return url_for("workspace.organisation", slug=organisation.slug, _anchor="petitions")
