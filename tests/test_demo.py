"""The content that comes with the product: true where it tells of real campaigns, and repeatable."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from campaign import demo
from campaign.consents.models import ConsentText
from campaign.core.db import db, transaction
from campaign.partners.models import Organisation
from campaign.petitions.models import (
    OfficialCount,
    Petition,
    Signature,
    Tally,
    TallyEntry,
    TallyPeriod,
)
from campaign.petitions.operations.counting import evaluate, reconcile
from campaign.petitions.operations.seeding import NotADemonstrationError, Support, seed_support
from campaign.petitions.queries.petitions import petition_by_slug
from campaign.petitions.vocabulary import AUTHORITIES, STAGE_LABELS, THEMES
from campaign.thresholds.rules import Verdict
from tests.databases import Database

# Not the postal code: a town, for the map.
PERSONAL = (
    "email_key",
    "given_name",
    "family_name",
    "email",
    "name_key",
    "confirm_digest",
)
REAL = {"in-my-name", "we-are-belgium-too"}
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def loaded(application: Flask, database: Database) -> Iterator[demo.LoadReport]:
    """The content, in the database; loaded once, because these tests only read it."""
    with application.app_context():
        yield demo.load(NOW)
        db.session.remove()
    database.empty()


def petition(slug: str) -> Petition:
    """A petition that is there."""
    found = petition_by_slug(slug)
    assert found is not None
    return found


def petitions() -> list[Petition]:
    """Every petition."""
    return list(db.session.scalars(select(Petition)))


def test_in_my_name_is_told_as_it_happened(loaded: demo.LoadReport) -> None:
    told = petition("in-my-name")
    evaluation = evaluate(told)
    assert (told.state, told.accepts_support, told.is_demonstration) == ("hearing", False, False)
    assert evaluation.verdict is Verdict.UNDETERMINED
    assert (evaluation.collected, evaluation.unassigned) == (35_000, 35_000)
    assert evaluation.instrument_version.isoformat() == "2019-06-05"
    assert [stage.stage for stage in told.stages if stage.reached_on is None] == [
        "report",
        "answered",
    ]
    assert {text.language for text in told.texts if text.correction} == {"fr", "nl", "de", "en"}


def test_we_are_belgium_too_is_never_counted_as_our_own_support(loaded: demo.LoadReport) -> None:
    told = petition("we-are-belgium-too")
    assert (told.state, told.accepts_support, told.closes_at) == ("closed", False, None)
    assert [(row.channel, row.count) for row in counts_of(told)] == [("partner", 46_000)]
    assert db.session.scalar(select(func.count()).where(Tally.petition_id == told.id)) == 0


def counts_of(told: Petition) -> list[OfficialCount]:
    """The official counts of a petition."""
    return list(
        db.session.scalars(select(OfficialCount).where(OfficialCount.petition_id == told.id))
    )


def test_the_chamber_demonstration_lacks_signatures_although_brussels_has_too_many(
    loaded: demo.LoadReport,
) -> None:
    evaluation = evaluate(petition("criteres-clairs"))
    regions = {result.key: result for result in evaluation.strata}
    assert evaluation.verdict is Verdict.NOT_MET
    assert (evaluation.total_counted, evaluation.total_missing) == (17_600, 7_400)
    assert (regions["BRU"].surplus, regions["BRU"].reached) == (650, True)
    assert (regions["WAL"].missing, regions["VLG"].missing) == (1_060, 6_340)


def test_other_parliaments_have_other_rules(loaded: demo.LoadReport) -> None:
    assert evaluate(petition("se-former-sans-attendre")).verdict is Verdict.MET
    assert evaluate(petition("veilig-melden")).verdict is Verdict.NOT_MET


def test_the_support_of_demonstrations_is_exact_and_nobodys(loaded: demo.LoadReport) -> None:
    assert loaded.support_count > 1_200
    assert db.session.scalar(select(func.count()).select_from(TallyEntry)) == 0
    assert db.session.scalar(select(func.sum(Tally.count))) == loaded.support_count
    with transaction():
        assert [reconcile(one.id, now=NOW) for one in petitions()] == [[]] * len(petitions())
    for column in PERSONAL:
        named = getattr(Signature, column).is_not(None)
        assert db.session.scalar(select(func.count()).select_from(Signature).where(named)) == 0, (
            column
        )
    in_the_future = Signature.confirmed_at > NOW
    assert db.session.scalar(select(func.count()).select_from(Signature).where(in_the_future)) == 0


def test_the_series_covers_the_six_weeks(loaded: demo.LoadReport) -> None:
    shown = petition("criteres-clairs")
    days = db.session.scalars(
        select(TallyPeriod.starts_at)
        .where(TallyPeriod.petition_id == shown.id, TallyPeriod.period == "day")
        .distinct()
    ).all()
    assert len(days) >= 42
    assert max(row.as_of for row in counts_of(shown)) < NOW.date()
    assert len({row.as_of for row in counts_of(shown)}) == 12
    assert shown.closes_at is not None
    assert shown.closes_at > NOW + timedelta(days=50)


def test_made_up_support_is_refused_for_a_real_petition(loaded: demo.LoadReport) -> None:
    support = Support(NOW, "BRU", "BE", "fr")
    with pytest.raises(NotADemonstrationError):
        seed_support(petition("in-my-name"), [support], actor="content", now=NOW)


def test_every_petition_speaks_the_languages_it_promises(loaded: demo.LoadReport) -> None:
    for one in petitions():
        promised = {"fr", "nl", "de", "en"} | (
            {"ar", "bm"} if one.slug == "criteres-clairs" else set()
        )
        assert {text.language for text in one.texts} == promised
        for text in one.texts:
            assert len(text.title) <= 160
            assert len(text.short_title) <= 60
            assert len(text.ask) <= 500
            assert text.letter_html
            assert text.review_state == "needs_native_review" or text.language not in {"ar", "bm"}
        assert one.authority in AUTHORITIES
        assert one.theme in THEMES
        assert {stage.stage for stage in one.stages} <= set(STAGE_LABELS)
        for stage in one.stages:
            languages = {note.language for note in stage.notes}
            assert not languages or languages >= {"fr", "nl", "de", "en"}


def test_what_a_signer_agrees_to_names_who_gets_the_details(loaded: demo.LoadReport) -> None:
    for one in petitions():
        wordings = list(
            db.session.scalars(
                select(ConsentText).where(ConsentText.subject == f"petition:{one.slug}")
            )
        )
        if not one.accepts_support:
            assert wordings == []
            continue
        controllers = [part.organisation.name for part in one.carriers if part.is_controller]
        to_sign = [text for text in wordings if text.purpose == "petition"]
        assert {text.language for text in to_sign} == {"fr", "nl", "de", "en", "ar", "bm"}
        assert controllers
        assert all(name in text.body for text in to_sign for name in controllers)
        assert one.opens_at is not None
        assert all(text.published_at <= one.opens_at for text in wordings)
        for part in one.carriers:
            questions = [text for text in wordings if text.organisation_id == part.organisation_id]
            assert len(questions) == (6 if part.offers_updates else 0)
            assert all(part.organisation.name in text.body for text in questions)


def test_real_organisations_have_a_source_and_carry_no_demonstration(
    loaded: demo.LoadReport,
) -> None:
    for organisation in db.session.scalars(select(Organisation)):
        assert organisation.is_demonstration or organisation.source_url.startswith("https://")
        assert organisation.is_demonstration or not organisation.contact_email
        assert organisation.legal_form == ""
    for one in petitions():
        assert one.is_demonstration == (one.slug not in REAL)
        assert {part.organisation.is_demonstration for part in one.carriers} == {
            one.is_demonstration
        }
        assert one.petitioner == ""


def test_documents_have_whole_addresses(loaded: demo.LoadReport) -> None:
    addresses = [document.url for one in petitions() for document in one.documents]
    addresses += [
        stage.document_url for one in petitions() for stage in one.stages if stage.document_url
    ]
    assert addresses
    assert all(address.startswith("https://") and "…" not in address for address in addresses)


def test_no_invented_organisation_can_be_taken_for_a_real_one(loaded: demo.LoadReport) -> None:
    """Nor for people who march: what "demonstration" means in most of our languages."""
    said = {
        "fr": "inventé|n’existe pas", "nl": "verzonnen|bestaat niet", "de": "erfunden",
        "en": "invented", "ar": "مخترعة", "bm": "misali",
    }  # fmt: skip
    invented = db.session.scalars(select(Organisation).where(Organisation.is_demonstration)).all()
    assert len(invented) == 2
    for organisation in invented:
        assert re.search("exemple|voorbeeld", organisation.name)
        questions = db.session.scalars(
            select(ConsentText).where(ConsentText.organisation_id == organisation.id)
        ).all()
        assert {text.language for text in questions} == set(said)
        assert all(re.search(said[text.language], text.body) for text in questions)


def test_nothing_invented_is_called_a_demonstration() -> None:
    written = "".join(path.read_text() for path in demo.FOLDER.rglob("*.json"))
    assert not re.findall(
        "[Dd]emonstrati|[Dd]émonstration", written.replace("is_demonstration", "")
    )
