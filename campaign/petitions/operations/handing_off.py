"""A signatory goes on to the official channel: the one reminder, and the answer tied to nobody."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite

from campaign.core.db import db
from campaign.core.errors import RefusedError
from campaign.core.tokens import keyed_digest, read_token
from campaign.i18n.formats import BRUSSELS
from campaign.outbox.operations import enqueue
from campaign.petitions import mails
from campaign.petitions.models import OfficialAnswer, Petition, Signature, SpentCode
from campaign.petitions.queries.petitions import text_for
from campaign.petitions.rules.handing_off import (
    REMIND_OF_OFFICIAL_AFTER,
    Answer,
    may_remind_of_official,
)
from campaign.petitions.rules.states import is_open_for_signing


class CodeUnknownError(RefusedError):
    """A link to answer that we did not make, or that is too old."""

    code = "code_unknown"
    http_status = 404
    message = _l("This link is not known.")


@dataclass(frozen=True)
class AnswerCode:
    """What the link to answer says: the petition, and until when it is good."""

    petition_id: int
    good_until: date
    digest: bytes


def read_code(code: str, *, now: datetime) -> AnswerCode:
    """The meaning of a link to answer. Raises CodeUnknownError."""
    payload = read_token("answer", code)
    if payload is None:
        raise CodeUnknownError
    good_until = date.fromordinal(int.from_bytes(payload[4:7], "big"))
    if _today(now) > good_until:
        raise CodeUnknownError
    digest = keyed_digest("spent-code", payload.hex())
    return AnswerCode(int.from_bytes(payload[:4], "big"), good_until, digest)


def is_spent(code: AnswerCode) -> bool:
    """Whether this code has given its answer."""
    return db.session.get(SpentCode, code.digest) is not None


def tell(code: AnswerCode, answer: Answer, *, browser: str, language: str, now: datetime) -> bool:
    """Count one answer. A code answers once: False, and nothing changes, when it has done so before."""
    spent = (
        _insert(SpentCode)
        .values(digest=code.digest, good_until=code.good_until)
        .on_conflict_do_nothing()
        .returning(SpentCode.digest)
    )
    if db.session.execute(spent).first() is None:
        return False
    key = {
        "petition_id": code.petition_id,
        "day": _today(now),
        "channel": answer.channel,
        "step": answer.step,
        "browser": browser,
        "language": language,
    }
    one_more = _insert(OfficialAnswer).values(**key, count=1)
    db.session.execute(
        one_more.on_conflict_do_update(
            index_elements=list(key), set_={"count": OfficialAnswer.count + 1}
        )
    )
    return True


def _insert(table: type) -> Any:
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    return dialect.insert(table)


def _today(now: datetime) -> date:
    return now.astimezone(BRUSSELS).date()


def forget_spent_codes(*, now: datetime) -> int:
    """Delete the codes that are too old to be used; returns how many."""
    gone = db.session.execute(
        delete(SpentCode).where(SpentCode.good_until < _today(now)).returning(SpentCode.digest)
    )
    return len(gone.all())


def ask_for_reminder(signature: Signature, petition: Petition, *, now: datetime) -> None:
    """Note that this signatory wants the one reminder, in a week. Harmless when repeated; nothing is
    noted where it could not be sent. Somebody blocked sees what everybody sees, and gets no mail."""
    state = "confirmed" if signature.state == "invalidated" else signature.state
    if signature.official_reminder_at is None and _may_remind(signature, petition, now, state):
        signature.official_reminder_at = now + REMIND_OF_OFFICIAL_AFTER


def remind(signature: Signature, petition: Petition, *, now: datetime) -> bool:
    """Send the reminder that was asked for, unless it has become pointless; never asked again."""
    signature.official_reminder_at = None
    if signature.email is None or not _may_remind(signature, petition, now, signature.state):
        return False
    signature.officially_reminded_at = now
    signature.mail_count += 1
    closes_at = petition.closes_at
    message = mails.official_reminder(
        recipient=signature.email,
        language=signature.language,
        title=text_for(petition, signature.language).title,
        slug=petition.slug,
        petition_id=petition.id,
        rights=mails.rights_token(signature.ref, signature.link_version),
        closes_on=closes_at.astimezone(BRUSSELS).date().isoformat() if closes_at else "",
        now=now,
    )
    enqueue(message, now=now)
    return True


def _may_remind(signature: Signature, petition: Petition, now: datetime, state: str) -> bool:
    return may_remind_of_official(
        state=state,
        petition_is_open=is_open_for_signing(
            state=petition.state,
            opens_at=petition.opens_at,
            closes_at=petition.closes_at,
            now=now,
        ),
        mail_count=signature.mail_count,
        reminded_at=signature.officially_reminded_at,
    )
