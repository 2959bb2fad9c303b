"""Consent texts cannot be changed afterwards, receipts only added."""

import hashlib
from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DatabaseError

from campaign.consents.models import ConsentReceipt, ConsentText
from campaign.consents.operations import keep_receipt, publish_text
from campaign.consents.queries import (
    has_standing_yes,
    latest_text,
    standing_yes,
    texts_in_force,
)
from campaign.core.db import db, transaction
from campaign.partners.models import Organisation
from tests.factories.petitions import make_organisation

pytestmark = pytest.mark.usefixtures("app")
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
REF = b"r" * 16


def publish(
    body: str, *, language: str = "fr", organisation: Organisation | None = None
) -> ConsentText:
    with transaction():
        return publish_text(
            subject="petition:x",
            purpose="updates" if organisation else "petition",
            language=language,
            body=body,
            organisation_id=organisation.id if organisation else None,
            now=NOW,
        )


def decide(text: ConsentText, decision: str, ref: bytes = REF) -> None:
    assert text.organisation_id is not None
    with transaction():
        keep_receipt(
            signature_ref=ref,
            consent_text_id=text.id,
            organisation_id=text.organisation_id,
            decision=decision,
            now=NOW,
        )


def test_a_text_carries_language_version_hash_and_time() -> None:
    text = publish("J’accepte.")
    assert (text.language, text.version, text.published_at) == ("fr", 1, NOW)
    assert bytes(text.sha256) == hashlib.sha256("J’accepte.".encode()).digest()


def test_changed_words_are_a_new_version_and_the_old_ones_stay() -> None:
    first, again, second = publish("One"), publish("One"), publish("Two")
    assert again.id == first.id
    assert (second.version, db.session.get_one(ConsentText, first.id).body) == (2, "One")
    assert latest_text("petition:x", "petition", "fr").id == second.id  # type: ignore[union-attr]


def test_words_that_come_back_are_a_version_of_their_own() -> None:
    assert [publish(body).version for body in ("One", "Two", "One")] == [1, 2, 3]


def test_each_language_and_organisation_has_its_own_versions() -> None:
    alpha, beta = make_organisation("alpha"), make_organisation("beta")
    publish("fr")
    publish("nl", language="nl")
    publish("May alpha write?", organisation=alpha)
    publish("May beta write?", organisation=beta)
    assert [text.version for text in texts_in_force("petition:x")] == [1, 1, 1, 1]
    assert texts_in_force("petition:other") == []


@pytest.mark.parametrize("change", [update(ConsentText).values(body="other"), delete(ConsentText)])
def test_the_database_itself_refuses_to_change_a_text(change: object) -> None:
    publish("One")
    with pytest.raises(DatabaseError, match="append-only"), transaction():
        db.session.execute(change)  # type: ignore[call-overload]
    assert db.session.scalar(select(ConsentText.body)) == "One"


def test_the_database_itself_refuses_to_change_a_receipt() -> None:
    decide(publish("May we?", organisation=make_organisation()), "yes")
    with pytest.raises(DatabaseError, match="append-only"), transaction():
        db.session.execute(update(ConsentReceipt).values(decision="withdrawn"))


def test_the_last_decision_stands() -> None:
    alpha = publish("May alpha?", organisation=make_organisation("alpha"))
    beta = publish("May beta?", organisation=make_organisation("beta"))
    decide(alpha, "yes")
    decide(beta, "yes")
    decide(alpha, "withdrawn")
    assert [text.body for _receipt, text in standing_yes(REF)] == ["May beta?"]
    assert known() == {REF}
    decide(beta, "withdrawn")
    assert known() == set()
    decide(beta, "yes")
    decide(alpha, "yes")
    assert {text.body for _receipt, text in standing_yes(REF)} == {"May alpha?", "May beta?"}
    assert standing_yes(b"o" * 16) == []


def known() -> set[bytes]:
    """The signatures for which some yes stands."""
    refs = db.session.scalars(
        db.select(ConsentReceipt.signature_ref).where(
            has_standing_yes(ConsentReceipt.signature_ref)
        )
    )
    return {bytes(ref) for ref in refs}
