"""Lists of those who said yes: asked for, prepared part by part, given, erased.

Whoever takes a yes back and the worker who reads take turns (`take_turn`), so that nobody is in a file
whose yes was gone before it was given.
"""

import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, update

from campaign.accounts.permissions import Permission
from campaign.accounts.queries import account_of, is_still_allowed, wants_mail
from campaign.accounts.rules.mail_choices import MailKind
from campaign.audit.operations import record
from campaign.core.db import db, wait_for_turn
from campaign.core.encryption import seal, unseal
from campaign.outbox.operations import enqueue
from campaign.partners.models import Organisation
from campaign.petitions import mails
from campaign.petitions.models import ExportPart, Petition, SignatoryExport
from campaign.petitions.queries.exporting import (
    alive_exports,
    entitled_lines,
    export_by_id,
    members_of,
    newest_signature,
    next_to_write,
    part_with,
    sealed_part,
    under_way_of,
)
from campaign.petitions.queries.petitions import text_for
from campaign.petitions.rules.closing import check_details_open
from campaign.petitions.rules.exporting import (
    FILE_KEPT,
    MOST_TROUBLES,
    NUMBERS_IN_A_PART,
    ExportOverError,
    ExportState,
    as_bits,
    check_export_reason,
    check_may_be_given,
    holds,
    numbers_in,
    without,
)


def take_turn(petition_id: int) -> None:
    """Wait until nobody else reads, gives or takes back a yes of this petition, and keep them waiting."""
    wait_for_turn(f"export:{petition_id}")


def ask_for_export(
    *, petition: Petition, organisation: Organisation, reason: str, actor: str, now: datetime
) -> SignatoryExport:
    """Let the worker prepare the list of those who said yes to this organisation on this petition. While
    one that the same person asked for is under way, it is that one.

    Raises ExportReasonMissingError or DetailsClosedError.
    """
    why = check_export_reason(reason)
    check_details_open(petition.details_closed_at)
    wait_for_turn(f"ask for export:{actor}")
    before = under_way_of(petition.id, organisation.id, actor)
    if before is not None:
        return before
    export = SignatoryExport(
        petition_id=petition.id,
        organisation_id=organisation.id,
        reason=why,
        state=ExportState.WRITING,
        asked_by=actor,
        asked_at=now,
        last_id=newest_signature(),
    )
    db.session.add(export)
    db.session.flush()
    _note(export, "asked", actor, now)
    return export


def advance_export(*, now: datetime) -> int | None:
    """One part of the oldest list under way, kept with how far it is: after a restart the next part
    follows. Returns the number of the list; None when there is none."""
    found = next_to_write()
    if found is None:
        return None
    take_turn(found.petition_id)
    export = export_by_id(found.id, is_locked=True)
    if export is None or export.state != ExportState.WRITING:
        return found.id
    if not _may_still(export) or export.petition.details_closed_at is not None:
        _end(export, ExportState.STOPPED, now)
        _note(export, "stopped", "worker", now)
        return export.id
    until = min(export.at_id + NUMBERS_IN_A_PART, export.last_id)
    lines = entitled_lines(
        export.petition_id, export.organisation_id, after=export.at_id, until=until, now=now
    )
    if lines:
        _keep(export, lines, now)
    export.at_id = until
    export.line_count += len(lines)
    if until >= export.last_id:
        _finish(export, now)
    return export.id


def _may_still(export: SignatoryExport) -> bool:
    return is_still_allowed(export.asked_by, Permission.EXPORT_MAKE, export.organisation_id)


def _keep(export: SignatoryExport, lines: Sequence[Any], now: datetime) -> None:
    after = export.at_id
    rows = [[*line[:-1], line.given_at.strftime("%Y-%m-%dT%H:%M:%SZ")] for line in lines]
    packed = zlib.compress(json.dumps(rows, ensure_ascii=False).encode())
    db.session.add(
        ExportPart(
            export_id=export.id,
            after_id=after,
            read_at=now,
            members=as_bits((line.id for line in lines), after),
            left_out=as_bits((), after),
            sealed=seal(packed, _place(export.id, after)),
        )
    )


def _place(export_id: int, after: int) -> str:
    """To what the lines are bound: sealed for one part of one list, they open nowhere else."""
    return f"export_part.sealed:{export_id}:{after}"


def _finish(export: SignatoryExport, now: datetime) -> None:
    export.state, export.ready_at, export.expires_at = ExportState.READY, now, now + FILE_KEPT
    _note(export, "ready", "worker", now)
    account = account_of(export.asked_by)
    if account is not None and wants_mail(account, export.organisation_id, MailKind.EXPORT_READY):
        language = account.language
        enqueue(
            mails.export_ready(
                account,
                organisation_id=export.organisation_id,
                title=text_for(export.petition, language).title,
                slug=export.petition.slug,
                number=export.id,
                until=export.expires_at,
            ),
            now=now,
        )


def note_trouble(export_id: int, *, now: datetime) -> bool:
    """A part could not be kept. The third time the list has failed, and what was kept of it is erased;
    returns whether it has."""
    export = export_by_id(export_id, is_locked=True)
    if export is None or export.state != ExportState.WRITING:
        return False
    export.trouble_count += 1
    if export.trouble_count < MOST_TROUBLES:
        return False
    _end(export, ExportState.FAILED, now)
    _note(export, "failed", "worker", now)
    return True


@dataclass(frozen=True)
class GivenExport:
    """A file that may be sent: of each part after which number it begins, how many lines come before it,
    who is in it, and who of them gets left out, as bits."""

    export_id: int
    parts: tuple[tuple[int, int, bytes, bytes], ...]


def give_export(*, export_id: int, form: str, actor: str, now: datetime) -> GivenExport:
    """Give the file away: from now on those who are in it are told so. Raises ExportOverError."""
    found = export_by_id(export_id)
    if found is None:
        raise ExportOverError
    take_turn(found.petition_id)
    export = export_by_id(export_id, is_locked=True)
    assert export is not None
    check_may_be_given(export.state, export.expires_at, now)
    check_details_open(export.petition.details_closed_at)
    parts, before = [], 0
    for part in members_of(export_id):
        parts.append((part.after_id, before, part.left_out, part.members))
        before += len(numbers_in(part.members, part.after_id))
    export.given_at = export.given_at or now
    export.given_count += 1
    _note(export, "given", actor, now, detail=form)
    return GivenExport(export_id, tuple(parts))


def opened_lines(given: GivenExport) -> Iterator[tuple[int, list[Any]]]:
    """The lines of a file, each with its number, one part in memory at a time. Raises ExportOverError
    where it was erased meanwhile: what was sent so far is no whole file then."""
    for after, before, left_out, members in given.parts:
        sealed = sealed_part(given.export_id, after)
        if sealed is None:
            raise ExportOverError
        rows = json.loads(zlib.decompress(unseal(sealed, _place(given.export_id, after))))
        db.session.rollback()  # nothing is held while the reader's line is slow
        numbers = {
            number: before + place for place, number in enumerate(numbers_in(members, after), 1)
        }
        for row in rows:
            if row[0] in numbers and not holds(left_out, after, row[0]):
                yield numbers[row[0]], row[1:]


def leave_out(signature_id: int, petition_id: int, organisation_id: int | None = None) -> None:
    """Take somebody out of every list that is being prepared or can be taken away (of one organisation,
    or None: of all). Under `take_turn`. Of one that nobody has taken away yet no trace remains."""
    for export in alive_exports(petition_id, organisation_id):
        part = part_with(export.id, signature_id)
        if part is None or not holds(part.members, part.after_id, signature_id):
            continue
        if export.given_at is None:
            part.members = without(part.members, part.after_id, signature_id)
            export.line_count -= 1
        else:
            also = [*numbers_in(part.left_out, part.after_id), signature_id]
            part.left_out = as_bits(also, part.after_id)


def erase_export(*, export_id: int, actor: str, now: datetime) -> None:
    """Erase the file now, or stop preparing it. Who was given stays known. Harmless when repeated."""
    export = export_by_id(export_id, is_locked=True)
    if export is None or export.state not in {ExportState.WRITING, ExportState.READY}:
        return
    _end(export, ExportState.ERASED, now)
    _note(export, "erased", actor, now)


def erase_exports_of(
    *, petition_id: int | None = None, organisation_id: int | None = None, actor: str, now: datetime
) -> int:
    """Erase every file of a petition or of an organisation, at once; returns how many."""
    found = alive_exports(petition_id, organisation_id)
    for export in found:
        erase_export(export_id=export.id, actor=actor, now=now)
    return len(found)


def _end(export: SignatoryExport, state: ExportState, now: datetime) -> None:
    export.state, export.ended_at = state, now
    parts = ExportPart.export_id == export.id
    if export.given_at is None:  # nobody was given away: nothing is to be known of it
        db.session.execute(delete(ExportPart).where(parts))
        return
    db.session.execute(
        update(ExportPart)
        .where(parts)
        .values(sealed=None)
        .execution_options(synchronize_session=False)
    )


def _note(export: SignatoryExport, act: str, actor: str, now: datetime, detail: str = "") -> None:
    db.session.flush()
    record(
        actor=actor,
        act=f"export.{act}",
        subject=f"petition:{export.petition.slug}",
        now=now,
        detail=f"{export.id} organisation:{export.organisation_id} {export.line_count} {detail}".strip(),
    )
