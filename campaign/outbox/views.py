"""The mailbox of a developer's machine; registered in development only."""

from flask import Blueprint, abort, current_app, render_template

from campaign.outbox.mailbox import newest_messages, read_message
from campaign.outbox.transport import mailbox_folder

bp = Blueprint("dev_mailbox", __name__, url_prefix="/dev/mailbox")


@bp.get("")
def index() -> str:
    """Every message, newest first."""
    folder = mailbox_folder(current_app.config["STATE_DIR"])
    return render_template("dev_mailbox/index.html", messages=newest_messages(folder))


@bp.get("/<name>")
def message(name: str) -> str:
    """One message: its text with links that can be followed, its headers, its HTML as source."""
    found = read_message(mailbox_folder(current_app.config["STATE_DIR"]), name)
    if found is None:
        abort(404)
    return render_template("dev_mailbox/message.html", message=found)
