"""A form filled in well, and the terms it is read under; no database needed."""

from campaign.petitions.rules.signing import SigningTerms, UpdateOffer

FILLED = {
    "given_name": "Awa",
    "family_name": "Exemple",
    "email": "awa@example.org",
    "country": "BE",
    "postal_code": "9000",
    "age": "yes",
    "consent": "y",
}


def terms(minimum: int | None = 16) -> SigningTerms:
    return SigningTerms(
        petition_id=1,
        slug="clear-criteria",
        title="Clear criteria",
        state="open",
        opens_at=None,
        closes_at=None,
        minimum_age=minimum,
        language="fr",
        consent_text_id=1,
        consent_language="fr",
        consent_sha256=b"x" * 32,
        consent_body="I agree.",
        updates=(UpdateOffer(7, "The collective", 9, "May we write?"),),
    )
