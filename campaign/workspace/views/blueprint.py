"""The blueprint of the workspace, and how its pages are answered."""

from typing import Any

from flask import Blueprint, Response, make_response, render_template

bp = Blueprint("workspace", __name__, url_prefix="/workspace")


def page(template: str, status: int = 200, **context: Any) -> Response:
    """A rendered page."""
    return make_response(render_template(template, **context), status)
