"""The words of the feeds for stored codes."""

from flask_babel import lazy_gettext as _l

CHANNELS = {
    "official_platform": _l("online, official platform"),
    "official_paper": _l("official paper, counted"),
    "own_form": _l("form on this site"),
}
LINE_PASSED = _l("%(place)s: the line is passed")
LINE_LOST = _l("%(place)s: below the line again")
RULE_MET = _l("The legal threshold is reached")
RULE_LOST = _l("The legal threshold is not reached any more")
