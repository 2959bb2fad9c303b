"""Real content and demonstrations, loaded from `content/` through the operations.

Loading again changes nothing, unless the files changed and nobody else acted on the petition since.
"""

import hashlib
import json
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

from campaign.audit.operations import record
from campaign.audit.queries import entries_about
from campaign.core.db import transaction
from campaign.i18n.formats import BRUSSELS
from campaign.partners.models import Organisation
from campaign.partners.operations import list_organisation
from campaign.partners.queries import organisation_by_slug
from campaign.petitions.models import Petition
from campaign.petitions.operations import counting, publishing
from campaign.petitions.operations.seeding import Support, seed_support
from campaign.petitions.queries.petitions import controllers_of, petition_by_slug
from campaign.voices.operations import open_collection
from campaign.voices.wording import wordings

FOLDER = Path(__file__).parent / "content"
ACTOR = "content"
LOADED = "content.loaded"
PARAGRAPHS = ("letter", "demands", "background")
OPENING_HOUR = time(9)
COUNTING_HOUR = time(18)
LAST_MINUTE = time(23, 59)
# How busy a day of the week (from Monday) and an hour of the day (in Brussels) are: a believable rhythm, nothing more.
WEEKDAYS = (1.2, 1.0, 1.3, 1.0, 0.8, 0.6, 1.1)
HOURS = (1, 0.5, 0.3, 0.2, 0.2, 0.4, 1, 2, 3, 4, 4, 4, 5, 5, 4, 4, 4, 5, 6, 7, 8, 8, 6, 3)
FIRST_WEEK = 1.7
GOLDEN_RATIO = 0.6180339887498949
TOWNS = {
    "VLG": ("9000", "2000", "3000", "2800", "8500", "1800", "3500", "8000", "9300", "2300"),
    "WAL": ("4000", "6000", "5000", "7000", "1348", "4800", "6700", "7500", "5500"),
    "BRU": ("1000", "1030", "1060", "1080", "1050", "1070", "1090", "1190", "1210"),
}


@dataclass(frozen=True)
class LoadReport:
    """What one loading did: petitions written, petitions left as they are, made-up supports added."""

    loaded: tuple[str, ...]
    kept: tuple[str, ...]
    support_count: int


@dataclass(frozen=True)
class Content:
    """One petition's file, the moment of loading, and when the petition began if it was loaded before."""

    source: Mapping[str, Any]
    now: datetime
    began_at: datetime | None = None

    @property
    def slug(self) -> str:
        """The petition's address."""
        return str(self.source["slug"])

    @property
    def subject(self) -> str:
        """The petition's name in the audit entries."""
        return f"petition:{self.slug}"

    @property
    def opens_at(self) -> datetime:
        """When the collection began. A demonstration began some weeks before it was first loaded."""
        if self.began_at is not None:
            return self.began_at
        if "opened_on" in self.source:
            return datetime.combine(date.fromisoformat(self.source["opened_on"]), time(0), BRUSSELS)
        today = self.now.astimezone(BRUSSELS).date()
        began_on = today - timedelta(days=self.source["days_open_before_loading"])
        return datetime.combine(began_on, OPENING_HOUR, BRUSSELS)

    @property
    def closes_at(self) -> datetime | None:
        """When the collection ends, where that is known."""
        if "closed_on" in self.source:
            return datetime.combine(
                date.fromisoformat(self.source["closed_on"]), LAST_MINUTE, BRUSSELS
            )
        if "days_of_collection" in self.source:
            return datetime.combine(
                self.day(self.source["days_of_collection"]), LAST_MINUTE, BRUSSELS
            )
        return None

    def day(self, days_after_opening: int) -> date:
        """A day counted from the opening."""
        return self.opens_at.astimezone(BRUSSELS).date() + timedelta(days=days_after_opening)

    @property
    def digest(self) -> str:
        """What changes when the content does."""
        everything = json.dumps(
            [self.source, _read("consents"), _read("organisations")], sort_keys=True
        )
        return hashlib.sha256(everything.encode()).hexdigest()


def load(now: datetime) -> LoadReport:
    """Bring every petition of `content/` into the database, each in a transaction of its own.

    A petition that somebody else acted on is left alone, and so is one whose files did not change.
    """
    loaded, kept, support_count = [], [], 0
    for path in sorted((FOLDER / "petitions").glob("*.json")):
        source = json.loads(path.read_text(encoding="utf-8"))
        with transaction():
            before = petition_by_slug(source["slug"])
            content = Content(source, now, began_at=before.opens_at if before else None)
            if before is not None and not _may_rewrite(content):
                kept.append(content.slug)
                continue
            support_count += _load_petition(content, is_new=before is None)
            record(actor=ACTOR, act=LOADED, subject=content.subject, now=now, detail=content.digest)
            loaded.append(content.slug)
    return LoadReport(tuple(loaded), tuple(kept), support_count)


def _read(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def _may_rewrite(content: Content) -> bool:
    entries = entries_about(content.subject)
    digests = [entry.detail for entry in entries if entry.act == LOADED]
    is_ours = bool(digests) and all(entry.actor == ACTOR for entry in entries)
    return is_ours and digests[-1] != content.digest


def _load_petition(content: Content, *, is_new: bool) -> int:
    organisations = _organisations(content)
    petition = _write(content, organisations)
    publishing.set_stages(petition, _steps(content), actor=ACTOR, now=content.now)
    publishing.set_documents(
        petition, [_document(document) for document in content.source["documents"]]
    )
    if petition.accepts_support:
        _publish_consents(petition, content, organisations)
    if is_new:
        publishing.move_along(petition, content.source["states"], actor=ACTOR, now=content.now)
        # A campaign of the past closed on the day its sources tell, or on one nobody knows: not today.
        petition.closes_at = content.closes_at
    if content.source.get("takes_voices"):
        open_voices(petition, actor=ACTOR, now=content.now)
    _record_counts(petition, content)
    if not petition.is_demonstration:
        return 0
    return seed_support(petition, _supports(content), actor=ACTOR, now=content.now)


def _organisations(content: Content) -> dict[str, Organisation]:
    listed = {one["slug"]: one for one in _read("organisations")}
    found = {}
    for part in content.source["parts"]:
        facts = {
            name: value for name, value in listed[part["organisation"]].items() if name != "updates"
        }
        found[facts["slug"]] = organisation_by_slug(facts["slug"]) or list_organisation(
            now=content.now, **facts
        )
    return found


def _write(content: Content, organisations: Mapping[str, Organisation]) -> Petition:
    facts = dict(content.source["facts"], opens_at=content.opens_at, closes_at=content.closes_at)
    facts["instrument_on"] = date.fromisoformat(
        facts.get("instrument_on", content.day(0).isoformat())
    )
    parts = [
        publishing.Part(
            organisation=organisations[part["organisation"]],
            **{name: value for name, value in part.items() if name != "organisation"},
        )
        for part in content.source["parts"]
    ]
    return publishing.write_petition(
        slug=content.slug,
        source_language=content.source["source_language"],
        facts=facts,
        wordings={language: _wording(text) for language, text in content.source["texts"].items()},
        parts=parts,
        actor=ACTOR,
        now=content.now,
    )


def _wording(text: Mapping[str, Any]) -> publishing.Wording:
    joined = {name: "\n\n".join(text.get(name, ())) for name in PARAGRAPHS}
    return publishing.Wording(**{**text, **joined})


def _steps(content: Content) -> list[publishing.Step]:
    return [_step(stage, content) for stage in content.source["stages"]]


def _step(stage: Mapping[str, Any], content: Content) -> publishing.Step:
    reached_on = date.fromisoformat(stage["reached_on"]) if "reached_on" in stage else None
    if "days_after_opening" in stage:
        reached_on = content.day(stage["days_after_opening"])
    document = stage.get("document", {})
    return publishing.Step(
        stage=stage["stage"],
        reached_on=reached_on,
        date_precision=stage.get("date_precision", "day"),
        notes=stage.get("notes", {}),
        document_url=document.get("url", ""),
        document_label=document.get("label", ""),
    )


def _document(document: Mapping[str, str]) -> publishing.Document:
    published = document.get("published_on")
    return publishing.Document(
        title=document["title"],
        url=document["url"],
        language=document["language"],
        published_on=date.fromisoformat(published) if published else None,
    )


def _publish_consents(
    petition: Petition, content: Content, organisations: Mapping[str, Organisation]
) -> None:
    """Before the first support: nobody agrees to a wording that is not published yet."""
    wordings = _read("consents")
    authorities = wordings["authorities"][petition.authority]
    parts = content.source["parts"]
    controllers = ", ".join(
        organisations[part["organisation"]].name for part in parts if part.get("is_controller")
    )
    questions = {one["slug"]: one["updates"] for one in _read("organisations") if "updates" in one}
    publishing.publish_consents(
        petition,
        to_sign={
            language: body.format(controllers=controllers, target=authorities[language])
            for language, body in wordings["to_sign"].items()
        },
        updates={
            organisations[part["organisation"]].id: questions[part["organisation"]]
            for part in parts
            if part.get("offers_updates")
        },
        now=content.opens_at,
    )


def open_voices(petition: Petition, *, actor: str, now: datetime) -> None:
    """Take voices beside a petition, in the words that are ready."""
    open_collection(petition.id, wordings(controllers_of(petition)), actor=actor, now=now)


def _record_counts(petition: Petition, content: Content) -> None:
    for count in content.source.get("counts", []):
        counting.record_official_count(
            petition=petition,
            actor=ACTOR,
            now=content.now,
            **{**count, "as_of": date.fromisoformat(count["as_of"])},
        )
    series = content.source.get("series")
    if series is None:
        return
    for position, days in enumerate(series["days"]):
        for channel, finals in series["final"].items():
            for stratum, final in finals.items():
                counting.record_official_count(
                    petition=petition,
                    channel=channel,
                    stratum=stratum,
                    count=final * series["percent"][channel][position] // 100,
                    as_of=content.day(days),
                    actor=ACTOR,
                    now=datetime.combine(content.day(days), COUNTING_HOUR, BRUSSELS),
                    source_label=series["source_label"],
                )


def _supports(content: Content) -> list[Support]:
    """Nobody in particular: so many per region, country and language, mixed evenly over the weeks."""
    kinds = [kind for kind in content.source.get("support", []) for _ in range(kind["count"])]
    mixed = sorted(enumerate(kinds), key=lambda pair: pair[0] * GOLDEN_RATIO % 1)
    moments = _moments(len(kinds), content.opens_at, content.now)
    return [
        Support(
            moment,
            kind["stratum"],
            kind["country"],
            kind["language"],
            _postal_code(kind["stratum"], position),
        )
        for position, (moment, (_, kind)) in enumerate(zip(moments, mixed, strict=True))
    ]


def _postal_code(stratum: str, position: int) -> str | None:
    """A town of that region, the first ones more often; none for who lives abroad."""
    towns = TOWNS.get(stratum, ())
    share = (position * GOLDEN_RATIO % 1) ** 2
    return towns[int(share * len(towns))] if towns else None


def _moments(count: int, start: datetime, end: datetime) -> list[datetime]:
    """So many moments from `start` to `end`, denser when people are awake and in the first week."""
    hours = [
        start + timedelta(hours=hour) for hour in range(int((end - start) / timedelta(hours=1)))
    ]
    reached = list(accumulate(_busyness(hour, start) for hour in hours))
    moments = []
    for place in range(count):
        wanted = (place + 0.5) / count * reached[-1]
        index = bisect_right(reached, wanted)
        begun = reached[index - 1] if index else 0.0
        moments.append(hours[index] + timedelta(hours=(wanted - begun) / (reached[index] - begun)))
    return moments


def _busyness(hour: datetime, start: datetime) -> float:
    local = hour.astimezone(BRUSSELS)
    return (
        HOURS[local.hour]
        * WEEKDAYS[local.weekday()]
        * (FIRST_WEEK if hour - start < timedelta(days=7) else 1)
    )
