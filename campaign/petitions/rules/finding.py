"""What must be known to look for one person's signature."""

from flask_babel import lazy_gettext as _l

from campaign.core.errors import RefusedError
from campaign.core.text import folded


class NameIncompleteError(RefusedError):
    """Half a name, which would find many people."""

    code = "name_incomplete"
    message = _l("Write the first name and the family name, as the person signed.")


def check_name(given_name: str, family_name: str) -> str:
    """A full name as it is compared: folded. Raises NameIncompleteError."""
    if not folded(given_name) or not folded(family_name):
        raise NameIncompleteError
    return folded(f"{given_name} {family_name}")
