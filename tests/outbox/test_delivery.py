"""Delivery to a real mail server: what arrives, what is tried again, what is given up."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.core import clock as product_clock
from campaign.core.db import db, transaction
from campaign.outbox.delivery import LEASE, Delivery, claim_due
from campaign.outbox.models import OutboxMessage
from campaign.outbox.operations import address_key, suppress
from campaign.outbox.queries import give_up_count, suppressed_among, waiting_count
from campaign.outbox.rules import MOST_ATTEMPTS
from campaign.privacy.retention import MESSAGES
from tests.factories.retention import forget_by
from tests.mail_server import MailServer, letter, post

MakeDelivery = Callable[..., Delivery]


def row_of(message_number: int = 1) -> Any:
    """The outbox row, as it is in the database now."""
    db.session.rollback()
    return db.session.execute(
        select(OutboxMessage.__table__).order_by(OutboxMessage.id).offset(message_number - 1)
    ).first()


def body_of(mail: Any, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_a_message_arrives_once_as_text_and_html(
    mail_server: MailServer, make_delivery: MakeDelivery
) -> None:
    post(letter("aicha@example.org"))
    delivery = make_delivery()
    assert delivery.deliver_batch() == 1
    assert delivery.deliver_batch() == 0
    (mail,) = mail_server.mails()
    assert mail["To"] == "aicha@example.org"
    assert mail["From"] == "Portevoix <ne-pas-repondre@portevoix.test>"
    assert mail["Subject"] == "Bonjour Aïcha (fr)"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "fr"
    assert mail["Date"].datetime is not None
    assert mail.get_content_type() == "multipart/alternative"
    text = body_of(mail, "plain")
    assert "17\u202f600 https://petitions.example/fr/confirm/abc" in text
    assert "\n.a line that begins with a dot\n" in text
    assert '<a href="https://petitions.example/fr/confirm/abc">' in body_of(mail, "html")


def test_the_record_of_a_sent_message_holds_no_personal_detail(
    mail_server: MailServer, make_delivery: MakeDelivery
) -> None:
    post(letter("aicha@example.org"))
    make_delivery().deliver_batch()
    row = row_of()
    assert (row.state, row.sealed, row.attempt_count) == ("sent", None, 1)
    assert row.finished_at is not None


@pytest.mark.parametrize("language", ["fr", "nl", "de", "en", "ar", "bm"])
def test_a_message_is_in_its_recipients_language(
    mail_server: MailServer, make_delivery: MakeDelivery, language: str
) -> None:
    post(letter("reader@example.org", language=language))
    make_delivery().deliver_batch()
    (mail,) = mail_server.mails()
    assert mail["Subject"] == f"Bonjour Aïcha ({language})"
    direction = "rtl" if language == "ar" else "ltr"
    assert f'<html lang="{language}" dir="{direction}">' in body_of(mail, "html")


def test_names_are_escaped_in_html_and_plain_in_text(
    mail_server: MailServer, make_delivery: MakeDelivery
) -> None:
    context = {"greeting": "Hello", "name": "<b>&\r\nBcc: x@example.org", "path": "/"}
    post(letter("reader@example.org", context=context))
    make_delivery().deliver_batch()
    (mail,) = mail_server.mails()
    assert "Hello <b>&" in body_of(mail, "plain")
    assert "Hello &lt;b&gt;&amp;" in body_of(mail, "html")
    assert mail["Bcc"] is None
    assert mail["Subject"] == "Hello <b>& Bcc: x@example.org (fr)"


def test_long_and_foreign_subjects_and_lines_arrive_whole(
    mail_server: MailServer, make_delivery: MakeDelivery
) -> None:
    name = "رسالة طويلة جدا " * 12 + "=" * 300
    post(letter("reader@example.org", context={"greeting": "x", "name": name, "path": "/"}))
    make_delivery().deliver_batch()
    (mail,) = mail_server.mails()
    content = mail_server.accepted[0][1]
    assert max(len(line) for line in content.split(b"\r\n")) <= 998
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert name in body_of(mail, "plain")
    assert " ".join(name.split()) in " ".join(mail["Subject"].split())


def test_one_click_unsubscription_is_offered_on_updates_only(
    mail_server: MailServer, make_delivery: MakeDelivery
) -> None:
    """RFC 8058; a confirmation has nothing to unsubscribe from."""
    post(
        letter("update@example.org", unsubscribe_path="/fr/unsubscribe/token"),
        letter("confirmation@example.org"),
    )
    make_delivery().deliver_batch()
    update, confirmation = mail_server.mails()
    assert update["List-Unsubscribe"] == "<https://petitions.example/fr/unsubscribe/token>"
    assert update["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert confirmation["List-Unsubscribe"] is None
    assert confirmation["List-Unsubscribe-Post"] is None


def test_a_batch_goes_over_one_connection_and_the_next_batch_too(
    mail_server: MailServer, make_delivery: MakeDelivery
) -> None:
    delivery = make_delivery()
    for _batch in range(2):
        post(*(letter(f"reader{number}@example.org") for number in range(10)))
        assert delivery.deliver_batch() == 10
    assert mail_server.connection_count == 1
    assert len(mail_server.accepted) == 20


def test_refused_recipients_leave_the_connection_fit_for_the_others(
    mail_server: MailServer, make_delivery: MakeDelivery
) -> None:
    for number in (1, 2, 4):
        mail_server.answers[f"reader{number}@example.org"] = "550 5.7.1 no"
    post(*(letter(f"reader{number}@example.org") for number in range(6)))
    make_delivery().deliver_batch()
    assert mail_server.recipients == [f"reader{number}@example.org" for number in (0, 3, 5)]
    assert mail_server.connection_count == 1


def test_a_temporary_refusal_is_tried_again_later_with_the_same_message_id(
    mail_server: MailServer, make_delivery: MakeDelivery, clock: Any
) -> None:
    mail_server.answers_to_content["reader@example.org"] = "451 4.3.0 try again"
    post(letter("reader@example.org"), letter("other@example.org"))
    delivery = make_delivery()
    assert delivery.deliver_batch() == 2
    row = row_of()
    assert (row.state, row.attempt_count, row.last_error) == ("queued", 1, "451 4.3.0")
    assert mail_server.recipients == ["other@example.org"]
    assert delivery.deliver_batch() == 0
    mail_server.answers_to_content.clear()
    clock.advance(minutes=2)
    assert delivery.deliver_batch() == 1
    assert row_of().state == "sent"
    identifiers = [mail["Message-ID"] for mail in mail_server.mails()]
    assert identifiers[1] == f"<{row.message_key.hex()}@petitions.example>"
    assert len(set(identifiers)) == 2


def test_a_message_sent_twice_has_the_same_message_id(
    mail_server: MailServer, make_delivery: MakeDelivery
) -> None:
    post(letter("reader@example.org"))
    delivery = make_delivery()
    delivery._transport.send(
        delivery._composer.compose(claim_one().letter, now=product_clock.now())
    )
    with transaction():
        db.session.query(OutboxMessage).update({"next_attempt_at": product_clock.now()})
    delivery.deliver_batch()
    first, second = mail_server.mails()
    assert first["Message-ID"] == second["Message-ID"]


def claim_one() -> Any:
    (message,) = claim_due(limit=1, now=product_clock.now())
    return message


def test_a_permanent_refusal_is_given_up_at_once_and_can_be_seen(
    mail_server: MailServer, make_delivery: MakeDelivery, caplog: pytest.LogCaptureFixture
) -> None:
    mail_server.answers["reader@example.org"] = "550 5.7.1 <reader@example.org> not wanted"
    post(letter("reader@example.org"))
    with caplog.at_level(logging.WARNING):
        make_delivery().deliver_batch()
    row = row_of()
    assert (row.state, row.sealed, row.last_error) == ("failed", None, "550 5.7.1")
    assert give_up_count() == 1
    assert "given up" in caplog.text
    assert "reader@example.org" not in caplog.text
    assert not suppressed_among([address_key("reader@example.org")])


def test_a_message_is_given_up_after_the_last_attempt(
    mail_server: MailServer, make_delivery: MakeDelivery, clock: Any
) -> None:
    mail_server.answers["reader@example.org"] = "450 4.2.1 mailbox busy"
    post(letter("reader@example.org"))
    delivery = make_delivery()
    for attempt in range(MOST_ATTEMPTS):
        assert row_of().state == "queued", attempt
        assert delivery.deliver_batch() == 1
        clock.advance(hours=6)
    assert row_of().state == "failed"
    assert delivery.deliver_batch() == 0


def test_an_address_that_does_not_exist_is_never_written_to_again(
    mail_server: MailServer, make_delivery: MakeDelivery
) -> None:
    """R8: a dead mailbox is a fact for everybody."""
    mail_server.answers["gone@example.org"] = "550 5.1.1 no such user"
    post(letter("gone@example.org"))
    delivery = make_delivery()
    delivery.deliver_batch()
    mail_server.answers.clear()
    post(letter("Gone@example.org"))
    delivery.deliver_batch()
    assert [row_of(1).state, row_of(2).state] == ["failed", "suppressed"]
    assert row_of(2).sealed is None
    assert mail_server.accepted == []


def test_a_suppressed_address_is_not_written_to(
    mail_server: MailServer, make_delivery: MakeDelivery
) -> None:
    with transaction():
        suppress(address="quiet@example.org", reason="asked", now=product_clock.now())
        suppress(address="quiet@example.org", reason="asked", now=product_clock.now())
    post(letter("quiet@example.org"), letter("reader@example.org"))
    make_delivery().deliver_batch()
    assert mail_server.recipients == ["reader@example.org"]
    assert row_of().state == "suppressed"


@pytest.mark.parametrize(
    "changes",
    [{"kind": "tests/broken"}, {"kind": "tests/missing"}, {"recipient": "no address"}],
    ids=["failing template", "missing template", "impossible address"],
)
def test_what_cannot_be_written_is_given_up_and_holds_up_nothing(
    mail_server: MailServer, make_delivery: MakeDelivery, changes: dict[str, Any]
) -> None:
    post(letter("reader@example.org", **changes) if "kind" in changes else letter(**changes))
    post(letter("other@example.org"))
    make_delivery().deliver_batch()
    assert row_of().state == "failed"
    assert row_of().last_error.startswith("unrenderable")
    assert mail_server.recipients == ["other@example.org"]


def test_a_mail_server_that_is_down_costs_no_message_an_attempt_and_loses_none(
    mail_server: MailServer, make_delivery: MakeDelivery, clock: Any
) -> None:
    post(*(letter(f"reader{number}@example.org") for number in range(20)))
    mail_server.stop()
    delivery = make_delivery()
    for _try in range(MOST_ATTEMPTS + 5):
        delivery.deliver_batch()
        clock.advance(minutes=6)
    assert {row_of(number).attempt_count for number in range(1, 21)} == {0}
    assert waiting_count() == 20
    mail_server.start()
    assert delivery.deliver_batch() == 20
    assert len(set(mail_server.recipients)) == len(mail_server.accepted) == 20


def test_a_mail_server_that_is_down_is_left_alone_for_a_while(
    mail_server: MailServer, make_delivery: MakeDelivery, clock: Any
) -> None:
    post(letter("reader@example.org"))
    mail_server.stop()
    delivery = make_delivery()
    delivery.deliver_batch()
    mail_server.start()
    assert delivery.deliver_batch() == 0
    assert mail_server.connection_count == 0
    clock.advance(seconds=2)
    assert delivery.deliver_batch() == 1


def test_a_server_that_closes_down_in_a_batch_delays_only_the_message_it_had(
    mail_server: MailServer, make_delivery: MakeDelivery, clock: Any
) -> None:
    post(*(letter(f"reader{number}@example.org") for number in range(4)))
    mail_server.answers["reader1@example.org"] = "421 4.3.2 closing"
    delivery = make_delivery()
    delivery.deliver_batch()
    assert [row_of(number).attempt_count for number in (1, 2, 3, 4)] == [1, 1, 0, 0]
    assert [row_of(number).state for number in (1, 2, 3, 4)] == ["sent", *["queued"] * 3]
    mail_server.answers.clear()
    clock.advance(seconds=2)
    assert delivery.deliver_batch() == 2
    clock.advance(minutes=2)
    assert delivery.deliver_batch() == 1


def test_a_connection_that_the_server_dropped_is_made_anew(
    mail_server: MailServer, make_delivery: MakeDelivery
) -> None:
    delivery = make_delivery()
    post(letter("first@example.org"))
    delivery.deliver_batch()
    mail_server.stop()
    mail_server.start()
    post(letter("second@example.org"))
    assert delivery.deliver_batch() == 1
    assert mail_server.recipients == ["first@example.org", "second@example.org"]
    assert row_of(2).attempt_count == 1


def test_a_worker_asked_to_stop_finishes_its_message_and_gives_the_others_back(
    mail_server: MailServer, make_delivery: MakeDelivery
) -> None:
    post(*(letter(f"reader{number}@example.org") for number in range(5)))
    delivery = make_delivery(may_continue=lambda: len(mail_server.accepted) < 2)
    assert delivery.deliver_batch() == 2
    assert make_delivery().deliver_batch() == 3
    assert len(set(mail_server.recipients)) == 5


def test_two_workers_at_once_send_nothing_twice(
    mail_server: MailServer, make_delivery: MakeDelivery, app: Flask
) -> None:
    post(*(letter(f"reader{number}@example.org") for number in range(120)))
    start = threading.Barrier(2)

    def work(delivery: Delivery) -> int:
        with app.app_context():
            start.wait()
            sent = 0
            while count := delivery.deliver_batch(limit=5):
                sent += count
            return sent

    with ThreadPoolExecutor(2) as workers:
        counts = list(workers.map(work, [make_delivery(), make_delivery()]))
    assert sum(counts) == 120
    assert len(mail_server.accepted) == len(set(mail_server.recipients)) == 120


def test_messages_claimed_by_a_worker_that_died_come_back_after_the_lease(
    mail_server: MailServer, make_delivery: MakeDelivery, clock: Any
) -> None:
    post(*(letter(f"reader{number}@example.org") for number in range(3)))
    assert len(claim_due(limit=2, now=product_clock.now())) == 2
    delivery = make_delivery()
    assert delivery.deliver_batch() == 1
    clock.advance(seconds=LEASE.total_seconds())
    assert delivery.deliver_batch() == 2


def test_finished_messages_leave_the_record_after_thirty_days_and_waiting_ones_stay(
    mail_server: MailServer, make_delivery: MakeDelivery, clock: Any
) -> None:
    post(letter("reader@example.org"))
    make_delivery().deliver_batch()
    post(letter("later@example.org"))
    assert forget_by(MESSAGES, clock.advance(days=29)) == 0
    assert forget_by(MESSAGES, clock.advance(days=2)) == 1
    assert waiting_count() == 1
