"""Every address: who may open it, that it stays, and that it keeps its promises to visitors."""

from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import Rule

from campaign.accounts.guards import OPEN
from campaign.i18n.languages import LANGUAGES
from tests.pages.client import CheckingClient

# Blueprints that everybody may open. Any other route needs `@requires(Permission…)`.
PUBLIC_BLUEPRINTS = {"site", "petitions", "health", "assets", "instruments", "feeds", "voices"}
DEVELOPMENT_BLUEPRINTS = {"dev_mailbox"}
# Set by the guard on the view it guards.
PERMISSION_MARK = "required_permission"
# Nobody should find on a phone what its owner did there.
KEPT_BY_NOBODY = {"voices.take_back_page"}
# The pages of the workspace that come before signing in; each is named here on purpose.
BEFORE_SIGNING_IN = {
    "accounts.accept",
    "accounts.challenge",
    "accounts.confirm_address",
    "accounts.confirm_address_page",
    "accounts.forgotten",
    "accounts.forgotten_page",
    "accounts.invitation_page",
    "accounts.new_password",
    "accounts.new_password_page",
    "accounts.prove_passkey",
    "accounts.request_options",
    "accounts.second_factor",
    "accounts.second_factor_page",
    "accounts.sign_in",
    "accounts.sign_in_page",
    "accounts.sign_out",
    "workspace.stop_mails",
    "workspace.stop_mails_page",
}
KNOWN_ROUTES = Path(__file__).with_name("routes.txt")


def rules_of(app: Flask) -> list[Rule]:
    """The site's routes, without those that exist in development only."""
    return [
        rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint.partition(".")[0] not in DEVELOPMENT_BLUEPRINTS
    ]


def written(rule: Rule) -> str:
    """`GET /<lang:lang>/petitions`."""
    methods = sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    return f"{','.join(methods)} {rule.rule}"


def test_every_route_is_public_on_purpose_or_asks_a_permission(app: Flask) -> None:
    strays = [
        f"{written(rule)} ({rule.endpoint})"
        for rule in rules_of(app)
        if rule.endpoint.partition(".")[0] not in PUBLIC_BLUEPRINTS
        and getattr(app.view_functions[rule.endpoint], PERMISSION_MARK, None) is None
    ]
    assert not strays, "\n".join(strays)


def test_what_opens_before_signing_in_is_named_and_nothing_else(app: Flask) -> None:
    marked = {
        rule.endpoint
        for rule in rules_of(app)
        if getattr(app.view_functions[rule.endpoint], PERMISSION_MARK, None) == OPEN
    }
    assert marked == BEFORE_SIGNING_IN


def test_every_view_of_the_workspace_is_under_its_address_and_the_other_way_round(
    app: Flask,
) -> None:
    """The guard looks at addresses under /workspace only."""
    for rule in rules_of(app):
        is_guarded = getattr(app.view_functions[rule.endpoint], PERMISSION_MARK, None) is not None
        assert is_guarded == (f"{rule.rule}/".startswith("/workspace/")), rule


def test_no_address_ever_disappears(app: Flask) -> None:
    """People have them in mails, posters and other sites: an old address is kept or redirects."""
    promised = set(KNOWN_ROUTES.read_text().splitlines())
    present = {written(rule) for rule in rules_of(app)}
    assert not promised - present, f"these addresses vanished: {sorted(promised - present)}"
    new = sorted(present - promised)
    assert not new, "promise these new addresses in tests/architecture/routes.txt:\n" + "\n".join(
        new
    )


def test_every_page_carries_its_language_in_the_address(app: Flask) -> None:
    without = {
        rule.rule
        for rule in rules_of(app)
        if "lang" not in rule.arguments
        and rule.endpoint.partition(".")[0] not in {"health", "assets"}
        # Organisers choose the language of the workspace once, in their account.
        and not rule.rule.startswith("/workspace")
    }
    assert without <= {"/", "/robots.txt", "/sitemap.xml"}


@pytest.mark.parametrize("language", [language.code for language in LANGUAGES])
def test_every_open_page_opens_in_every_language_and_leaves_no_cookie(
    client: CheckingClient, language: str
) -> None:
    app = client.application
    opened = 0
    for rule in rules_of(app):
        if rule.arguments != {"lang"} or "GET" not in (rule.methods or set()):
            continue
        response = client.get(rule.rule.replace("<lang:lang>", language))
        assert response.status_code == 200, rule.rule
        assert "Set-Cookie" not in response.headers, rule.rule
        kept = "no-store" if rule.endpoint in KEPT_BY_NOBODY else "public"
        assert kept in response.headers.get("Cache-Control", ""), rule.rule
        opened += 1
    assert opened


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_a_page_that_is_not_there_is_still_a_page(client: CheckingClient, language: str) -> None:
    response = client.get(f"/{language}/nothing-here")
    assert response.status_code == 404
    assert f'lang="{language}"' in response.text
    assert "Set-Cookie" not in response.headers
