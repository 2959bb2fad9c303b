"""The words a person reads for what is stored, and the names that are offered."""

from flask_babel import lazy_gettext as _l

# Of things, never of people: nobody is called so.
SUGGESTED_NAMES = (
    _l("Morning star"),
    _l("Big river"),
    _l("Blue door"),
    _l("First rain"),
    _l("Old tree"),
    _l("Small lamp"),
    _l("Open window"),
    _l("Long road"),
)
REASON_LABELS = {
    "names_somebody": _l("The words name another person."),
    "endangers_you": _l("The words could lead somebody to you."),
    "insults": _l("The words insult people."),
    "not_a_voice": _l("It is advertising, or not about this petition."),
    "sent_twice": _l("It was sent twice."),
}
STATE_LABELS = {
    "waiting": _l("It is counted. Somebody still has to read it before it is shown."),
    "shown": _l("It is counted, and it is shown on this site."),
    "silent": _l("It is counted. Its name and words are not shown, and we deleted them."),
    "refused": _l("It is not counted and not shown. In a few weeks it is gone."),
}
