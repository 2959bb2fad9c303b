"""The page of mail domains that are not counted, or counted after all: of the whole site."""

from datetime import UTC, datetime

import pytest

from campaign.accounts.permissions import OF_AN_ORGANISATION
from campaign.audit.queries import entries_about
from campaign.core.db import db
from campaign.petitions.queries.blocking import blocked_mailbox_count, listed_domains
from tests.conftest import Clock
from tests.factories.accounts import make_account, sign_in_as
from tests.factories.petitions import make_organisation, make_petition, sign, signatures
from tests.pages.client import CheckingClient
from tests.pages.forms import form_to, text_of_page

pytestmark = pytest.mark.usefixtures("clock")
HERE = "/workspace/domains"


@pytest.fixture
def administrator(client: CheckingClient) -> CheckingClient:
    """An administrator of the platform, in a browser."""
    return sign_in_as(client, make_account(is_administrator=True))


def listed() -> list[tuple[str | None, str]]:
    db.session.rollback()
    return [(each.domain, each.kind) for each in listed_domains()]


def is_blocked() -> list[bool]:
    return [signature.is_blocked for signature in signatures()]


def test_no_role_of_an_organisation_opens_it(client: CheckingClient) -> None:
    """Behaviour 72: a block holds on the whole site, and so does the list."""
    place = make_organisation("one")
    sign_in_as(client, make_account("Palabre", *OF_AN_ORGANISATION, organisation=place))
    assert client.get(HERE).status_code == 403


def test_a_domain_is_blocked_until_a_day_and_forgotten(administrator: CheckingClient) -> None:
    make_petition()
    sent = form_to(administrator.get(HERE), HERE).send(
        administrator, domain="@Robots.Example", kind="block", reason="robots", until="2026-03-10"
    )
    assert sent.headers["Location"] == f"{HERE}?done=saved"
    sign(email="a@mail.robots.example")
    assert is_blocked() == [True]
    shown = text_of_page(administrator.get(HERE))
    assert "robots.example not counted robots Palabre" in shown
    assert "10 March 2026" in shown
    [row] = listed_domains()
    assert row.until == datetime(2026, 3, 9, 23, tzinfo=UTC)
    form_to(administrator.get(HERE), "/forget").send(
        administrator, button=("domain", "robots.example")
    )
    assert listed() == []
    sign(email="b@robots.example")
    assert is_blocked() == [True, False]
    acts = [entry.act for entry in entries_about("domain:robots.example")]
    assert acts == ["domain.blocked", "domain.forgotten"]


def test_a_throw_away_domain_is_counted_after_all(administrator: CheckingClient) -> None:
    make_petition()
    assert "throw-away mail services: not counted" in text_of_page(
        administrator.get(f"{HERE}?asked=mailinator.com")
    )
    form_to(administrator.get(HERE), HERE).send(
        administrator, domain="mailinator.com", kind="except", reason="a group uses it"
    )
    sign(email="a@mailinator.com")
    assert is_blocked() == [False]
    assert "counted after all" in text_of_page(administrator.get(f"{HERE}?asked=mailinator.com"))


def test_one_mailbox_is_blocked_and_forgotten_and_never_shown(
    administrator: CheckingClient,
) -> None:
    make_petition()
    form = form_to(administrator.get(HERE), HERE)
    form.send(administrator, domain="robot@gmail.com", kind="block", reason="robots")
    assert blocked_mailbox_count() == 1
    shown = administrator.get(HERE)
    assert "1 single mailbox is blocked." in text_of_page(shown)
    assert "robot@" not in shown.text
    sign(email="ro.bot+1@googlemail.com")
    form.send(administrator, domain="robot@gmail.com", kind="forget")
    assert blocked_mailbox_count() == 0
    sign(email="r.obot@gmail.com", given_name="Second")
    assert is_blocked() == [True, False]
    assert [e.act for e in entries_about("mailboxes")] == ["mailbox.blocked", "mailbox.forgotten"]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"domain": "gmail.com"}, "domain"),
        ({"domain": "robots"}, "domain"),
        ({"domain": ""}, "domain"),
        ({"domain": "name@robots"}, "domain"),
        ({"domain": "name@robots.example", "kind": "except"}, "domain"),
        ({"reason": ""}, "reason"),
        ({"reason": "x" * 61}, "reason"),
        ({"until": "2026-03-02"}, "until"),
        ({"until": "tomorrow"}, "until"),
    ],
)
def test_what_cannot_be_done_is_said_on_its_field_and_what_was_typed_stays(
    administrator: CheckingClient, typed: dict[str, str], field: str
) -> None:
    wished = {"domain": "robots.example", "kind": "block", "reason": "robots", **typed}
    sent = form_to(administrator.get(HERE), HERE).send(administrator, **wished)
    assert sent.status_code == 422
    assert f'id="{field}-e"' in sent.text
    kept = form_to(sent, HERE).fields
    assert {name: kept.get(name, "") for name in wished} == wished
    assert listed() == []


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("example.org", "counted like any other"),
        ("mail.mailinator.com", "throw-away mail services: not counted"),
        ("nothing", "This is not a mail domain."),
    ],
)
def test_what_becomes_of_a_domain_can_be_asked(
    administrator: CheckingClient, asked: str, words: str
) -> None:
    assert words in text_of_page(administrator.get(f"{HERE}?asked={asked}"))


def test_what_has_ended_is_not_shown(administrator: CheckingClient, clock: Clock) -> None:
    form_to(administrator.get(HERE), HERE).send(
        administrator, domain="robots.example", kind="block", reason="robots", until="2026-03-03"
    )
    clock.advance(hours=14)
    sign_in_as(administrator, make_account("Other", is_administrator=True), now=clock.now())
    assert "robots.example" not in administrator.get(HERE).text
