"""Operations: domains and mailboxes that are not counted, and domains that are after all."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from campaign.audit.queries import entries_about
from campaign.core.db import db, transaction
from campaign.core.tokens import keyed_digest
from campaign.petitions import jobs
from campaign.petitions.models import BlockedSender
from campaign.petitions.operations import blocking
from campaign.petitions.queries.blocking import blocked_mailbox_count, listed_domains
from campaign.petitions.rules.blocking import HostOfEverybodyError
from tests.factories.petitions import NOON, make_confirmed, make_petition, queued_kinds
from tests.pages.client import CheckingClient

pytestmark = pytest.mark.usefixtures("app", "clock")
DAY = timedelta(days=1)
THROW_AWAY = "mailinator.com"


def block(what: str, **facts: object) -> None:
    with transaction():
        blocking.block(what, reason="robots", now=NOON, actor="organiser", **facts)  # type: ignore[arg-type]


def except_domain(domain: str) -> None:
    with transaction():
        blocking.except_domain(domain, reason="a school", now=NOON, actor="organiser")


def is_counted(host: str) -> bool:
    return make_confirmed(email=f"x@{host}").state == "confirmed"


@pytest.mark.parametrize(
    ("host", "is_covered"),
    [
        ("robots.example", True),
        ("mail.robots.example", True),
        ("a.b.c.d.robots.example", True),
        ("myrobots.example", False),
        ("robots.example.org", False),
        ("example", False),
    ],
)
def test_a_blocked_domain_covers_all_below_it_and_nothing_beside(
    host: str, is_covered: bool
) -> None:
    """Behaviour 28."""
    make_petition()
    block("@Robots.Example")
    if "." in host:
        assert is_counted(host) is not is_covered


def test_an_international_domain_is_one_however_it_is_written() -> None:
    make_petition()
    block("@bücher.example")
    assert not is_counted("bücher.example")
    assert not is_counted("mail.xn--bcher-kva.example")


def test_blocked_senders_get_the_same_mail_as_everybody() -> None:
    """Behaviours 17 and 28."""
    make_petition()
    block("@robots.example")
    is_counted("robots.example")
    is_counted("example.org")
    assert queued_kinds() == ["petitions/confirm_signature"] * 2


def test_where_very_many_people_are_no_domain_is_blocked() -> None:
    for domain in ("@gmail.com", "@googlemail.com", "@skynet.be"):
        with pytest.raises(HostOfEverybodyError):
            block(domain)
    assert listed_domains() == []


def test_a_block_ends_on_its_day_and_its_row_goes() -> None:
    make_petition()
    block("@robots.example", until=NOON + DAY)
    assert make_confirmed(email="a@robots.example").state == "invalidated"
    later = make_confirmed(email="b@robots.example", now=NOON + DAY)
    assert later.state == "confirmed"
    assert jobs.forget_expired_blocks(NOON + DAY - timedelta(seconds=1)) == 0
    assert jobs.forget_expired_blocks(NOON + DAY) == 1
    assert listed_domains() == []


def test_throw_away_services_are_not_counted_unless_organisers_except_one() -> None:
    make_petition()
    assert not is_counted(THROW_AWAY)
    except_domain(THROW_AWAY)
    assert make_confirmed(email=f"later@{THROW_AWAY}").state == "confirmed"
    assert make_confirmed(email=f"x@mail.{THROW_AWAY}").state == "confirmed"


def test_a_block_wins_over_an_exception() -> None:
    make_petition()
    except_domain(f"mail.{THROW_AWAY}")
    block(f"@{THROW_AWAY}")
    assert not is_counted(f"mail.{THROW_AWAY}")


def test_what_is_said_last_of_one_domain_stands() -> None:
    make_petition()
    block("@robots.example")
    except_domain("robots.example")
    assert [row.kind for row in listed_domains()] == ["excepted"]
    assert is_counted("robots.example")
    with transaction():
        assert blocking.unblock_domain("robots.example", now=NOON, actor="organiser")
        assert not blocking.unblock_domain("robots.example", now=NOON, actor="organiser")
    assert listed_domains() == []


def test_the_list_shows_domains_and_no_mailbox_and_every_change_is_kept() -> None:
    block("@b.example")
    block("@a.example", until=NOON + DAY)
    block("@a.example", until=NOON + DAY)
    block("somebody@c.example")
    [a, b] = listed_domains()
    assert (a.domain, a.added_by, a.reason, a.until) == (
        "a.example", "organiser", "robots", NOON + DAY,
    )  # fmt: skip
    assert b.domain == "b.example"
    assert blocked_mailbox_count() == 1
    [entry] = entries_about("domain:a.example")
    assert (entry.actor, entry.act) == ("organiser", "domain.blocked")
    mailbox = db.session.scalars(select(BlockedSender).filter_by(kind="mailbox")).one()
    assert mailbox.domain is None


def test_a_domain_blocked_before_domains_were_kept_in_words_stays_blocked() -> None:
    make_petition()
    with transaction():
        key = keyed_digest("blocked", "@old.example")
        db.session.add(BlockedSender(sender_key=key, kind="domain", blocked_at=NOON))
    assert not is_counted("old.example")
    block("@old.example")
    assert [row.domain for row in listed_domains()] == ["old.example"]


def test_nobody_reads_on_a_public_page_what_is_blocked(client: CheckingClient) -> None:
    """Behaviour 72."""
    make_petition()
    block("@robots.example")
    for path in ("/fr/", "/fr/petitions/clear-criteria", "/fr/petitions/clear-criteria/count.json"):
        assert "robots.example" not in client.get(path).get_data(as_text=True)
