"""Beginning from the sample: a draft whose words say what belongs in their place."""

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from campaign.core.db import wait_for_turn
from campaign.i18n.formats import BRUSSELS
from campaign.partners.models import Organisation
from campaign.petitions.models import Petition
from campaign.petitions.operations import publishing
from campaign.petitions.queries.petitions import petition_by_slug

SAMPLE = Path(__file__).parents[2] / "content" / "sample.json"
LONGEST_SLUG = 80


@cache
def the_sample() -> dict[str, Any]:
    """The sample as it is kept: facts, the language it was written in, and its words by language."""
    found: dict[str, Any] = json.loads(SAMPLE.read_text())
    return found


def sample_slug(organisation: Organisation) -> str:
    """The address of an organisation's copy: it has one at a time under this address."""
    return f"{the_sample()['slug']}-{organisation.slug}"[:LONGEST_SLUG].rstrip("-")


def begin_from_sample(organisation: Organisation, *, actor: str, now: datetime) -> Petition:
    """A draft that this organisation leads and answers for. Asked twice, there is one; what was changed
    in it since stays as it is."""
    wait_for_turn(f"petition of {organisation.id}")
    slug = sample_slug(organisation)
    begun = petition_by_slug(slug)
    if begun is not None:
        return begun
    sample = the_sample()
    return publishing.write_petition(
        slug=slug,
        source_language=sample["source_language"],
        facts={
            **sample["facts"],
            "instrument_on": now.astimezone(BRUSSELS).date(),
            "is_demonstration": organisation.is_demonstration,
        },
        wordings={
            language: publishing.Wording(
                **{
                    name: "\n\n".join(words) if isinstance(words, list) else words
                    for name, words in text.items()
                }
            )
            for language, text in sample["texts"].items()
        },
        parts=[publishing.Part(organisation, "lead", is_controller=True, offers_updates=True)],
        actor=actor,
        now=now,
    )
