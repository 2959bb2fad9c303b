"""The format holds the other rules we know of: a European initiative, French departments, communes, plain checklists."""

import json
from dataclasses import replace
from datetime import date

import pytest

from campaign.thresholds.bands import picture
from campaign.thresholds.instruments import (
    RULES_FOLDER,
    Confidence,
    InstrumentFileError,
    Kind,
    Notice,
    NoticeUnit,
    OfficialForm,
    load_instruments,
)
from campaign.thresholds.rules import Tally, Verdict, evaluate, summary, thresholds_reached

ON = date(2026, 11, 23)
ECI_MINIMA = {
    "BE": 15840, "BG": 12240, "CZ": 15120, "DK": 10800, "DE": 69120, "EE": 5040, "IE": 10080, "EL": 15120,
    "ES": 43920, "FR": 58320, "HR": 8640, "IT": 54720, "CY": 4320, "LV": 6480, "LT": 7920, "LU": 4320,
    "HU": 15120, "MT": 4320, "NL": 22320, "AT": 14400, "PL": 38160, "PT": 15120, "RO": 23760, "SI": 6480,
    "SK": 10800, "FI": 10800, "SE": 15120,
}  # fmt: skip


@pytest.fixture(name="folder")
def rule_folder(tmp_path):
    """A folder of rule files written by hand, as someone adding a rule would."""

    def write(rule_id, **changes):
        chamber = json.loads((RULES_FOLDER / "be-chamber-hearing.json").read_text(encoding="utf-8"))
        version = {**chamber["versions"][-1], **changes}
        (tmp_path / f"{rule_id}.json").write_text(
            json.dumps({"id": rule_id, "versions": [version]})
        )
        return tmp_path

    return write


def named(minima):
    return [
        {"key": key, "minimum": minimum, "name": {"fr": key}} for key, minimum in minima.items()
    ]


@pytest.fixture(name="eci")
def european_initiative(folder):
    changes = {
        "total_minimum": 1_000_000,
        "strata": named(ECI_MINIMA),
        "min_strata": 7,
        "paper_rule": "all",
        "period": {"months": 12, "status": "known", "explanation": {"fr": "12 mois"}},
    }
    return load_instruments(folder("eci", **changes))["eci"][0]


def online(counts):
    return [Tally(key, "official_platform", count) for key, count in counts.items()]


def test_a_european_initiative_needs_a_million_and_seven_countries(eci):
    assert sum(ECI_MINIMA.values()) == 720 * 720
    seven = {key: ECI_MINIMA[key] for key in ("BE", "LU", "MT", "CY", "EE", "SI", "LV")}
    met = evaluate(eci, online({**seven, "DE": 1_000_000 - sum(seven.values())}), ON)
    assert (met.verdict, met.total_missing) == (Verdict.MET, 0)
    assert met.strata_reached == 8


def test_a_million_in_six_countries_is_not_enough(eci):
    six = {key: ECI_MINIMA[key] for key in ("BE", "LU", "MT", "CY", "EE")}
    evaluation = evaluate(eci, online({**six, "DE": 1_500_000}), ON)
    assert evaluation.verdict is Verdict.NOT_MET
    assert evaluation.total_missing == ECI_MINIMA["SI"]
    said = summary(evaluation)
    assert (said.code, said.values["reached"], said.values["min_strata"]) == (
        "too_few_strata",
        6,
        7,
    )


def test_seven_countries_without_a_million_are_not_enough(eci):
    counts = dict(list(ECI_MINIMA.items())[:7])
    evaluation = evaluate(eci, online(counts), ON)
    assert evaluation.verdict is Verdict.NOT_MET
    assert evaluation.total_missing == 1_000_000 - sum(counts.values())
    said = summary(evaluation)
    assert said.code == "some_strata"
    assert said.values == {
        "missing": evaluation.total_missing,
        "reached": 7,
        "min_strata": 7,
    }
    assert thresholds_reached(evaluation) == frozenset(counts)


def test_surplus_in_one_country_helps_the_total_but_not_another_country(eci):
    less = evaluate(eci, online({"DE": 69_120}), ON)
    more = evaluate(eci, online({"DE": 169_120}), ON)
    assert more.total_missing == less.total_missing - 100_000
    assert [result.missing for result in more.strata] == [result.missing for result in less.strata]


def test_signatures_of_unknown_country_do_not_complete_the_million_for_certain(eci):
    known = {**ECI_MINIMA, "DE": 999_990 - (sum(ECI_MINIMA.values()) - ECI_MINIMA["DE"])}
    unknown = [Tally("ABROAD", "official_platform", 10)]
    assert evaluate(eci, [*online(known), *unknown], ON).verdict is Verdict.UNDETERMINED
    assert evaluate(eci, online(known), ON).total_missing == 10


def test_the_picture_of_twenty_seven_countries_stays_in_its_frame(eci):
    drawn = picture(evaluate(eci, online(dict.fromkeys(ECI_MINIMA, 60_000)), ON))
    assert len(drawn.bands) == 27
    assert max(band.height for band in drawn.bands) == 72
    assert all(part.x <= drawn.line for part in drawn.total_segments)


def test_a_rule_may_ask_for_signatures_from_thirty_departments(folder):
    departments = named({f"{number:02}": 1 for number in range(1, 102)})
    changes = {"total_minimum": 500_000, "strata": departments, "min_strata": 30}
    rule = load_instruments(folder("fr-assembly", **changes))["fr-assembly"][0]
    counts = {f"{number:02}": 20_000 for number in range(1, 30)}
    assert evaluate(rule, online(counts), ON).total_missing == 1
    assert evaluate(rule, online({**counts, "75": 1}), ON).verdict is Verdict.MET


def test_places_we_cannot_list_leave_the_verdict_open_and_never_met(folder):
    changes = {"total_minimum": 500_000, "strata": None, "min_strata": 30}
    rule = load_instruments(folder("fr-assembly", **changes))["fr-assembly"][0]
    assert not rule.strata_are_listed
    enough = evaluate(rule, online({"75": 300_000, "13": 900_000}), ON)
    assert (enough.verdict, enough.total_missing) == (Verdict.UNDETERMINED, 0)
    assert not enough.combination_in_doubt
    assert summary(enough).code == "places_not_listed"
    assert summary(enough).values["min_strata"] == 30
    assert enough.places_unlisted
    assert thresholds_reached(enough) == frozenset()
    short = evaluate(rule, online({"75": 499_999}), ON)
    assert (short.verdict, short.total_missing) == (Verdict.NOT_MET, 1)
    assert summary(short).values["worst_stratum"] == "ALL"
    assert picture(enough).bands[0].percent == 240


@pytest.mark.parametrize(
    "changes",
    [
        {"strata": None, "min_strata": None},
        {"strata": None, "min_strata": 0},
        {"strata": None, "min_strata": 30, "total_minimum": None},
        {"strata": [], "min_strata": 30},
    ],
)
def test_places_without_a_list_say_how_many_are_needed_and_what_the_total_is(folder, changes):
    with pytest.raises(InstrumentFileError):
        load_instruments(folder("unlisted", **changes))


def test_a_place_may_have_an_age_and_a_form_of_its_own(folder):
    place = {"key": "SK", "minimum": 10_800, "name": {"fr": "Slovaquie"}}
    form = {"key": "A", "confidence": "to_be_verified"}
    changes = {"strata": [{**place, "min_age": 18, "form": form}], "min_strata": 1}
    folder("slovakia", **changes)
    rules = load_instruments(folder("bare", strata=[place], min_strata=1))
    slovakia, bare = rules["slovakia"][0].strata[0], rules["bare"][0].strata[0]
    assert (slovakia.min_age, slovakia.form) == (18, OfficialForm("A", Confidence.TO_BE_VERIFIED))
    assert (bare.min_age, bare.form) == (None, None)


def test_a_rule_may_ask_to_be_given_notice(folder):
    notice = {"days": 13, "unit": "calendar", "confidence": "sourced"}
    folder("thirteen", notice=notice)
    rules = load_instruments(folder("none-asked"))
    assert rules["thirteen"][0].notice == Notice(13, NoticeUnit.CALENDAR, Confidence.SOURCED)
    assert rules["none-asked"][0].notice is None


def test_a_rule_is_offered_unless_its_file_says_no_and_why(folder):
    folder("offered")
    reason = [{"fr": "Il ne contrôle plus le Gouvernement."}]
    rules = load_instruments(folder("refused", is_offered=False, notes=reason))
    assert rules["offered"][0].is_offered
    assert not rules["refused"][0].is_offered


@pytest.mark.parametrize(
    "changes",
    [
        {"is_offered": "no"},
        {"is_offered": False, "notes": []},
        {"notice": {"days": 0, "unit": "clear", "confidence": "sourced"}},
        {"notice": {"days": 12, "unit": "working", "confidence": "sourced"}},
        {"notice": {"days": 12, "unit": "clear"}},
        {"strata": [{"key": "X", "minimum": 1, "name": {"fr": "X"}, "min_age": "16"}]},
        {"strata": [{"key": "X", "minimum": 1, "name": {"fr": "X"}, "form": {"key": "A"}}]},
    ],
)
def test_what_is_optional_is_still_read_strictly(folder, changes):
    with pytest.raises(InstrumentFileError):
        load_instruments(folder("strict", **changes))


def test_a_commune_writes_only_what_differs_from_its_regions_template(folder):
    commune = {"total_minimum": 25, "strata": [], "min_strata": None}
    path = folder("bru-commune", **commune)
    overriding = {
        "based_on": "bru-commune",
        "notes": [{"fr": "13 jours avant, 3 par séance au plus"}],
    }
    (path / "bru-ixelles.json").write_text(
        json.dumps({"id": "bru-ixelles", "versions": [overriding]})
    )
    ixelles = load_instruments(path)["bru-ixelles"][0]
    template = load_instruments(path)["bru-commune"][0]
    assert ixelles.total_minimum == 25
    assert ixelles.notes != template.notes
    assert replace(ixelles, id=template.id, notes=template.notes) == template


def test_templates_that_lean_on_each_other_in_a_circle_are_refused(tmp_path):
    for one, other in (("left", "right"), ("right", "left")):
        rule = {"id": one, "versions": [{"based_on": other}]}
        (tmp_path / f"{one}.json").write_text(json.dumps(rule))
    with pytest.raises(ValueError, match="circle"):
        load_instruments(tmp_path)


def test_a_target_without_threshold_is_a_checklist(folder):
    changes = {
        "kind": "checklist",
        "total_minimum": None,
        "strata": [],
        "min_strata": None,
        "checklist": [{"fr": "Sujet européen"}, {"fr": "Texte dans une langue officielle"}],
    }
    rule = load_instruments(folder("eu-parliament-petition", **changes))["eu-parliament-petition"][
        0
    ]
    assert rule.kind is Kind.CHECKLIST
    assert len(rule.checklist) == 2
    assert evaluate(rule, online({"BE": 9}), ON).verdict is Verdict.NO_THRESHOLD
