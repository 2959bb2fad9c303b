"""A petition in the words of schema.org, for search engines: only what the page itself says.

schema.org has no type for a petition, and none for a threshold: so the page is a WebPage that can be
endorsed, and the number given is support on this site, named as such.
"""

from datetime import date
from typing import Any

from flask import url_for

from campaign.petitions.pages.petition import PetitionPage


def described(page: PetitionPage, language: str, *, is_open: bool) -> dict[str, Any] | None:
    """The page as JSON-LD; None for a demonstration, which no search engine should take for real."""
    if page.is_demonstration:
        return None
    address = url_for("petitions.page", slug=page.slug, lang=language, _external=True)
    facts: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "WebPage",
        "@id": address,
        "url": address,
        "name": page.title,
        "description": page.ask,
        "inLanguage": page.language,
        "isPartOf": {
            "@type": "WebSite",
            "name": "Portevoix",
            "url": url_for("site.choose_language", _external=True),
        },
        "datePublished": _day(page.opens_on),
        "expires": _day(page.closes_on),
        "publisher": [_organisation(one.name, one.website) for one in page.organisations],
        "interactionStatistic": {
            "@type": "InteractionCounter",
            "name": "Support given on this site; it is not the number that the law counts",
            "interactionType": "https://schema.org/EndorseAction",
            "userInteractionCount": page.support_count,
        },
    }
    if is_open:
        facts["potentialAction"] = {
            "@type": "EndorseAction",
            "target": url_for("petitions.sign", slug=page.slug, lang=language, _external=True),
        }
    return {name: value for name, value in facts.items() if value}


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _organisation(name: str, website: str) -> dict[str, str]:
    named = {"@type": "Organization", "name": name}
    return named | {"url": website} if website else named
