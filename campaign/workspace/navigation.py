"""The tabs of the workspace. A new page adds its line here; who may not open it does not see it."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, request, url_for
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from campaign.accounts.guards import may
from campaign.accounts.permissions import Permission


@dataclass(frozen=True)
class Tab:
    """One tab: its word, its page, and the permission that the page asks for."""

    label: Any
    endpoint: str
    permission: Permission


@dataclass(frozen=True)
class ShownTab:
    """A tab as a person sees it; `state` is what `aria-current` says."""

    label: Any
    address: str
    state: str


TABS = (
    Tab(_l("Overview"), "workspace.home", Permission.ACCOUNT_OWN),
    Tab(_l("Organisations"), "workspace.organisations", Permission.ORGANISATION_READ),
    Tab(_l("Moderation"), "petitions_workspace.moderation_queue", Permission.PETITION_MODERATE),
    Tab(_l("Voices"), "voices_workspace.queue", Permission.VOICE_MODERATE),
    Tab(_l("False signatures"), "petitions_workspace.abuse_list", Permission.SIGNATURE_INVALIDATE),
    Tab(_l("Mail domains"), "petitions_workspace.domains_page", Permission.DOMAIN_BLOCK),
    Tab(_l("Who may do what"), "workspace.permissions", Permission.ACCOUNT_OWN),
    Tab(_l("Legal rules"), "legal_facts_workspace.instruments", Permission.INSTRUMENT_CONFIRM),
    Tab(_l("What is erased"), "privacy_workspace.retention", Permission.RETENTION_READ),
    Tab(_l("In an emergency"), "petitions_workspace.emergencies", Permission.PANIC_CLOSE),
    Tab(_l("Log"), "workspace.audit", Permission.AUDIT_READ),
    Tab(
        lazy_pgettext("tab of the workspace", "My account"),
        "accounts.account_page",
        Permission.ACCOUNT_OWN,
    ),
)


def init_app(app: Flask) -> None:
    """Let the layout show the tabs."""
    app.jinja_env.globals["workspace_tabs"] = shown_tabs


def shown_tabs() -> list[ShownTab]:
    """The tabs of who asks."""
    return [
        ShownTab(tab.label, url_for(tab.endpoint), _state(url_for(tab.endpoint)))
        for tab in TABS
        if may(tab.permission)
    ]


def _state(address: str) -> str:
    if request.path == address:
        return "page"
    is_home = address == url_for("workspace.home")
    return "true" if not is_home and request.path.startswith(f"{address}/") else ""
