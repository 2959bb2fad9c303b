"""What the measured instance holds: petitions to list, one of them signed as often as is asked."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import func, insert, select, text

from campaign.core import clock
from campaign.core.db import db, transaction
from campaign.petitions.models import Petition, Signature, Tally, TallyEntry
from campaign.petitions.operations.counting import fold_tallies
from campaign.petitions.queries.petitions import petition_by_slug, signing_terms
from campaign.petitions.rules.signing import SigningTerms
from tests.factories.petitions import make_petition

SLUG = "measured"
LANGUAGE = "fr"
PETITIONS = 24
STRATA = ("VLG", "WAL", "BRU", "ABROAD")

# Rows as anonymising leaves them: counted, nobody's; the random identifier stays.
_ROWS = """
INSERT INTO signature (
    ref, petition_id, state, is_blocked, stratum, channel, household_place, language, is_public, age_stated,
    consent_text_id, consent_language, consent_sha256, consented_at, mail_count, created_at
)
SELECT {ref}, :petition_id, 'confirmed', {no}, :stratum, 'own_form', 1, :language, {no}, {yes},
       :text_id, :language, :sha256, CURRENT_TIMESTAMP, 1, CURRENT_TIMESTAMP
"""
_SQLITE_ROWS = """
WITH RECURSIVE series(n) AS (SELECT 1 WHERE :amount > 0 UNION ALL SELECT n + 1 FROM series WHERE n < :amount)
SELECT * FROM series
"""
_INSERT = {
    "sqlite": _ROWS.format(ref="randomblob(16)", no=0, yes=1) + f"FROM ({_SQLITE_ROWS})",
    "postgresql": _ROWS.format(ref="uuid_send(gen_random_uuid())", no="false", yes="true")
    + "FROM generate_series(1, :amount)",
}
_AFTERWARDS = {
    "sqlite": ("ANALYZE", "PRAGMA wal_checkpoint(TRUNCATE)"),
    "postgresql": ("VACUUM (ANALYZE)", "CHECKPOINT"),
}


def make_petitions() -> None:
    """Open petitions enough for two pages of the list."""
    now = clock.now()
    dates = {"opens_at": now - timedelta(days=1), "closes_at": now + timedelta(days=90)}
    make_petition(SLUG, **dates)
    for number in range(1, PETITIONS):
        make_petition(f"petition-{number}", **dates)


def fill_up(size: int) -> None:
    """Bring the measured petition to `size` signatures, those it has included."""
    terms = measured_terms()
    present = db.session.scalar(select(func.count()).select_from(Signature)) or 0
    missing = max(0, size - present)
    dialect = db.engine.dialect.name
    shares = [missing // len(STRATA)] * (len(STRATA) - 1)
    shares.insert(0, missing - sum(shares))
    with transaction():
        for stratum, amount in zip(STRATA, shares, strict=True):
            values = {
                "petition_id": terms.petition_id, "stratum": stratum, "language": LANGUAGE, "amount": amount,
                "text_id": terms.consent_text_id, "sha256": terms.consent_sha256,
            }  # fmt: skip
            db.session.execute(text(_INSERT[dialect]), values)
            if amount:
                db.session.execute(insert(TallyEntry).values(
                    petition_id=terms.petition_id, stratum=stratum, channel="own_form", change=amount,
                    happened_at=clock.now(),
                ))  # fmt: skip
    fold_all()
    tidy(_AFTERWARDS[dialect])


def measured_terms() -> SigningTerms:
    """What signing the measured petition depends on."""
    petition = petition_by_slug(SLUG)
    assert petition is not None
    terms = signing_terms(petition, LANGUAGE)
    assert terms is not None
    db.session.rollback()
    return terms


def fold_all() -> None:
    """Fold the whole journal, as the worker does every second."""
    while True:
        with transaction():
            if not fold_tallies(now=clock.now()):
                return


def newest_signature() -> int:
    """The number of the newest signature; 0 when there is none."""
    number = db.session.scalar(select(func.max(Signature.id))) or 0
    db.session.rollback()
    return number


def support() -> int:
    """The measured petition's confirmed signatures, as its tally says."""
    fold_all()
    query = select(func.sum(Tally.count)).join(Petition).where(Petition.slug == SLUG)
    total = int(db.session.scalar(query) or 0)
    db.session.rollback()
    return total


def gather_statistics() -> None:
    """What PostgreSQL does by itself within a minute of a table growing: until then, statements
    planned when the table was empty read all of it."""
    tidy(("ANALYZE",))


def tidy(statements: Sequence[str]) -> None:
    borrowed = db.engine.raw_connection()
    driver: Any = borrowed.driver_connection
    if db.engine.dialect.name == "postgresql":
        driver.autocommit = True  # VACUUM runs in no transaction
    for statement in statements:
        driver.execute(statement)
    borrowed.invalidate()
