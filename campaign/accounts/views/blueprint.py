"""The blueprint of accounts, and how its pages are answered."""

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, url_for

bp = Blueprint("accounts", __name__, url_prefix="/workspace")


def page(template: str, status: int = 200, **context: Any) -> Response:
    """A rendered page."""
    return make_response(render_template(template, **context), status)


def go(endpoint: str, done: str = "", **values: Any) -> Response:
    """Lead on after an act; `done` is the code of what the next page says was done."""
    return make_response(redirect(url_for(endpoint, **values, done=done or None), 303))
