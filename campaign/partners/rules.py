"""The address of an organisation."""

from collections.abc import Collection

from flask_babel import lazy_gettext as _l

from campaign.core.errors import RefusedError
from campaign.core.text import folded

LONGEST_SLUG = 60


class HostedByItselfError(RefusedError):
    """An organisation cannot answer for itself through itself."""

    code = "hosted_by_itself"
    message = _l("An organisation cannot be its own host. Choose another one, or none.")


def slug_for(name: str, taken: Collection[str]) -> str:
    """An address made of the name, with a number where another organisation has it."""
    plain = folded(name).encode("ascii", "ignore").decode()
    slug = "-".join(plain.split())[:LONGEST_SLUG].strip("-") or "organisation"
    if slug not in taken:
        return slug
    return next(
        numbered for n in range(2, len(taken) + 3) if (numbered := f"{slug}-{n}") not in taken
    )
