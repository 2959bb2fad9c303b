"""Giving a voice, taking it back, reading it before it is shown, and carrying it."""

import secrets
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import delete, update

from campaign.audit.operations import record
from campaign.consents.operations import publish_text
from campaign.consents.queries import latest_text
from campaign.core.db import db
from campaign.core.tokens import keyed_digest
from campaign.voices.models import Voice, VoiceCollection
from campaign.voices.queries import (
    carriable_ids,
    collection_of,
    voice_by_digest,
    voice_to_decide,
)
from campaign.voices.rules import (
    CODE_DIGITS,
    KEEPS_COUNTING,
    REASONS,
    WITH_WORDS,
    Spoken,
    UnknownReasonError,
    monday_of,
    picked,
    with_check_digits,
)

ID_BITS = 62
ONE_MORE = {Voice.carried_count: Voice.carried_count + 1}


def open_collection(
    petition_id: int, wordings: Mapping[str, str], *, actor: str, now: datetime
) -> None:
    """Take voices beside a petition; `wordings` is what who gives one agrees to, by language."""
    for language, body in wordings.items():
        publish_text(
            subject=consent_subject(petition_id),
            purpose="voice",
            language=language,
            body=body,
            now=now,
        )
    collection = collection_of(petition_id)
    if collection is not None and collection.closed_on is None:
        return
    if collection is None:
        db.session.add(VoiceCollection(petition_id=petition_id, opened_on=now.date()))
    else:
        collection.closed_on = None
    record(actor=actor, act="voices.opened", subject=consent_subject(petition_id), now=now)


def close_collection(petition_id: int, *, actor: str, now: datetime) -> None:
    """Take no more voices beside a petition; those given stay."""
    collection = collection_of(petition_id)
    if collection is None or collection.closed_on is not None:
        return
    collection.closed_on = now.date()
    record(actor=actor, act="voices.closed", subject=consent_subject(petition_id), now=now)


def consent_subject(petition_id: int) -> str:
    """What the wordings to agree to, and the audit entries of a collection, are about."""
    return f"voices:{petition_id}"


def consent_wording(petition_id: int, *languages: str) -> tuple[int, str, str] | None:
    """What is agreed to, in the first of these languages that has it: its number, language, words."""
    for language in languages:
        text = latest_text(consent_subject(petition_id), "voice", language)
        if text is not None:
            return text.id, text.language, text.body
    return None


def give_voice(
    petition_id: int, spoken: Spoken, *, consent_text_id: int, once: str, now: datetime
) -> str:
    """Keep a voice, and give the code that alone takes it back.

    The code is worked out from the form (`once` is its random part) and what was said: the same
    form sent twice is one voice with one code, and the code itself is kept nowhere.
    """
    code = _code_for(once, spoken)
    digest = code_digest(code)
    if voice_by_digest(digest) is None:
        db.session.add(
            Voice(
                id=secrets.randbits(ID_BITS),
                petition_id=petition_id,
                state="waiting",
                pseudonym=spoken.pseudonym,
                words=spoken.words or None,
                language=spoken.language,
                may_be_carried=spoken.may_be_carried,
                carried_count=0,
                code_digest=digest,
                consent_text_id=consent_text_id,
                given_week=monday_of(now.date()),
            )
        )
        db.session.flush()
    return code


def _code_for(once: str, spoken: Spoken) -> str:
    number = int.from_bytes(keyed_digest("voice code", f"{once}|{spoken!r}"))
    return with_check_digits(f"{number % 10**CODE_DIGITS:0{CODE_DIGITS}}")


def code_digest(code: str) -> bytes:
    """What is kept of a code. The key is not in the database: with sixty bits the code could
    otherwise be found by trying."""
    return keyed_digest("voice erasure", code, size=32)


def take_back(code: str) -> None:
    """Erase the voice of this code, whole; nothing where there is none, and no answer either."""
    db.session.execute(delete(Voice).where(Voice.code_digest == code_digest(code)))


def approve_voice(voice_id: int, *, actor: str, now: datetime) -> bool:
    """Show a voice that waits. False where it does not wait any more."""
    voice = voice_to_decide(voice_id)
    if voice is None or voice.state != "waiting":
        return False
    voice.state = "shown"
    record(actor=actor, act="voice.approved", subject=audit_subject(voice_id), now=now)
    return True


def read_again(voice_id: int, *, actor: str, now: datetime) -> bool:
    """Let a voice that is shown wait once more, with its words. False where it is not shown."""
    voice = voice_to_decide(voice_id)
    if voice is None or voice.state != "shown":
        return False
    voice.state = "waiting"
    record(actor=actor, act="voice.put_back", subject=audit_subject(voice_id), now=now)
    return True


def reject_voice(
    voice_id: int,
    *,
    reason: str,
    actor: str,
    now: datetime,
    seen_as: Collection[str] = WITH_WORDS,
) -> bool:
    """Show nothing of a voice, waiting or shown, and delete its name and words. Whether it still
    counts depends on the reason. False where it is not as `seen_as` says. Raises UnknownReasonError.
    """
    if reason not in REASONS:
        raise UnknownReasonError
    voice = voice_to_decide(voice_id)
    if voice is None or voice.state not in seen_as:
        return False
    voice.pseudonym = voice.words = None
    voice.may_be_carried = False
    voice.reason = reason
    voice.state = "silent" if reason in KEEPS_COUNTING else "refused"
    voice.refused_on = None if voice.state == "silent" else now.date()
    record(
        actor=actor,
        act="voice.rejected",
        subject=audit_subject(voice_id),
        now=now,
        detail=reason,
    )
    return True


def note_reading(counts: Mapping[int, int], *, actor: str, now: datetime) -> None:
    """Keep that somebody read voices that are not shown: so many beside each petition, not which."""
    for petition_id, count in counts.items():
        record(
            actor=actor,
            act="voices.read",
            subject=consent_subject(petition_id),
            now=now,
            detail=str(count),
        )


def audit_subject(voice_id: int) -> str:
    """How audit entries, which stay, name a voice, which may go: once it is gone this leads nowhere."""
    return f"voice:{keyed_digest('voice audit', str(voice_id), size=8).hex()}"


def carry_voice(petition_id: int, *, once: str, is_first: bool) -> int | None:
    """Draw a voice to carry, counting it unless this press was counted before. None where none
    wants to be carried."""
    voice_id = picked(carriable_ids(petition_id), once)
    if voice_id is not None and is_first:
        db.session.execute(update(Voice).where(Voice.id == voice_id).values(ONE_MORE))
    return voice_id
