"""Bounces and complaints end the mails, and the person can see it."""

import pytest
from flask import Flask

from campaign.core.db import db, transaction
from campaign.outbox.models import OutboxMessage, Suppression
from campaign.outbox.returned_mail import Kind, Report
from campaign.petitions import jobs, mails
from campaign.petitions.mails.updates import KIND
from campaign.petitions.operations.stopping import take_report
from tests.factories.petitions import NOON, make_petition, signatures
from tests.factories.updates import make_update, say_yes, schedule, update_now, work
from tests.mail_server import make_composer
from tests.mailbox import Outbox
from tests.outbox.test_returned_mail import bounce, complaint
from tests.pages.client import CheckingClient
from tests.pages.forms import text_of_page
from tests.petitions.test_operations_updates import HOUR, _leave_all, decisions

pytestmark = pytest.mark.usefixtures("clock")


def arrived(app: Flask, outbox: Outbox, *, settled: bool = True) -> tuple[int, bytes]:
    """An update that left to two people; its number and the first one's mail."""
    make_petition(updates=True)
    say_yes("p0@example.org")
    say_yes("p1@example.org")
    number = make_update()
    schedule(number)
    work()
    (letter,) = outbox.letters("p0@example.org", KIND)
    mail = make_composer(app).compose(letter, now=NOON).as_bytes()
    with transaction():
        _leave_all()
    work()
    if settled:
        jobs.settle_updates(NOON + HOUR)
    return number, mail


def give(app: Flask, raw: bytes) -> str:
    """Pipe a report to the command as a mail server does."""
    runner = app.test_cli_runner()
    result = runner.invoke(args=["bounces"], input=raw)
    assert result.exit_code == 0, result.output
    db.session.rollback()
    return result.output.strip()


@pytest.mark.parametrize(("report", "word"), [(bounce, "bounced"), (complaint, "complained")])
@pytest.mark.parametrize("settled", [True, False])
def test_a_report_suppresses_ends_the_yes_and_is_counted_once(
    app: Flask, outbox: Outbox, report: object, word: str,
    *, settled: bool,
) -> None:  # fmt: skip
    number, mail = arrived(app, outbox, settled=settled)
    for _time in range(2):
        assert give(app, report(mail)) == word  # type: ignore[operator]
    (kept,) = db.session.scalars(db.select(Suppression))
    assert kept.reason == word
    assert [decisions(each) for each in signatures()] == [["yes", word], ["yes"]]
    jobs.settle_updates(NOON + HOUR)
    found = update_now(number)
    counts = {"bounced": found.bounced_count, "complained": found.complained_count}
    assert counts == {"bounced": 0, "complained": 0, word: 1}
    assert found.sent_count == 1


def test_a_full_mailbox_is_counted_and_nothing_ends(app: Flask, outbox: Outbox) -> None:
    number, mail = arrived(app, outbox)
    give(app, bounce(mail, status="5.2.2"))
    assert db.session.scalars(db.select(Suppression)).all() == []
    assert decisions(signatures()[0]) == ["yes"]
    assert update_now(number).bounced_count == 1


def test_noise_changes_nothing(app: Flask, outbox: Outbox) -> None:
    arrived(app, outbox)
    assert give(app, b"\xff\x00 no mail at all") == "nothing"
    assert {row.state for row in db.session.scalars(db.select(OutboxMessage))} == {"sent"}


@pytest.mark.parametrize(
    ("kind", "words"), [(Kind.BOUNCED, "sont revenus"), (Kind.COMPLAINED, "indésirables")]
)
def test_the_person_reads_why_on_their_own_page(
    app: Flask, client: CheckingClient, outbox: Outbox, kind: Kind, words: str
) -> None:
    number, _mail = arrived(app, outbox)
    signature = signatures()[0]
    token = mails.unsubscribe_token(signature.ref, update_now(number).organisation_id)
    with transaction():
        take_report(Report(kind, b"k" * 16, stop_token=token, is_dead=True), now=NOON)
    page = client.get(f"/fr/signature/{mails.rights_token(signature.ref)}")
    assert words in text_of_page(page)
