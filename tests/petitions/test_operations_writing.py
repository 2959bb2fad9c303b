"""Writing petitions through the operations, on both databases."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial

import pytest
from flask import Flask

from campaign.audit.queries import entries_about
from campaign.consents.queries import texts_in_force
from campaign.core.db import db, transaction
from campaign.core.pictures import DrawnPicture
from campaign.petitions.models import EditingNotice, Petition
from campaign.petitions.operations import facts as fact_operations
from campaign.petitions.operations import picturing, publishing, wording
from campaign.petitions.operations import writing as operations
from campaign.petitions.operations.noticing import note_opening
from campaign.petitions.operations.wording import Saving
from campaign.petitions.queries.petitions import petition_by_slug, signing_terms
from campaign.petitions.queries.writing import text_now, version_at, versions_of
from campaign.petitions.rules import writing as rules
from campaign.petitions.rules.completeness import IncompleteError
from campaign.petitions.rules.writing import FIELDS
from tests.factories.petitions import NOON, make_organisation, make_petition
from tests.petitions.threads import at_once, failures

pytestmark = pytest.mark.usefixtures("app")
WORDS = {
    **dict.fromkeys(FIELDS, ""),
    "title": "A school for every child",
    "short_title": "School",
    "ask": "We ask for schools.",
    "letter": "Every child learns.",
}
PICTURE = DrawnPicture(b"webp", 64, 48, "d" * 32)


def start(title: str = WORDS["title"], slug: str = "collective") -> Petition:
    place = make_organisation(slug)
    with transaction():
        return operations.start_petition(
            organisation=place,
            source_language="fr",
            instrument_id="be-chamber-hearing",
            title=title,
            actor="account:1",
            now=NOON,
        )


def save(
    petition: Petition,
    words: Mapping[str, str] = WORDS,
    base: int = 1,
    language: str = "fr",
    actor: str = "account:1",
    **saving: object,
) -> None:
    with transaction():
        wording.save_text(
            petition,
            language,
            words,
            Saving(base_version=base, **saving),  # type: ignore[arg-type]
            actor=actor,
            now=NOON,
        )


def complete(petition: Petition, **facts: object) -> None:
    save(petition)
    with transaction():
        fact_operations.save_facts(
            petition,
            fact_operations.Facts(
                theme="study",
                closes_at=NOON + timedelta(days=90),
                offering=frozenset(part.organisation_id for part in petition.carriers),
                **facts,  # type: ignore[arg-type]
            ),
            petition.facts_version,
            actor="account:1",
            now=NOON,
        )


def submit(petition: Petition) -> None:
    with transaction():
        operations.submit_petition(petition, actor="account:1", now=NOON)


class TestSaving:
    def test_two_at_once_from_one_version_are_kept_one_and_told_one(self, app: Flask) -> None:
        petition = start()
        number = petition.id

        def write(letter: str) -> str:
            mine = db.session.get_one(Petition, number)
            try:
                save(mine, {**WORDS, "letter": letter})
            except rules.ChangedMeanwhileError:
                return "told"
            return "kept"

        acts = [partial(write, "One."), partial(write, "Two.")]
        assert sorted(at_once(app, acts)) == ["kept", "told"]
        db.session.rollback()
        assert len(versions_of(number, "fr")) == 2

    def test_two_who_begin_one_translation_at_once_are_kept_one_and_told_one(
        self, app: Flask
    ) -> None:
        petition = start()
        number = petition.id

        def write(letter: str) -> str:
            mine = db.session.get_one(Petition, number)
            try:
                save(mine, {**WORDS, "letter": letter}, base=0, language="nl")
            except rules.ChangedMeanwhileError:
                return "told"
            return "kept"

        acts = [partial(write, "Een."), partial(write, "Twee.")]
        assert sorted(at_once(app, acts)) == ["kept", "told"]

    def test_a_text_that_came_from_a_file_is_kept_before_it_changes(self) -> None:
        petition = make_petition()
        words = {**WORDS, "correction": "why"}
        save(petition, words)
        first = version_at(petition.id, "fr", 1)
        assert first is not None
        assert first.title == "Clear criteria (fr)"
        assert first.shown_from == petition.opens_at

    def test_what_visitors_read_is_not_saved_by_itself(self) -> None:
        petition = make_petition()
        with pytest.raises(rules.NotEditableError):
            save(petition, {**WORDS, "correction": "why"}, kind="autosaved")

    def test_savings_by_themselves_of_two_people_are_two_versions(self) -> None:
        petition = start()
        save(petition, {**WORDS, "letter": "1"}, base=1, kind="autosaved")
        save(petition, {**WORDS, "letter": "2"}, base=2, kind="autosaved", actor="account:2")
        save(petition, {**WORDS, "letter": "3"}, base=3, actor="account:2")
        assert [each.letter for each in versions_of(petition.id, "fr")] == ["3", "1", ""]

    def test_each_saving_is_in_the_log_without_its_words(self) -> None:
        petition = start()
        save(petition)
        last = entries_about("petition:a-school-for-every-child")[-1]
        assert (last.act, last.detail) == ("petition.text_written", "fr 2 written")


class TestNotices:
    def test_are_gone_once_saved_and_after_an_hour(self) -> None:
        petition = start()
        for actor in ("account:1", "account:2"):
            with transaction():
                note_opening(petition, "text-fr", actor=actor, now=NOON)
        save(petition)
        assert [each.actor for each in db.session.scalars(db.select(EditingNotice))] == [
            "account:2"
        ]
        with transaction():
            note_opening(petition, "facts", actor="account:3", now=NOON + timedelta(hours=1))
        assert [each.actor for each in db.session.scalars(db.select(EditingNotice))] == [
            "account:3"
        ]

    def test_one_person_twice_at_once_is_one_notice(self, app: Flask) -> None:
        number = start().id

        def open_page(part: str) -> None:
            with transaction():
                note_opening(
                    db.session.get_one(Petition, number), part, actor="account:1", now=NOON
                )

        assert not failures(at_once(app, [partial(open_page, "facts")] * 2))
        assert db.session.scalar(db.select(db.func.count()).select_from(EditingNotice)) == 1


class TestSubmitting:
    def test_nothing_is_sent_while_something_is_missing(self) -> None:
        petition = start()
        with pytest.raises(IncompleteError) as refusal:
            submit(petition)
        assert {each.code for each in refusal.value.missing} >= {"text_missing", "no_closing"}
        assert petition_by_slug(petition.slug).state == "draft"  # type: ignore[union-attr]
        assert texts_in_force(f"petition:{petition.slug}") == []

    def test_what_signatories_agree_to_is_published_in_every_language(self) -> None:
        petition = start()
        complete(petition)
        submit(petition)
        with transaction():
            publishing.move_along(petition, ["in_moderation", "open"], actor="test", now=NOON)
        for language, words in (("fr", "explicitement"), ("nl", "uitdrukkelijk"), ("ar", "صراحةً")):
            terms = signing_terms(petition, language)
            assert terms is not None
            assert words in terms.consent_body
            assert "The collective" in terms.consent_body
            [offer] = terms.updates
            assert "The collective" in offer.question

    @pytest.mark.parametrize(
        ("door", "target"),
        [
            ("none", "à l’autorité à qui elle s’adresse"),
            ("bru-parliament-hearing", "au Parlement bruxellois"),
            ("eu-parliament-petition", "à l’autorité suivante"),
        ],
    )
    def test_the_words_say_to_whom_it_is_handed_over(self, door: str, target: str) -> None:
        petition = start()
        with transaction():
            fact_operations.choose_door(petition, door, actor="account:1", now=NOON)
        complete(petition, goal=500 if door == "none" else None)
        submit(petition)
        terms = signing_terms(petition, "fr")
        assert terms is not None
        assert target in terms.consent_body
        assert "{" not in terms.consent_body

    def test_it_is_judged_by_the_rule_of_its_first_day(self) -> None:
        petition = start()
        complete(petition, opens_at=NOON + timedelta(days=30))
        submit(petition)
        assert petition.instrument_on == (NOON + timedelta(days=30)).date()

    def test_sent_and_taken_back_it_keeps_its_version_of_the_words(self) -> None:
        petition = start()
        complete(petition)
        for _time in range(2):
            submit(petition)
            with transaction():
                operations.take_back(petition, actor="account:1", now=NOON)
        assert {text.version for text in texts_in_force(f"petition:{petition.slug}")} == {1}
        assert len(petition.stages) == len(operations.FIRST_STAGES)

    def test_what_a_moderator_reads_is_not_taken_back(self) -> None:
        petition = start()
        complete(petition)
        submit(petition)
        with transaction():
            publishing.move_to(petition, "in_moderation", actor="test", now=NOON)
        with pytest.raises(rules.NotEditableError), transaction():
            operations.take_back(petition, actor="account:1", now=NOON)


class TestCopying:
    def test_a_copy_is_a_draft_of_the_other_organisation_with_texts_documents_and_picture(
        self,
    ) -> None:
        original = make_petition(voice_count=None)
        with transaction():
            publishing.set_documents(
                original, [publishing.Document("A law", "https://example.org/law")]
            )
            picturing.set_picture(original, PICTURE, actor="test", now=NOON)
            picturing.describe_picture(original, {"fr": "Une école"}, actor="test", now=NOON)
        other = make_organisation("other")
        for _time in range(2):
            with transaction():
                copy = operations.copy_petition(
                    original, organisation=other, slug="our-copy", actor="account:1", now=NOON
                )
        assert (copy.slug, copy.state, copy.opens_at, copy.closes_at) == (
            "our-copy",
            "draft",
            None,
            None,
        )
        assert [part.organisation_id for part in copy.carriers] == [other.id]
        assert {text.language for text in copy.texts} == {"fr", "nl", "de", "en", "ar", "bm"}
        assert {text.review_state for text in copy.texts} == {"source", "needs_native_review"}
        assert [document.title for document in copy.documents] == ["A law"]
        assert copy.picture_digest == PICTURE.digest
        french = text_now(copy.id, "fr")
        assert french is not None
        assert french.picture_words == "Une école"
        assert db.session.scalar(db.select(db.func.count()).select_from(Petition)) == 2
        missing = {each.code for each in operations.check_complete(copy, NOON)}
        assert "no_closing" in missing

    def test_an_address_of_another_organisation_gets_a_number(self) -> None:
        original = make_petition()
        other = make_organisation("other")
        with transaction():
            copy = operations.copy_petition(
                original, organisation=other, slug=original.slug, actor="account:1", now=NOON
            )
        assert copy.slug == "clear-criteria-2"
