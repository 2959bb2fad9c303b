"""A browser in which somebody has signed in to the workspace."""

from playwright.sync_api import Page

from campaign.accounts.permissions import Role
from tests.factories.accounts import SESSION_COOKIE, make_account, signed_in_token
from tests.factories.petitions import NOON, make_organisation
from tests.pages.browser import LiveServer, MakeContext


def organiser_page(
    make_context: MakeContext,
    server: LiveServer,
    role: Role,
    language: str = "fr",
    **settings: object,
) -> Page:
    """Somebody with this role in the organisation that leads the petition of the tests."""
    place = make_organisation("clear-criteria-lead")
    account = make_account("Palabre", role, organisation=place, language=language)
    context = make_context(**settings)
    token = signed_in_token(account, now=NOON)
    context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": server.url}])
    return context.new_page()
