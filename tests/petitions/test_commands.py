"""`flask invalidation`, `flask domains` and `flask bursts`, as an administrator types them."""

from datetime import timedelta

import pytest
from click.testing import Result
from flask import Flask

from campaign.petitions import jobs
from campaign.petitions.queries.blocking import listed_domains
from tests.factories.petitions import NOON, make_confirmed, make_petition, sign, signatures

pytestmark = pytest.mark.usefixtures("clock")


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=list(words))


def done(app: Flask, *words: str) -> str:
    result = run(app, *words)
    assert result.exit_code == 0, result.output
    return result.output


def dry_run(app: Flask, *words: str) -> Result:
    fixed = ("invalidation", "dry-run", "clear-criteria", "--reason", "alike", "--by", "me")
    return run(app, *fixed, *words)


class TestInvalidation:
    def test_from_the_count_to_giving_back(self, app: Flask) -> None:
        """Behaviours 66 and 67."""
        make_petition()
        make_confirmed(email="a@robots.example")
        make_confirmed(email="b@example.org")
        counted = dry_run(app, "--domain", "robots.example", "--show")
        assert "1: counted 100 %, matched 1" in counted.output
        assert "A… E…  a…@robots.example  9000  confirmed" in counted.output
        assert "Exemple" not in counted.output
        assert [s.state for s in signatures()] == ["confirmed", "confirmed"]
        assert "1: running 0 %" in done(app, "invalidation", "start", "1", "--by", "me")
        jobs.advance_invalidations(NOON)
        assert "1: done 100 %" in done(app, "invalidation", "progress", "1")
        assert [s.state for s in signatures()] == ["invalidated", "confirmed"]
        done(app, "invalidation", "reinstate", "1", "--by", "me")
        jobs.advance_invalidations(NOON)
        assert "given back 1" in done(app, "invalidation", "list", "clear-criteria")
        assert [s.state for s in signatures()] == ["confirmed", "confirmed"]

    @pytest.mark.parametrize(
        ("words", "told"),
        [
            ([], "at least one condition"),
            (["--state", "pending"], "at least one condition"),
            (["--name", "*"], "cannot be used: *"),
            (["--domain", "not a domain"], "not a mail domain"),
        ],
    )
    def test_what_is_refused_is_told_in_a_sentence(
        self, app: Flask, words: list[str], told: str
    ) -> None:
        """Behaviour 65."""
        make_petition()
        result = dry_run(app, *words)
        assert result.exit_code == 1
        assert told in result.output

    def test_a_started_one_is_cancelled_and_not_deleted(self, app: Flask) -> None:
        """Behaviours 67 and 68."""
        make_petition()
        sign(email="a@robots.example")
        dry_run(app, "--whole-petition")
        done(app, "invalidation", "start", "1", "--by", "me")
        assert "cancelled" in done(app, "invalidation", "cancel", "1", "--by", "me")
        refused = run(app, "invalidation", "delete", "1", "--by", "me")
        assert "cancelled or undone" in refused.output
        dry_run(app, "--country", "ml")
        assert "Deleted" in done(app, "invalidation", "delete", "2", "--by", "me")

    def test_an_unknown_petition_or_check_is_told(self, app: Flask) -> None:
        assert run(app, "invalidation", "list", "nothing").exit_code == 1
        assert run(app, "invalidation", "progress", "7").exit_code == 1


def test_domains_are_blocked_excepted_listed_and_forgotten(app: Flask) -> None:
    by = ("--reason", "robots", "--by", "me")
    done(app, "domains", "block", "robots.example", *by, "--until", "2026-04-01")
    done(app, "domains", "except", "mailinator.com", *by)
    shown = done(app, "domains", "list")
    assert "robots.example: domain until 2026-04-01, by me: robots" in shown
    assert "mailinator.com: excepted, by me" in shown
    refused = run(app, "domains", "block", "gmail.com", *by)
    assert "Very many people" in refused.output
    assert "Forgotten" in done(app, "domains", "unblock", "@robots.example", "--by", "me")
    assert "not on the list" in done(app, "domains", "unblock", "robots.example", "--by", "me")
    assert [row.domain for row in listed_domains()] == ["mailinator.com"]


def test_bursts_are_listed_and_explained(app: Flask) -> None:
    make_petition(opens_at=NOON - timedelta(days=10))
    for number in range(30):
        sign(email=f"p{number}@example.org", now=NOON - timedelta(minutes=5), may_mail=False)
    jobs.notice_bursts(NOON)
    shown = done(app, "bursts", "list", "clear-criteria")
    assert "30 signed, 0 expected. Done: harder_sum until 11:00 UTC." in shown
    assert app.extensions["limits"].is_tight("clear-criteria")
    shown = done(app, "bursts", "explain", "1", "on the radio", "--by", "me")
    assert "Explained by me: on the radio" in shown
    assert not app.extensions["limits"].is_tight("clear-criteria")
    assert run(app, "bursts", "explain", "9", "x", "--by", "me").exit_code == 1
