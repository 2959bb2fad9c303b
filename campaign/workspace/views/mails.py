"""Which mails one gets about each of one's organisations, and the link that stops them."""

from flask import Response, g, request

from campaign.accounts.guards import current_account, open_to_all, requires
from campaign.accounts.operations import mail_choices
from campaign.accounts.permissions import Permission
from campaign.accounts.queries import mail_choices_of
from campaign.accounts.rules.mail_choices import AS_USUAL, MailKind, kind_named
from campaign.accounts.views.blueprint import go
from campaign.accounts.vocabulary import MAIL_KINDS
from campaign.core import clock
from campaign.core.db import transaction
from campaign.partners.queries import organisation_ids_at, organisation_names, organisations
from campaign.workspace.views.blueprint import bp, page
from campaign.workspace.views.organisations import organisation_at


@bp.get("/account/mails")
@requires(Permission.ACCOUNT_OWN)
def mails() -> Response:
    """The kinds of mail, organisation by organisation."""
    ids = {grant.organisation_id for grant in g.signed_in.grants if grant.organisation_id}
    chosen = mail_choices_of(current_account().id)
    return page(
        "workspace/mails.html",
        organisations=organisations(ids),
        kinds=MAIL_KINDS,
        wanted={
            (number, kind): chosen.get((number, kind), AS_USUAL[kind])
            for number in ids
            for kind in MailKind
        },
    )


@bp.post("/organisations/<slug>/mails")
@requires(Permission.ORGANISATION_READ, of=organisation_ids_at)
def choose_mails(slug: str) -> Response:
    """Want exactly those that are ticked."""
    wanted = {kind for text in request.form.getlist("kind") if (kind := kind_named(text))}
    with transaction():
        mail_choices.choose_mails(
            account=current_account(),
            organisation_id=organisation_at(slug).id,
            wanted=wanted,
            now=clock.now(),
        )
    return go("workspace.mails", "saved")


@bp.get("/mails/stop/<token>")
@open_to_all
def stop_mails_page(token: str) -> Response:
    """Which mails this link stops, and the button; nothing stops by looking, since mailboxes look too."""
    _account, organisation_id, kind = mail_choices.read_stop_link(token)
    return page(
        "workspace/stop_mails.html",
        token=token,
        kind=MAIL_KINDS[kind],
        organisation=organisation_names([organisation_id]).get(organisation_id, ""),
        is_done=False,
    )


@bp.post("/mails/stop/<token>")
@open_to_all
def stop_mails(token: str) -> Response:
    """Stop them: by the button, or by a mail program in one click (RFC 8058). Twice is harmless."""
    _account, organisation_id, kind = mail_choices.read_stop_link(token)
    with transaction():
        mail_choices.stop_mail(token, now=clock.now())
    return page(
        "workspace/stop_mails.html",
        token=token,
        kind=MAIL_KINDS[kind],
        organisation=organisation_names([organisation_id]).get(organisation_id, ""),
        is_done=True,
    )
