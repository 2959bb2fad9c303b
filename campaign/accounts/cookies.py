"""The two cookies of the workspace: the session, and the mark of a browser its owner has used.

In production their names bind them to this host and to https (`__Host-`, RFC 6265bis).
"""

from dataclasses import dataclass

from flask import Response, current_app, request

from campaign.accounts.models import Account
from campaign.accounts.operations.sessions import device_mark
from campaign.accounts.rules.sessions import LONGEST
from campaign.core.tokens import read_token, sign_token
from config import Config

DEVICE_DAYS = 180


@dataclass(frozen=True)
class Cookies:
    """The names of the two cookies. In production they are bound to this host and to https."""

    session: str
    device: str
    is_secure: bool


@dataclass(frozen=True)
class Door:
    """The settings of the workspace: its cookies, and whether anything may be written."""

    cookies: Cookies
    is_read_only: bool


def door_for(config: Config) -> Door:
    """The settings of an instance's workspace."""
    prefix = "__Host-" if config.is_production else ""
    return Door(
        Cookies(f"{prefix}portevoix", f"{prefix}portevoix_device", config.is_production),
        config.read_only,
    )


def the_door() -> Door:
    """The settings of the running instance's workspace."""
    door: Door = current_app.extensions["workspace"]
    return door


def start_session(response: Response, token: str) -> Response:
    """Give the browser its session: out of reach of scripts and of other sites."""
    cookies = the_door().cookies
    response.set_cookie(
        cookies.session,
        token,
        max_age=int(LONGEST.total_seconds()),
        secure=cookies.is_secure,
        httponly=True,
        samesite="Lax",
    )
    return response


def end_session(response: Response) -> Response:
    """Take the session from the browser."""
    cookies = the_door().cookies
    response.delete_cookie(cookies.session, secure=cookies.is_secure, httponly=True, samesite="Lax")
    return response


def remember_device(response: Response, account: Account) -> Response:
    """Let this browser be known for its owner's: strangers' failures are counted apart from its own."""
    cookies = the_door().cookies
    response.set_cookie(
        cookies.device,
        sign_token("known-device", account.id.to_bytes(8, "big") + device_mark()),
        max_age=DEVICE_DAYS * 86_400,
        secure=cookies.is_secure,
        httponly=True,
        samesite="Lax",
    )
    return response


def known_device(account: Account | None) -> str:
    """The mark of this browser when this very person has signed in with it before, else nothing."""
    cookies = the_door().cookies
    payload = read_token("known-device", request.cookies.get(cookies.device, ""))
    if account is None or payload is None or payload[:8] != account.id.to_bytes(8, "big"):
        return ""
    return payload[8:].hex()
