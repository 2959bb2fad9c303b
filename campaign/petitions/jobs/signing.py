"""Recurring work on petitions and signatures; the worker calls each with the time."""

from datetime import datetime

from flask import current_app
from sqlalchemy import select

from campaign.consents.queries import standing_yes
from campaign.core.db import db, transaction
from campaign.outbox.operations import enqueue
from campaign.petitions import mails
from campaign.petitions.models import Burst, LinkRequest, Petition, Signature
from campaign.petitions.operations import (
    advancing,
    blocking,
    bursts,
    counting,
    finding_links,
    handing_off,
    places,
    warning,
)
from campaign.petitions.operations.publishing import move_to
from campaign.petitions.operations.signing import confirm_token, email_key
from campaign.petitions.operations.telling import tell_of_burst
from campaign.petitions.queries.invalidating import is_any_under_way
from campaign.petitions.queries.petitions import petition_by_id, signing_terms
from campaign.petitions.queries.places import petitions_to_place
from campaign.petitions.queries.signatures import to_remind, to_remind_of_official
from campaign.petitions.rules.bursts import NO_ACTION, last_windows
from campaign.petitions.rules.signing import may_mail_again
from campaign.web.limits import Limits

AT_ONCE = 200
# Of a long check, what one turn of the worker does before it counts and mails again.
EXAMINED_IN_A_TURN = 10_000
PARTS_IN_A_TURN = 400
# Windows looked at, so that a worker that was away for most of an hour misses none.
WINDOWS_LOOKED_AT = 6


def fold_tallies(now: datetime) -> int:
    """Bring tallies and series up to date; returns how many entries were folded."""
    folded = 0
    while True:
        with transaction():
            count = counting.fold_tallies(now=now)
        folded += count
        if count < counting.FOLD_AT_ONCE:
            return folded


def send_reminders(now: datetime) -> int:
    """Remind, once, those who have not confirmed after three days; returns how many."""
    reminded = 0
    while True:
        with transaction():
            signatures = to_remind(now, AT_ONCE)
            for signature in signatures:
                signature.reminded_at = now
                if (
                    signature.email
                    and signature.confirm_expires_at
                    and may_mail_again(signature.mail_count)
                ):
                    _remind(signature, now)
        reminded += len(signatures)
        if len(signatures) < AT_ONCE:
            return reminded


def _remind(signature: Signature, now: datetime) -> None:
    terms = signing_terms(petition_by_id(signature.petition_id), signature.language)
    if terms is None or signature.email is None or signature.confirm_expires_at is None:
        return
    signature.mail_count += 1
    questions = [text.body for _receipt, text in standing_yes(signature.ref)]
    token = confirm_token(signature.ref, signature.confirm_expires_at)
    enqueue(
        mails.confirm_reminder(
            terms, signature.email, signature.ref, token, questions, signature.confirm_expires_at
        ),
        now=now,
    )


def send_official_reminders(now: datetime) -> int:
    """Remind, once, those who asked to be reminded of the official channel; returns how many."""
    reminded = 0
    while True:
        with transaction():
            due = to_remind_of_official(now, AT_ONCE)
            for signature, petition in due:
                reminded += handing_off.remind(signature, petition, now=now)
        if len(due) < AT_ONCE:
            return reminded


def forget_spent_codes(now: datetime) -> int:
    """Delete the codes that would be refused for their age anyway; returns how many."""
    with transaction():
        return handing_off.forget_spent_codes(now=now)


def close_petitions(now: datetime) -> int:
    """Close the open petitions whose day has come; returns how many."""
    with transaction():
        due = list(
            db.session.scalars(
                select(Petition).where(Petition.state == "open", Petition.closes_at <= now)
            )
        )
        for petition in due:
            move_to(petition, "closed", actor="worker", now=now)
    return len(due)


def tell_organisers(now: datetime) -> int:
    """Tell who carries an open petition of its last weeks and of a region that lags; returns how many
    mails."""
    petition_ids = list(
        db.session.scalars(
            select(Petition.id).where(Petition.state == "open", Petition.closes_at > now)
        )
    )
    written = 0
    for petition_id in petition_ids:
        with transaction():
            written += warning.tell_where_it_stands(petition_by_id(petition_id), now=now)
    return written


def reconcile_tallies(now: datetime) -> int:
    """Recount every petition one by one, repair and report; returns how many repairs."""
    petition_ids = list(db.session.scalars(select(Petition.id).order_by(Petition.id)))
    repaired = 0
    for petition_id in petition_ids:
        with transaction():
            repairs = counting.reconcile(petition_id, now=now)
        for repair in repairs:
            current_app.logger.warning(
                "tally repaired: petition %s %s %s kept %s true %s",
                repair.petition_id,
                repair.stratum,
                repair.channel,
                repair.kept_count,
                repair.true_count,
            )
        repaired += len(repairs)
    return repaired


def count_places(now: datetime) -> int:
    """Count anew where the signatures of each petition come from, where any came or went since the
    last time; returns for how many petitions."""
    petition_ids = petitions_to_place(now)
    for petition_id in petition_ids:
        with transaction():
            places.count_places(petition_id, now=now)
    return len(petition_ids)


def answer_link_requests(now: datetime) -> int:
    """Write to those who lost a link; returns how many questions were taken.

    A mailbox gets the answer once in ten minutes and three times a day, whoever asks: past that the
    question is dropped, as nobody is told of it anyway.
    """
    limits: Limits = current_app.extensions["limits"]
    taken = 0
    while db.session.scalar(select(LinkRequest.id).limit(1)) is not None:
        with transaction():
            requests = finding_links.take_requests()
            for request in requests:
                if limits.may_mail_links(email_key(0, request.address)):
                    finding_links.answer(request, now=now)
        taken += len(requests)
    db.session.rollback()
    return taken


def advance_invalidations(now: datetime) -> int:
    """Go on with the checks that organisers have started, for a while; returns how many signatures
    were examined. A worker killed in between leaves the rest to the next turn."""
    examined = 0
    is_under_way = is_any_under_way()
    db.session.rollback()
    for _part in range(PARTS_IN_A_TURN if is_under_way else 0):
        with transaction():
            found = advancing.advance(now=now)
        if found is None:
            break
        examined += found
        if examined >= EXAMINED_IN_A_TURN:
            break
    return examined


def notice_bursts(now: datetime) -> int:
    """Write down where far more people sign than usual, and ask for a harder sum there for an hour;
    returns how many bursts are new or went on."""
    noticed = 0
    for starts_at, ends_at in last_windows(now, WINDOWS_LOOKED_AT):
        found = bursts.excesses_within(starts_at, ends_at)
        if not found:
            continue
        with transaction():
            kept = bursts.notice(found, starts_at, ends_at, now=now)
            slugs = {burst.id: petition_by_id(burst.petition_id).slug for burst in kept}
            for burst in kept:
                if burst.noticed_at == now:  # told once, not with each window that it goes on
                    tell_of_burst(burst, petition_by_id(burst.petition_id), now=now)
        for burst in kept:
            _answer(burst, slugs[burst.id], now)
        noticed += len(kept)
    db.session.rollback()
    return noticed


def _answer(burst: Burst, slug: str, now: datetime) -> None:
    """Ask for the harder sum, and tell the log."""
    limits: Limits = current_app.extensions["limits"]
    if burst.action != NO_ACTION and burst.action_until and burst.action_until > now:
        limits.tighten(slug, int((burst.action_until - now).total_seconds()))
    current_app.logger.warning(
        "burst: petition %s %s measured %s expected %s",
        burst.petition_id,
        burst.kind,
        burst.measured,
        burst.expected,
    )


def forget_expired_blocks(now: datetime) -> int:
    """Delete blocks and exceptions whose day has come; returns how many."""
    with transaction():
        return blocking.forget_expired(now=now)
