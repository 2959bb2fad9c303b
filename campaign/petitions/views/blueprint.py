"""The blueprint of the petitions' public pages."""

from flask import Blueprint

bp = Blueprint("petitions", __name__, url_prefix="/<lang:lang>")
