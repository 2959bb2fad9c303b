"""The key beside the bands, straight from the template: it names no target once the collection is over."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from jinja2 import Environment, FileSystemLoader

from campaign.thresholds.bands import picture
from tests.thresholds.build import chamber, judged, online

TEMPLATES = Path(__file__).parents[2] / "templates"


def drawn(is_collecting):
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), extensions=["jinja2.ext.i18n"], autoescape=True
    )
    environment.install_null_translations(newstyle=True)
    environment.filters |= {"number": "{:,}".format, "percent": "{} %".format}
    environment.globals["asset"] = str
    evaluation = judged(chamber(), online(VLG=20000, BRU=4000, WAL=7999))
    tracker = SimpleNamespace(evaluation=evaluation, bands=picture(evaluation).bands, forecasts={})
    page = environment.from_string(
        '{% from "components/bands.html" import bands %}'
        "{{ bands(tracker, is_collecting=is_collecting) }}"
    )
    return page.render(tracker=tracker, is_collecting=is_collecting)


@pytest.mark.parametrize(
    ("is_collecting", "shown", "absent"),
    [(True, "still to sign", "not signed"), (False, "not signed", "still to sign")],
    ids=["open", "over"],
)
def test_only_an_open_petition_says_that_signatures_are_still_to_come(is_collecting, shown, absent):
    key = drawn(is_collecting)
    assert shown in key
    assert absent not in key
