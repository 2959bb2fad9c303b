"""Whatever people do, and whenever: the own page of each tells exactly the files that hold them, and the
list of lines to remove names exactly those who should not be in copies any more."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaign.accounts.permissions import Role
from campaign.consents.operations import keep_receipt
from campaign.consents.queries import latest_text, standing_yes
from campaign.core.db import db, transaction
from campaign.partners.models import Organisation
from campaign.petitions import jobs
from campaign.petitions.models import Signature
from campaign.petitions.operations import exporting, taking_back
from campaign.petitions.queries.exporting import given_to
from campaign.petitions.queries.signatures import by_ref
from campaign.petitions.rules.exporting import ExportOverError, ExportState
from tests.databases import Database
from tests.factories.accounts import make_account
from tests.factories.exports import ask, export_of, lead, make_yes, sheets_of, take
from tests.factories.petitions import NOON, make_confirmed, make_petition

pytestmark = pytest.mark.usefixtures("clock")
SLUG = "clear-criteria"
ACTS = ("yes", "no", "later_yes", "stop", "withdraw", "erase", "invalidate", "reinstate",
        "ask", "part", "part", "take", "take", "end")  # fmt: skip

# Lists that were prepared, or taken once already, before chance has its way.
READY = ("yes", "yes", "yes", "ask", "part")
STARTS: tuple[tuple[str, ...], ...] = ((), READY, (*READY, "take"))


@dataclass
class World:
    """What really left the site, beside what the site says of it."""

    officer: str
    organisation: Organisation
    consent_text_id: int
    refs: list[bytes] = field(default_factory=list)
    addresses: dict[bytes, str] = field(default_factory=dict)
    exports: list[int] = field(default_factory=list)
    # By list: address → its line, over every time that it was taken.
    left: dict[int, dict[str, str]] = field(default_factory=dict)
    minute: int = 0

    @property
    def now(self) -> Any:
        return NOON + timedelta(minutes=self.minute)

    def sign(self, *, is_yes: bool) -> None:
        email = f"p{len(self.refs)}@example.org"
        made = (
            make_yes(email, now=self.now) if is_yes else make_confirmed(email=email, now=self.now)
        )
        self.refs.append(made.ref)
        self.addresses[made.ref] = email

    def person(self, choice: int) -> Signature | None:
        db.session.rollback()
        return by_ref(self.refs[choice % len(self.refs)]) if self.refs else None


def act(world: World, name: str, choice: int) -> None:
    """One act, at a minute of its own."""
    world.minute += 1
    if name in {"yes", "no"}:
        world.sign(is_yes=name == "yes")
    elif name in {"ask", "part", "take", "end"}:
        work(world, name, choice)
    elif (found := world.person(choice)) is not None:
        change(world, found, name)


def change(world: World, found: Signature, name: str) -> None:
    now, organisation_id = world.now, world.organisation.id
    with transaction():
        if name == "stop":
            taking_back.stop_updates(found.ref, organisation_id, now=now)
        elif name == "withdraw":
            taking_back.withdraw(found, now=now)
        elif name == "erase":
            taking_back.erase(found, never_write=False, now=now)
        elif name == "invalidate":
            taking_back.invalidate(found, now=now)
        elif name == "reinstate" and found.state == "invalidated":
            db.session.get_one(Signature, found.id).state = "confirmed"
        elif name == "later_yes" and found.state == "confirmed" and not standing_yes(found.ref):
            keep_receipt(
                signature_ref=found.ref, consent_text_id=world.consent_text_id,
                organisation_id=organisation_id, decision="yes", now=now,
            )  # fmt: skip


def work(world: World, name: str, choice: int) -> None:
    if name == "ask":
        number = ask(world.officer, now=world.now).id
        world.exports += [] if number in world.exports else [number]
    elif name == "part":
        jobs.advance_exports(world.now)
    elif world.exports:
        number = world.exports[choice % len(world.exports)]
        if name == "end":
            with transaction():
                exporting.erase_export(export_id=number, actor="test", now=world.now)
            return
        try:
            content = take(number, world.officer, now=world.now)
        except ExportOverError:
            assert export_of(number).state != ExportState.READY
            return
        lines = next(iter(sheets_of(content).values()))
        check_only_yes_sayers(world, {line[3] for line in lines})
        world.left.setdefault(number, {}).update({line[3]: line[0] for line in lines})


def check_only_yes_sayers(world: World, addresses: set[str]) -> None:
    """At the moment a file leaves, nobody is in it who does not say yes."""
    db.session.rollback()
    for ref, address in world.addresses.items():
        if address in addresses:
            assert world.organisation.id in {
                receipt.organisation_id for receipt, _ in standing_yes(ref)
            }


def check(world: World) -> None:
    """What the site says is what happened."""
    for ref, address in world.addresses.items():
        found = by_ref(ref)
        if found is not None and found.email_key is not None:
            told = {export.id for export in given_to(found)}
            assert told == {number for number, people in world.left.items() if address in people}
    number = ask(world.officer, now=world.now).id
    while jobs.advance_exports(world.now):
        pass
    lines, removals = sheets_of(take(number, world.officer, now=world.now)).values()
    here = {line[3] for line in lines}
    said = {line[0] for line in removals}
    should = {
        line
        for people in world.left.values()
        for address, line in people.items()
        if address not in here
    }
    assert said == should


@pytest.mark.filterwarnings("ignore")
@given(
    st.sampled_from(STARTS),
    st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 3)), min_size=3, max_size=16),
)
@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_each_is_told_exactly_what_left_and_each_copy_whom_to_remove(
    app: object, database: Database, start: tuple[str, ...], acts: list[tuple[str, int]]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("campaign.petitions.rules.exporting.NUMBERS_IN_A_PART", 8)
        patch.setattr("campaign.petitions.operations.exporting.NUMBERS_IN_A_PART", 8)
        patch.setattr("campaign.petitions.jobs.exporting.PARTS_IN_A_TURN", 1)
        make_petition(SLUG, updates=True)
        organisation = lead()
        officer = make_account("Palabre", Role.OFFICER, organisation=organisation)
        world = World(officer.actor, organisation, update_text(organisation.id))
        try:
            for name, choice in [*((name, 0) for name in start), *acts]:
                act(world, name, choice)
            check(world)
        finally:
            db.session.remove()
            database.empty()


def update_text(organisation_id: int) -> int:
    """The wording of the question of an organisation."""
    text = latest_text(f"petition:{SLUG}", "updates", "fr", organisation_id)
    assert text is not None
    return text.id
