"""Giving, reading, carrying and erasing voices."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from campaign.audit.models import AuditEntry
from campaign.core import tokens
from campaign.core.db import db, transaction
from campaign.petitions.jobs import fold_tallies
from campaign.petitions.models import Petition, Tally, TallyEntry
from campaign.petitions.queries.counts import support_by_stratum
from campaign.privacy.retention import VOICES
from campaign.site import jobs as site
from campaign.voices import operations, queries
from campaign.voices.models import Voice
from campaign.voices.rules import REFUSED_KEPT, UnknownReasonError, read_code
from tests.databases import SECRET
from tests.factories.petitions import NOON, make_confirmed
from tests.factories.retention import forget_by
from tests.factories.voices import (
    WORDS,
    approve,
    give,
    give_many,
    make_petition_with_voices,
    make_shown,
    voices,
)

pytestmark = pytest.mark.usefixtures("app", "clock")


def shown_count_of(slug: str = "clear-criteria") -> int | None:
    db.session.rollback()
    return db.session.scalar(select(Petition.voice_count).where(Petition.slug == slug))


def test_a_voice_waits_until_somebody_has_read_it() -> None:
    petition = make_petition_with_voices()
    code = give()
    assert read_code(code) == code
    (voice,) = voices()
    assert (voice.state, voice.words, voice.given_week) == ("waiting", WORDS, NOON.date())
    assert queries.shown_voices(petition.id, 1) == ([], 0)
    approve(voice)
    assert [one.id for one in queries.shown_voices(petition.id, 1)[0]] == [voice.id]


def test_the_same_form_sent_twice_is_one_voice_with_one_code() -> None:
    make_petition_with_voices()
    assert give("form") == give("form")
    assert len(voices()) == 1


def test_another_person_on_the_same_page_gives_another_voice() -> None:
    make_petition_with_voices()
    assert give("form") != give("form", words="I say something else.")
    assert len(voices()) == 2


def test_two_rows_cannot_share_a_code() -> None:
    make_petition_with_voices()
    give()
    (voice,) = voices()
    with pytest.raises(IntegrityError), transaction():
        db.session.add(
            Voice(
                id=voice.id + 1,
                petition_id=voice.petition_id,
                state="waiting",
                language="en",
                may_be_carried=False,
                carried_count=0,
                code_digest=voice.code_digest,
                consent_text_id=voice.consent_text_id,
                given_week=voice.given_week,
            )
        )


def test_the_code_is_kept_as_a_digest_that_needs_the_key_outside_the_database() -> None:
    make_petition_with_voices()
    code = give()
    kept = voices()[0].code_digest
    assert code.encode() not in kept
    assert kept == operations.code_digest(code)
    try:
        tokens.configure("another secret, of somebody who stole the database")
        assert operations.code_digest(code) != kept
    finally:
        tokens.configure(SECRET)


def test_the_database_holds_neither_the_name_nor_the_words_in_plain() -> None:
    make_petition_with_voices()
    give()
    row = db.session.execute(text("SELECT pseudonym, words FROM voice")).one()
    assert all(WORDS.encode() not in bytes(sealed) for sealed in row)
    assert b"river" not in bytes(row[0])


def test_taking_back_erases_the_row_and_a_second_time_is_harmless() -> None:
    make_petition_with_voices()
    code, other = give("one"), give("two", words="Another one.")
    for _time in range(2):
        with transaction():
            operations.take_back(code)
    assert [voice.code_digest for voice in voices()] == [operations.code_digest(other)]


def test_support_and_threshold_do_not_move_for_any_number_of_voices() -> None:
    petition = make_petition_with_voices()
    make_confirmed()
    fold_tallies(NOON)
    before = support_by_stratum([petition.id])
    entries = db.session.scalar(select(func.count()).select_from(TallyEntry))
    give_many(12)
    for voice in voices():
        approve(voice)
    site.note_voice_counts(NOON)
    fold_tallies(NOON)
    assert shown_count_of() == 12
    assert support_by_stratum([petition.id]) == before
    assert db.session.scalar(select(func.count()).select_from(TallyEntry)) == entries
    assert db.session.scalar(select(func.sum(Tally.count))) == 1


def test_the_count_beside_a_petition_is_silent_below_five_and_follows() -> None:
    make_petition_with_voices()
    codes = give_many(4)
    site.note_voice_counts(NOON)
    assert shown_count_of() == 0
    codes.append(give("fifth"))
    site.note_voice_counts(NOON)
    assert shown_count_of() == 5
    with transaction():
        operations.take_back(codes[0])
    site.note_voice_counts(NOON)
    assert shown_count_of() == 0


def test_what_is_rejected_loses_its_words_at_once_and_counts_or_not_by_its_reason() -> None:
    make_petition_with_voices()
    give_many(2)
    kept, refused = voices()
    with transaction():
        assert operations.reject_voice(kept.id, reason="names_somebody", actor="reader", now=NOON)
        assert operations.reject_voice(refused.id, reason="not_a_voice", actor="reader", now=NOON)
        assert not operations.approve_voice(kept.id, actor="reader", now=NOON)
    kept, refused = voices()
    assert (kept.state, kept.words, kept.pseudonym) == ("silent", None, None)
    assert (refused.state, refused.words, refused.refused_on) == ("refused", None, NOON.date())
    assert list(queries.voice_counts().values()) == [1]


def test_a_reason_that_is_not_in_the_list_is_refused() -> None:
    make_petition_with_voices()
    give()
    with pytest.raises(UnknownReasonError), transaction():
        operations.reject_voice(voices()[0].id, reason="no", actor="reader", now=NOON)
    assert voices()[0].state == "waiting"


def test_who_read_a_voice_is_in_the_audit_without_leading_to_it_once_it_is_gone() -> None:
    make_petition_with_voices()
    code = make_shown()
    (voice,) = voices()
    (entry,) = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "voice.approved"))
    assert (entry.actor, entry.subject) == ("reader", operations.audit_subject(voice.id))
    assert str(voice.id) not in entry.subject + entry.detail
    assert WORDS not in entry.detail
    with transaction():
        operations.take_back(code)
    assert voices() == []


def test_the_queue_begins_with_the_week_that_has_waited_longest() -> None:
    make_petition_with_voices()
    give_many(3)
    last = voices()[-1].id
    with transaction():
        queries.voice_by_id(last).given_week -= timedelta(days=14)  # type: ignore[union-attr]
    assert queries.waiting_voices()[0].id == last


class TestCarrying:
    def test_only_a_shown_voice_that_wants_it_is_carried(self) -> None:
        petition = make_petition_with_voices()
        give("waiting")
        make_shown("unwilling", may_be_carried=False)
        with transaction():
            assert operations.carry_voice(petition.id, once="lot", is_first=True) is None
        make_shown("willing")
        with transaction():
            drawn = operations.carry_voice(petition.id, once="lot", is_first=True)
        assert {voice.id: voice.carried_count for voice in voices() if voice.carried_count} == {
            drawn: 1
        }

    def test_a_second_press_draws_the_same_voice_and_counts_nothing(self) -> None:
        petition = make_petition_with_voices()
        for number in range(6):
            make_shown(f"form {number}")
        drawn = set()
        for is_first in (True, False, False):
            with transaction():
                drawn.add(operations.carry_voice(petition.id, once="lot", is_first=is_first))
        assert len(drawn) == 1
        assert sum(voice.carried_count for voice in voices()) == 1

    def test_no_table_ties_a_signature_to_a_voice(self) -> None:
        for table in db.metadata.sorted_tables:
            targets = {key.column.table.name for key in table.foreign_keys}
            assert not {"voice", "signature"} <= targets | {table.name}, table.name
            assert "voice" not in targets, f"{table.name} would tell something of a voice"


class TestLeaving:
    def test_voices_leave_six_months_after_the_petition_closed(self) -> None:
        petition = make_petition_with_voices(closes_at=NOON + timedelta(days=1))
        give_many(3)
        assert forget_by(VOICES, NOON + timedelta(days=180)) == 0
        assert site.close_collections(NOON + timedelta(days=180)) == 0
        assert forget_by(VOICES, NOON + timedelta(days=190)) == 3
        assert voices() == []
        assert site.close_collections(NOON + timedelta(days=190)) == 1
        collection = queries.collection_of(petition.id)
        assert collection is not None
        assert collection.closed_on is not None

    def test_what_was_refused_leaves_after_thirty_days(self) -> None:
        make_petition_with_voices()
        give_many(2)
        with transaction():
            operations.reject_voice(voices()[0].id, reason="sent_twice", actor="reader", now=NOON)
        assert forget_by(VOICES, NOON + REFUSED_KEPT - timedelta(days=1)) == 0
        assert forget_by(VOICES, NOON + REFUSED_KEPT) == 1
        assert [voice.state for voice in voices()] == ["waiting"]

    def test_a_closed_collection_keeps_what_was_given_and_opens_again(self) -> None:
        petition = make_petition_with_voices()
        give()
        with transaction():
            operations.close_collection(petition.id, actor="reader", now=NOON)
            operations.close_collection(petition.id, actor="reader", now=NOON)
        assert len(voices()) == 1
        with transaction():
            operations.open_collection(petition.id, {"fr": "Other words."}, actor="r", now=NOON)
        collection = queries.collection_of(petition.id)
        assert collection is not None
        assert collection.closed_on is None
        assert operations.consent_wording(petition.id, "xx", "fr")[2] == "Other words."  # type: ignore[index]
