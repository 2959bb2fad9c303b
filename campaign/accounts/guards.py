"""The one check of permissions: who is signed in, and whether they may open this page.

A view of the workspace carries a mark: `@requires(Permission.X)`, or `@open_to_all` for the few
that come before signing in. One without a mark is refused, whoever asks.
"""

import hmac
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, current_app, g, make_response, redirect, render_template, request
from werkzeug.exceptions import Forbidden, NotFound

from campaign.accounts import queries
from campaign.accounts.cookies import door_for, the_door
from campaign.accounts.models import Account, AccountSession
from campaign.accounts.operations import sessions as operations
from campaign.accounts.permissions import Grant, Permission, grants_that_allow, is_usable
from campaign.accounts.rules import sessions as rules
from campaign.accounts.rules.refusals import (
    ForgedFormError,
    NotAllowedError,
    SecondFactorNeededError,
    WrongConfirmationError,
)
from campaign.accounts.vocabulary import DONE
from campaign.core import clock
from campaign.core.db import transaction
from campaign.core.errors import RefusedError
from campaign.core.tokens import keyed_digest, token_digest
from campaign.i18n.languages import BY_CODE, DEFAULT
from campaign.web import errors
from campaign.web.security import UNSAFE
from config import Config

View = Callable[..., Any]
# From the values of the address to the organisations that it is about. Empty: there is no such thing.
Scope = Callable[..., Collection[int]]

PREFIX = "/workspace"
OPEN = "open to all"
LANGUAGES = ("fr", "nl", "en")
FORM_KEY = "form_key"
FORM_KEY_HEADER = "X-Form-Key"
CONFIRMATION = "confirm_it_is_me"


@dataclass(frozen=True)
class SignedIn:
    """Who asks: account, session, roles."""

    account: Account
    session: AccountSession
    grants: tuple[Grant, ...]

    @property
    def is_complete(self) -> bool:
        """Whether the second factor was given, where there is one."""
        return not self.account.has_second_factor or self.session.second_factor_at is not None


def init_app(app: Flask, config: Config) -> None:
    """Guard every address under /workspace."""
    app.extensions["workspace"] = door_for(config)
    app.before_request(_open_workspace)
    app.after_request(_keep_nothing)
    app.register_error_handler(RefusedError, _refused)
    app.jinja_env.globals.update(
        may=may,
        form_key=form_key,
        signed_in=signed_in,
        done_note=done_note,
        workspace_languages=lambda: [(code, language_name(code)) for code in LANGUAGES],
    )


def requires(permission: Permission, *, of: Scope | None = None) -> Callable[[View], View]:
    """Open the view to those who have this permission: in one of the organisations that `of` finds
    for the address, or without `of` in any organisation.

    Raises NotAllowedError, SecondFactorNeededError; 404 when `of` finds none.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(**values: Any) -> Any:
            if signed_in() is None:
                return _to_sign_in()
            if not g.signed_in.is_complete:
                return redirect(f"{PREFIX}/sign-in/second-factor", 303)
            organisation_ids = None if of is None else of(**values)
            if organisation_ids is not None and not organisation_ids:
                raise NotFound
            check(permission, organisation_ids)
            return view(**values)

        guarded.required_permission = permission  # type: ignore[attr-defined]
        return guarded

    return decorate


def open_to_all(view: View) -> View:
    """Open the view to people who have not signed in."""
    view.required_permission = OPEN  # type: ignore[attr-defined]
    return view


def requires_fresh(view: View) -> View:
    """Under `@requires`: ask for the password or a code again, unless given within ten minutes.

    The form that was sent is carried along and does its work once the answer is right.
    """

    @wraps(view)
    def guarded(**values: Any) -> Any:
        now = clock.now()
        if rules.is_fresh(current_session().confirmed_at, now=now):
            return view(**values)
        refusal: RefusedError | None = None
        if CONFIRMATION in request.form:
            refusal = _confirm(request.form[CONFIRMATION], now)
            if refusal is None:
                return view(**values)
        carried = {
            name: texts
            for name, texts in request.form.lists()
            if name not in {CONFIRMATION, FORM_KEY}
        }
        is_sent = request.method in UNSAFE
        return make_response(
            render_template(
                "accounts/confirm_again.html",
                carried=carried if is_sent else {"target": [request.path]},
                address=request.full_path.rstrip("?") if is_sent else f"{PREFIX}/confirm-again",
                refusal=refusal,
            ),
            422 if refusal else 403,
        )

    guarded.asks_again = True  # type: ignore[attr-defined]
    return guarded


def _confirm(typed: str, now: datetime) -> RefusedError | None:
    limits = current_app.extensions["limits"]
    if wait := limits.wait_before_confirming(str(current_session().id)):
        return WrongConfirmationError(retry_after=wait)
    try:
        with transaction():
            operations.confirm_again(current_session(), typed, now=now)
    except WrongConfirmationError as refusal:
        return refusal
    limits.confirmed(str(current_session().id))
    return None


def check(permission: Permission, organisation_ids: Iterable[int] | None = None) -> None:
    """Raises NotAllowedError, or SecondFactorNeededError where only that is missing."""
    asking: SignedIn = g.signed_in
    if permission is Permission.ACCOUNT_OWN:
        return
    allowing = grants_that_allow(permission, asking.grants, organisation_ids)
    if not allowing:
        raise NotAllowedError
    if not any(
        is_usable(grant, has_second_factor=asking.account.has_second_factor) for grant in allowing
    ):
        raise SecondFactorNeededError


def may(permission: Permission | str, organisation_ids: Iterable[int] | None = None) -> bool:
    """Whether the person who asks may do this: the same answer as the guard's, for templates."""
    asking = signed_in()
    if asking is None or not asking.is_complete:
        return False
    try:
        check(Permission(permission), organisation_ids)
    except RefusedError:
        return False
    return True


def organisations_where(permission: Permission) -> set[int] | None:
    """The organisations in which the person who asks may do this; None: in every one."""
    asking: SignedIn = g.signed_in
    usable = [
        grant
        for grant in grants_that_allow(permission, asking.grants)
        if is_usable(grant, has_second_factor=asking.account.has_second_factor)
    ]
    if any(grant.organisation_id is None for grant in usable):
        return None
    return {grant.organisation_id for grant in usable if grant.organisation_id is not None}


def signed_in() -> SignedIn | None:
    """Who asks, if anybody has signed in; perhaps with the password alone so far."""
    found: SignedIn | None = g.get("signed_in")
    return found


def current_account() -> Account:
    """The account of who asks, in a guarded view."""
    asking: SignedIn = g.signed_in
    return asking.account


def current_session() -> AccountSession:
    """The session of who asks, in a guarded view."""
    asking: SignedIn = g.signed_in
    return asking.session


def form_key() -> str:
    """What every form of the workspace carries: nobody outside this session can know it."""
    asking = signed_in()
    return "" if asking is None else _form_key_of(asking.session)


def _form_key_of(session: AccountSession) -> str:
    return keyed_digest("workspace-form", session.token_digest.hex()).hex()


def _in_workspace() -> bool:
    return request.path == PREFIX or request.path.startswith(f"{PREFIX}/")


def _open_workspace() -> None:
    if not _in_workspace():
        return
    now = clock.now()
    g.signed_in = _read_session(now)
    g.language = _language()
    if request.endpoint is None:
        return
    view = current_app.view_functions[request.endpoint]
    if getattr(view, "required_permission", None) is None:
        raise Forbidden
    if request.method in UNSAFE and the_door().is_read_only:
        raise errors.ReadOnlyError
    if request.method in UNSAFE and g.signed_in is not None:
        sent = request.form.get(FORM_KEY) or request.headers.get(FORM_KEY_HEADER, "")
        if not hmac.compare_digest(sent.encode(), form_key().encode()):
            raise ForgedFormError


def _language() -> str:
    asking = signed_in()
    wanted = asking.account.language if asking else request.args.get("language", "")
    if wanted in LANGUAGES:
        return wanted
    return str(request.accept_languages.best_match(LANGUAGES, default=DEFAULT.code))


def _read_session(now: datetime) -> SignedIn | None:
    cookies = the_door().cookies
    token = request.cookies.get(cookies.session, "")
    session = queries.session_by_digest(token_digest(token)) if token else None
    if session is None or not operations.is_good(session, now=now):
        return None
    if now - session.last_used_at >= rules.COARSE and not the_door().is_read_only:
        with transaction():
            operations.note_use(session, now=now)
    return SignedIn(session.account, session, tuple(queries.grants_of(session.account)))


def _to_sign_in() -> Any:
    target = request.full_path.rstrip("?") if request.method == "GET" else PREFIX
    return redirect(f"{PREFIX}/sign-in?{urlencode({'target': rules.own_target(target)})}", 303)


def _keep_nothing(response: Response) -> Response:
    if _in_workspace():
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex"
    return response


def _refused(error: RefusedError) -> Response:
    if not _in_workspace() or request.path.endswith(".json"):
        return errors.refused(error)
    needs_factor = isinstance(error, SecondFactorNeededError)
    page = render_template(
        "accounts/refused.html", sentence=error.sentence, needs_factor=needs_factor
    )
    return make_response(page, error.http_status)


def done_note() -> Any:
    """What the page says was done, after an act that led to it."""
    return DONE.get(request.args.get("done", ""), "")


def language_name(code: str) -> str:
    """A language of the workspace in its own words."""
    return BY_CODE[code].name
