"""The blueprint of the organisers' pages about petitions, and how its pages are answered."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, make_response, render_template

from campaign.i18n.languages import current_code
from campaign.petitions.models import Petition
from campaign.petitions.queries.petitions import petition_by_slug, text_for

View = Callable[..., Any]

bp = Blueprint("petitions_workspace", __name__, url_prefix="/workspace")


def takes_up_to(largest: int) -> Callable[[View], View]:
    """Under `@requires`: this view's form may be so many bytes large (see `app.py`)."""

    def mark(view: View) -> View:
        view.largest_body = largest  # type: ignore[attr-defined]
        return view

    return mark


def petition_at(slug: str) -> Petition:
    """The petition of an address that the guard has found."""
    found = petition_by_slug(slug)
    assert found is not None
    return found


def page(template: str, status: int = 200, **context: Any) -> Response:
    """A rendered page."""
    return make_response(render_template(template, **context), status)


def petition_page(petition: Petition, template: str, status: int = 200, **context: Any) -> Response:
    """A rendered page about one petition, with its title in the reader's language."""
    text = text_for(petition, current_code()) if petition.texts else None
    return page(template, status, petition=petition, text=text, **context)
