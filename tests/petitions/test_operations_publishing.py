"""Operations: writing petitions, their states, stages, sources and consent texts."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from campaign.audit.models import AuditEntry
from campaign.consents.models import ConsentText
from campaign.core.db import db, transaction
from campaign.petitions.models import Petition, PetitionStageNote, PetitionText
from campaign.petitions.operations import publishing
from campaign.petitions.queries.petitions import petition_by_slug, signing_terms, text_for
from campaign.petitions.rules.states import WrongTransitionError
from tests.factories.petitions import NOON, make_petition, terms_of

pytestmark = pytest.mark.usefixtures("app", "clock")


def move(petition: Petition, state: str, **facts: str) -> None:
    with transaction():
        publishing.move_to(petition, state, actor="moderator", now=NOON, **facts)


class TestWriting:
    def test_markdown_becomes_html_that_cannot_harm(self) -> None:
        petition = make_petition()
        letter = "# Big\n\n<script>alert(1)</script>\n\n[x](javascript:alert(1)) ![i](https://e.example/p.png) **bold**"
        with transaction():
            publishing.write_petition(
                slug=petition.slug,
                source_language="fr",
                facts={},
                wordings={"fr": publishing.Wording("T", "T", "Ask", letter)},
                parts=[],
                actor="test",
                now=NOON,
            )
        html = text_for(petition, "fr").letter_html
        assert "<strong>bold</strong>" in html
        assert "<h3>Big</h3>" in html
        assert not [bad for bad in ("<script", 'href="javascript:', "<img", "<h1") if bad in html]

    def test_writing_again_changes_the_text_and_leaves_state_and_rows_alone(self) -> None:
        petition = make_petition()
        before = db.session.scalar(select(func.count()).select_from(PetitionText))
        with transaction():
            publishing.write_petition(
                slug=petition.slug,
                source_language="fr",
                facts={"theme": "work"},
                wordings={"fr": publishing.Wording("New title", "New", "Ask", "Letter")},
                parts=[],
                actor="test",
                now=NOON,
            )
        assert (petition.theme, text_for(petition, "fr").title) == ("work", "New title")
        assert petition.state == "open"
        assert db.session.scalar(select(func.count()).select_from(PetitionText)) == before

    def test_a_missing_translation_falls_back_to_the_source_language(self) -> None:
        petition = make_petition(languages=("nl", "fr"))
        assert text_for(petition, "fr").language == "fr"
        assert text_for(petition, "bm").language == "nl"

    def test_every_act_leaves_a_trace_without_personal_details(self) -> None:
        make_petition()
        acts = list(db.session.scalars(select(AuditEntry.act).order_by(AuditEntry.id)))
        assert acts == [
            "petition.written",
            "petition.submitted",
            "petition.in_moderation",
            "petition.open",
        ]


class TestStates:
    def test_a_wrong_step_changes_nothing(self) -> None:
        petition = make_petition()
        with pytest.raises(WrongTransitionError):
            move(petition, "answered")
        assert petition_by_slug(petition.slug).state == "open"  # type: ignore[union-attr]

    def test_rejecting_keeps_the_reason(self) -> None:
        """Behaviours 51 and 52."""
        petition = make_petition(state="in_moderation")
        move(petition, "rejected", reason="unclear")
        assert petition.rejection_reason == "unclear"

    def test_opening_sets_the_day_where_none_was_set(self) -> None:
        assert make_petition(opens_at=None).opens_at == NOON
        later = NOON + timedelta(days=3)
        assert make_petition("planned", opens_at=later).opens_at == later

    def test_closing_early_sets_the_end(self) -> None:
        """Behaviours 25 and 87: grace and the six months run from the real end."""
        petition = make_petition()
        move(petition, "closed")
        assert petition.closes_at == NOON

    def test_taking_down_a_petition_without_an_end_gives_it_one(self) -> None:
        """Behaviour 87: names are not kept for ever."""
        petition = make_petition(closes_at=None)
        move(petition, "suspended")
        assert petition.closes_at is None
        move(petition, "removed")
        assert petition.closes_at == NOON

    def test_closing_on_the_day_leaves_the_end_alone(self) -> None:
        petition = make_petition(closes_at=NOON - timedelta(hours=1))
        move(petition, "closed")
        assert petition.closes_at == NOON - timedelta(hours=1)

    def test_later_stages_leave_the_end_alone(self) -> None:
        petition = make_petition()
        move(petition, "closed")
        with transaction():
            publishing.move_to(petition, "handed_over", actor="test", now=NOON + timedelta(days=9))
        assert petition.closes_at == NOON


class TestStages:
    STEPS = [
        publishing.Step("open", date(2026, 1, 5), notes={"fr": "Ouverte", "nl": "Open"}),
        publishing.Step(
            "hearing",
            date(2026, 2, 1),
            "month",
            {"fr": "Entendue"},
            "https://example.org/r.pdf",
            "Report",
        ),
        publishing.Step("answered"),
    ]

    def test_stages_carry_date_precision_notes_and_a_document(self) -> None:
        petition = make_petition()
        with transaction():
            publishing.set_stages(petition, self.STEPS, actor="test", now=NOON)
        assert [
            (stage.stage, stage.reached_on, stage.date_precision) for stage in petition.stages
        ] == [
            ("open", date(2026, 1, 5), "day"),
            ("hearing", date(2026, 2, 1), "month"),
            ("answered", None, "day"),
        ]
        assert petition.stages[1].document_url == "https://example.org/r.pdf"
        assert {note.language for note in petition.stages[0].notes} == {"fr", "nl"}

    def test_setting_stages_again_replaces_them(self) -> None:
        petition = make_petition()
        for _time in range(2):
            with transaction():
                publishing.set_stages(petition, self.STEPS, actor="test", now=NOON)
        assert len(petition.stages) == 3
        assert db.session.scalar(select(func.count()).select_from(PetitionStageNote)) == 3

    def test_documents_are_replaced(self) -> None:
        petition = make_petition()
        for title in ("Old", "New"):
            with transaction():
                publishing.set_documents(
                    petition, [publishing.Document(title, "https://example.org/")]
                )
        assert [document.title for document in petition.documents] == ["New"]


class TestConsents:
    def test_the_wording_follows_the_readers_language_else_the_source(self) -> None:
        make_petition(languages=("fr", "nl"))
        assert terms_of(language="nl").consent_language == "nl"
        fallback = terms_of(language="ar")
        assert (fallback.consent_language, fallback.consent_body) == (
            "fr",
            "I explicitly agree (fr, clear-criteria).",
        )

    def test_an_unchanged_wording_keeps_its_version_and_a_changed_one_gets_the_next(self) -> None:
        petition = make_petition(languages=("fr",))
        before = terms_of().consent_text_id
        for wording in ("I explicitly agree (fr, clear-criteria).", "New words"):
            with transaction():
                publishing.publish_consents(petition, to_sign={"fr": wording}, updates={}, now=NOON)
        texts = list(db.session.scalars(select(ConsentText).order_by(ConsentText.version)))
        assert [(text.version, text.id == before) for text in texts] == [(1, True), (2, False)]
        assert terms_of().consent_body == "New words"

    def test_only_organisations_of_the_petition_that_offer_mails_are_asked_about(self) -> None:
        make_petition(updates=True)
        make_petition("quiet")
        assert [offer.organisation_name for offer in terms_of().updates] == [
            "The clear-criteria-lead"
        ]
        assert terms_of("quiet").updates == ()

    def test_without_a_consent_text_there_is_nothing_to_sign(self) -> None:
        petition = make_petition(languages=("fr",))
        with transaction():
            other = publishing.write_petition(
                slug="bare",
                source_language="fr",
                facts={
                    "authority": "be-chamber",
                    "theme": "work",
                    "instrument_id": "none",
                    "instrument_on": petition.instrument_on,
                },
                wordings={"fr": publishing.Wording("T", "T", "A", "L")},
                parts=[],
                actor="test",
                now=NOON,
            )
        assert signing_terms(other, "fr") is None
