"""Every number of the law as our sources give it: what the rule files say is compared with a list written apart."""

from datetime import date

import pytest

from campaign.thresholds.instruments import (
    Combination,
    Confidence,
    Kind,
    Notice,
    NoticeUnit,
    instrument,
    load_instruments,
    versions,
)
from campaign.thresholds.rules import Tally, Verdict, evaluate, last_day_to_submit, summary
from tests.thresholds.build import TODAY, judged, online, paper

BEFORE, AFTER = date(2024, 7, 15), date(2024, 7, 16)
NARROW = "\u202f"

# The country, its minimum until 15 July 2024, from 16 July 2024, its form ("*": to be verified) and its age.
INITIATIVE = """
BE 14805 15840 B 16 / BG 11985 12240 B 18 / CZ 14805 15120 B 18 / DK 9870 10800 A 18 / DE 67680 69120 A 16
EE 4935 5040 B 16 / IE 9165 10080 A 18 / EL 14805 15120 A 17 / ES 41595 43920 B 18 / FR 55695 58320 A 18
HR 8460 8640 B 18 / IT 53580 54720 B 18 / CY 4230 4320 B 18 / LV 5640 6480 B 18 / LT 7755 7920 B 18
LU 4230 4320 A 18 / HU 14805 15120 B 18 / MT 4230 4320 B 16 / NL 20445 22320 A 18 / AT 13395 14400 B 16
PL 36660 38160 B 18 / PT 14805 15120 B 18 / RO 23265 23760 B 18 / SI 5640 6480 B 18 / SK 9870 10800 A* 18
FI 9870 10800 A* 18 / SE 14805 15120 B* 18
"""
ROWS = {
    row.split()[0]: row.split()[1:] for line in INITIATIVE.strip().splitlines() for row in line.split(" / ")
}  # fmt: skip


def current(rule_id):
    return instrument(rule_id, TODAY)


def words(rule):
    """Everything a rule says in English, in one text, with plain spaces."""
    said = [
        *rule.effect.gives,
        *rule.effect.does_not_give,
        *rule.checklist,
        *rule.notes,
        *rule.open_questions,
        rule.law,
        rule.author,
        rule.period.explanation,
        rule.signatory.who_may_sign,
        *(channel.how for channel in rule.channels),
        *((rule.submit_to.instructions,) if rule.submit_to else ()),
    ]
    return " ".join(text.in_language("en") for text in said).replace(NARROW, " ")


@pytest.mark.parametrize(
    ("rule_id", "total", "min_age", "months"),
    [
        ("be-chamber-hearing", 25_000, 16, None),
        ("bru-parliament-hearing", 1_000, 16, None),
        ("bru-deliberative", 1_000, 16, None),
        ("wal-parliament-hearing", 1_000, 16, None),
        ("wal-deliberative", 2_000, 16, 6),
        ("fl-parliament-hearing", 15_000, None, None),
        ("commune-bru", 25, None, None),
        ("commune-bru-brussels-city", 25, 16, None),
        ("commune-bru-ixelles", 25, 16, None),
        ("commune-bru-watermael-boitsfort", 25, None, None),
        ("eci", 1_000_000, None, 12),
        ("fr-assembly", 500_000, 18, None),
        ("fr-senate", 100_000, 18, 6),
        ("fr-cese", 150_000, 16, None),
    ],
)
def test_the_total_the_age_and_the_months_are_those_of_the_law(rule_id, total, min_age, months):
    rule = current(rule_id)
    assert rule.kind is Kind.LEGAL_THRESHOLD
    assert (rule.total_minimum, rule.signatory.min_age, rule.period.months) == (
        total,
        min_age,
        months,
    )
    assert (rule.period.status == "known") == (months is not None)


@pytest.mark.parametrize(
    "rule_id",
    [
        "be-chamber-no-hearing",
        "be-senate",
        "pfwb-parliament",
        "dg-parliament",
        "dg-buergerdialog",
        "commune-wal",
        "commune-vlg",
        "eu-parliament-petition",
        "ml-cesec",
        "un-special-rapporteur-migrants",
        "achpr",
    ],
)
def test_where_no_number_is_known_there_is_none(rule_id):
    rule = current(rule_id)
    assert (rule.kind, rule.total_minimum, rule.strata) == (Kind.CHECKLIST, None, ())
    assert rule.checklist
    assert judged(rule, paper(ALL=10**6)).verdict is Verdict.NO_THRESHOLD


def test_every_rule_has_its_number_compared_here():
    numbered = {
        rule.id for found in load_instruments().values() for rule in found if rule.total_minimum
    }
    assert len(numbered) == 14
    assert len(load_instruments()) == 14 + 11 + len({"none"})


@pytest.mark.parametrize(
    ("rule_id", "said"),
    [
        (
            "be-chamber-hearing",
            ["29 November 2022", "16 November 2022", "19 January 2023", "two separate sheets"],
        ),
        ("be-chamber-no-hearing", ["20 days"]),
        ("bru-parliament-hearing", ["COCOM", "COCOF", "6 months", "from 5 000 to 1 000", "1005"]),
        ("bru-deliberative", ["from 5 000 to 1 000 in June 2020"]),
        ("wal-parliament-hearing", ["20 September 2020", "6 months", "5012 Namur", "1 000"]),
        ("wal-deliberative", ["6 months from the day it goes online"]),
        ("fl-parliament-hearing", ["6 months", "3 more months"]),
        ("be-senate", ["no control function", "abolition is under way", "article 57"]),
        ("dg-parliament", ["may hear", "No right to be heard", "Platz des Parlaments 1, 4700 Eupen"]),
        ("dg-buergerdialog", ["100 people", "100 at first. To be verified"]),
        ("commune-bru", ["22 February 2024", "317/1 to 317/3", "19 communes", "At least 25"]),
        ("commune-bru-ixelles", ["13 calendar days", "at most 3"]),
        ("commune-bru-watermael-boitsfort", ["12 clear days", "25 signatures"]),
        ("commune-wal", ["L1122-14", "29 March 2018", "6 months", "10 minutes", "15 clear days", "18"]),
        ("commune-vlg", ["article 304", "2%", "15 000", "300 signatures", "1% from 30 000"]),
        ("eu-parliament-petition", ["24 official languages", "initials", "legal personality"]),
        ("eci", ["at least 7 citizens", "7 member states", "16 July 2024", "times 720", "2019/788"]),
        ("eci", ["Commission's system only", "COM(2026)348", "2 July 2026"]),
        ("fr-assembly", ["100 000", "500 000", "30 departments", "RNIPP"]),
        ("fr-senate", ["100 000", "6 months", "15 days", "Conference of Presidents"]),
        ("fr-cese", ["opinion", "JORFARTI000045912158"]),
        ("ml-cesec", ["2025-0339/PT-RM of 13 May 2025", "22 July 2023", "164 to 168"]),
        ("ml-cesec", ["no Malian threshold", "lending them premises"]),
        ("un-special-rapporteur-migrants", ["letter of allegation", "urgent appeal", "exhausted"]),
        ("achpr", ["article 56", "insults nobody", "media", "exhausted", "reasonable", "elsewhere"]),
    ],
)  # fmt: skip
def test_what_has_no_field_of_its_own_is_said_in_words(rule_id, said):
    text = words(current(rule_id)).replace("’", "'")
    assert [part for part in said if part not in text] == []


@pytest.mark.parametrize(
    ("rule_id", "notice", "last_day"),
    [
        ("commune-bru", None, None),
        ("commune-bru-brussels-city", None, None),
        (
            "commune-bru-ixelles",
            Notice(13, NoticeUnit.CALENDAR, Confidence.SOURCED),
            date(2026, 11, 13),
        ),
        (
            "commune-bru-watermael-boitsfort",
            Notice(12, NoticeUnit.CLEAR, Confidence.TO_BE_VERIFIED),
            date(2026, 11, 13),
        ),
        ("commune-wal", Notice(15, NoticeUnit.CLEAR, Confidence.SOURCED), date(2026, 11, 10)),
        ("commune-vlg", None, None),
    ],
)
def test_a_commune_is_told_in_time(rule_id, notice, last_day):
    assert current(rule_id).notice == notice
    if notice is not None:
        assert last_day_to_submit(date(2026, 11, 26), notice) == last_day


def test_the_communes_of_brussels_lean_on_their_template():
    template = current("commune-bru")
    for place in ("brussels-city", "ixelles", "watermael-boitsfort"):
        commune = current(f"commune-bru-{place}")
        assert commune.law == template.law
        assert commune.checklist == template.checklist
        assert commune.valid_from == date(2024, 2, 22)
        assert commune.title != template.title
        assert judged(commune, paper(ALL=24)).verdict is Verdict.NOT_MET
        assert judged(commune, paper(ALL=25)).verdict is Verdict.MET


def test_the_minima_of_an_initiative_are_those_of_the_two_tables():
    for on, column in ((BEFORE, 0), (AFTER, 1)):
        rule = instrument("eci", on)
        assert {place.key: place.minimum for place in rule.strata} == {
            key: int(row[column]) for key, row in ROWS.items()
        }
        assert {place.key: place.min_age for place in rule.strata} == {
            key: int(row[3]) for key, row in ROWS.items()
        }
        assert (len(rule.strata), rule.min_strata) == (27, 7)


def test_the_form_of_each_country_is_known_or_said_to_be_unsure():
    for rule in versions("eci"):
        for place in rule.strata:
            written = ROWS[place.key][2]
            assert place.form.key == written[0]
            assert (place.form.confidence is Confidence.TO_BE_VERIFIED) == written.endswith("*")


@pytest.mark.parametrize(("on", "seats_in_all"), [(BEFORE, 705), (AFTER, 720)])
def test_a_minimum_is_the_seats_of_the_country_times_all_seats(on, seats_in_all):
    rule = instrument("eci", on)
    divided = [divmod(place.minimum, seats_in_all) for place in rule.strata]
    assert not [remainder for _seats, remainder in divided if remainder]
    assert sum(seats for seats, _remainder in divided) == seats_in_all
    assert f"times {seats_in_all}" in words(rule)


def test_the_table_of_the_new_seats_is_shown_as_worked_out_by_us():
    old, new = versions("eci")
    assert (old.valid_to, new.valid_from) == (BEFORE, AFTER)
    assert old.confidence_in("strata") is Confidence.SOURCED
    assert new.confidence_in("strata") is Confidence.TO_BE_VERIFIED
    assert "55 595" in words(old)


@pytest.mark.parametrize("on", [BEFORE, AFTER])
def test_an_initiative_needs_seven_countries_and_a_million(on):
    rule = instrument("eci", on)
    minima = {place.key: place.minimum for place in rule.strata}
    six = {key: minima[key] for key in ("BE", "LU", "MT", "CY", "EE", "FR")}
    rest = 1_000_000 - sum(six.values()) - (minima["SI"] - 1)

    def verdict(counts):
        tallies = [Tally(key, "official_platform", count) for key, count in counts.items()]
        return evaluate(rule, tallies, on)

    # Germany alone carries the rest, and is the seventh country.
    met = verdict({**six, "DE": 1_000_000 - sum(six.values())})
    assert (met.verdict, met.strata_reached, met.collected) == (Verdict.MET, 7, 1_000_000)
    short = verdict({**six, "DE": 999_999 - sum(six.values())})
    assert (short.verdict, short.strata_reached, short.total_missing) == (Verdict.NOT_MET, 7, 1)
    # The same million with one signature too few in the seventh country; France carries the rest.
    six_only = verdict({**six, "SI": minima["SI"] - 1, "FR": six["FR"] + rest})
    assert (six_only.verdict, six_only.strata_reached) == (Verdict.NOT_MET, 6)
    assert (six_only.collected, six_only.total_missing) == (1_000_000, 1)
    assert summary(six_only).code == "too_few_strata"


def test_the_chamber_tells_how_its_paper_form_is_asked_for_filled_in_and_sent():
    rule = current("be-chamber-hearing")
    text = words(rule)
    for part in (
        "petitions-verzoekschriften@lachambre.be",
        "petitions-verzoekschriften@dekamer.be",
        "A4 upright, two separate sheets, not double-sided",
        "typed on both pages",
        "page 1 stays blank",
        "The hearing must be asked for when the petition is filed",
    ):
        assert part in text, part
    first, second, third = (step.in_language("en") for step in rule.attribution_order)
    assert "voters’ list" in first
    assert "registered before" in second
    assert "commune of birth" in third
    assert "the criterion after the commune of birth is unknown" in text


def test_half_a_million_in_france_leaves_the_departments_open():
    rule = current("fr-assembly")
    assert (rule.strata, rule.min_strata, rule.strata_are_listed) == ((), 30, False)
    reached = judged(rule, online(ALL=500_000))
    assert reached.verdict is Verdict.UNDETERMINED
    assert summary(reached).code == "places_not_listed"
    assert judged(rule, online(ALL=499_999)).verdict is Verdict.NOT_MET


def test_only_the_official_system_counts_where_the_law_has_one():
    """Our own number is support: the Chamber, Brussels, an initiative, France."""
    for rule_id in (
        "be-chamber-hearing",
        "bru-parliament-hearing",
        "eci",
        "fr-assembly",
        "fr-senate",
    ):
        assert current(rule_id).counting_channels <= {"official_platform", "official_paper"}
    assert current("fr-assembly").combination.status is Combination.ALLOWED
    assert current("eci").combination.status is Combination.UNCLEAR


def test_the_addresses_are_those_of_the_sources():
    assert {
        rule_id: current(rule_id).submit_to.address
        for rule_id in (
            "be-chamber-hearing", "bru-parliament-hearing", "wal-parliament-hearing", "dg-parliament",
            "eu-parliament-petition", "fr-cese", "ml-cesec", "achpr",
        )
    } == {
        "be-chamber-hearing": "Place de la Nation 2, 1008 Brussels",
        "bru-parliament-hearing": "1005 Brussels",
        "wal-parliament-hearing": "5012 Namur",
        "dg-parliament": "Platz des Parlaments 1, 4700 Eupen",
        "eu-parliament-petition": "Chair of the Committee on Petitions, c/o PETI Secretariat, "
        "Rue Wiertz 60, 1047 Brussels",
        "fr-cese": None,
        "ml-cesec": None,
        "achpr": None,
    }  # fmt: skip
