"""“I lost my link”: one answer for every address; what is true goes to the mailbox."""

from flask import Response, current_app, make_response, redirect, render_template, request, url_for
from flask_babel import ngettext

from campaign.core import clock
from campaign.core.db import transaction
from campaign.core.email_address import InvalidEmailAddress, check_email
from campaign.i18n.languages import current_code
from campaign.petitions.forms import AddressForm
from campaign.petitions.operations import finding_links
from campaign.petitions.views.blueprint import bp
from campaign.petitions.views.rights import check_writable
from campaign.petitions.views.signing import private, private_page
from campaign.web.limits import Limits, visitor
from campaign.web.page_cache import keep


@bp.get("/my-signature")
@keep(300)
def lost_link() -> str:
    """Ask for the address; the same page for everybody."""
    return render_template("petitions/lost_link.html", form=AddressForm())


@bp.post("/my-signature")
def ask_for_links() -> Response:
    """Keep the question and answer it by mail. What is done here is the same for every address."""
    check_writable()
    form = AddressForm(request.form)
    try:
        address = check_email(form.email.data or "")
    except InvalidEmailAddress as refusal:
        form.email.errors = [refusal.sentence]
        return private_page("petitions/lost_link.html", 422, form=form)
    limits: Limits = current_app.extensions["limits"]
    seconds = limits.wait_before_asking(visitor(clock.now()))
    if seconds:
        return _ask_to_wait(form, seconds)
    with transaction():
        finding_links.ask_for_links(address, current_code(), now=clock.now())
    return private(make_response(redirect(url_for("petitions.links_asked"), 303)))


def _ask_to_wait(form: AddressForm, seconds: int) -> Response:
    minutes = -(-seconds // 60)
    form.email.errors = [
        ngettext(
            "You can try again in %(count)s minute.",
            "You can try again in %(count)s minutes.",
            minutes,
            count=minutes,
        )
    ]
    response = private_page("petitions/lost_link.html", 429, form=form)
    response.headers["Retry-After"] = str(seconds)
    return response


@bp.get("/my-signature/sent")
@keep(300)
def links_asked() -> str:
    """Look in your mailbox: true for whoever signed, and telling nobody who did."""
    return render_template("petitions/links_asked.html")
