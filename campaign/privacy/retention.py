"""THE table of what is forgotten and when. The register names, for each column, the rules here that
forget it; whatever recurs by way of forgetting is a rule here and nowhere else."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from campaign.accounts import personal_data as accounts
from campaign.outbox import jobs as outbox
from campaign.petitions import personal_data as petitions
from campaign.voices import personal_data as voices

ALLOWED, CLOSED, UNCONFIRMED = "allowed", "closed", "unconfirmed"
MESSAGES, QUESTIONS, ADDRESSES = "messages", "questions", "addresses"
CHECKS, VOICES, NOTES, HOLDERS = "checks", "voices", "notes", "holders"
UPDATES, EXPORTS = "updates", "exports"
SESSIONS, INVITATIONS, LINKS = "sessions", "invitations", "links"


@dataclass(frozen=True)
class RetentionRule:
    """Rows whose time is over: how many, the next few after a position, and forgetting those few.

    `find` gives the numbers of rows and the next position, None at the end; `forget` asks again
    whether they are due, and returns how many it changed.
    """

    name: str
    label: Any
    tables: tuple[str, ...]
    count: Callable[[datetime], int]
    find: Callable[[datetime, int], tuple[list[Any], int | None]]
    forget: Callable[[list[Any], datetime], int]


RULES = (
    RetentionRule(
        UNCONFIRMED,
        _l("Signatures never confirmed in 14 days"),
        ("signature", "consent_receipt", "invalidated_signature"),
        petitions.count_unconfirmed,
        petitions.find_unconfirmed,
        petitions.forget_unconfirmed,
    ),
    RetentionRule(
        CLOSED,
        _l("Signatures of petitions closed for 6 months"),
        ("signature", "consent_receipt"),
        petitions.count_closed,
        petitions.find_closed,
        petitions.forget_closed,
    ),
    RetentionRule(
        ALLOWED,
        _l("The same, where an organisation may still write: all but the address"),
        ("signature",),
        petitions.count_allowed,
        petitions.find_allowed,
        petitions.forget_allowed,
    ),
    RetentionRule(
        QUESTIONS,
        _l("Questions for a lost link that nobody could answer in a day"),
        ("link_request",),
        petitions.count_questions,
        petitions.find_questions,
        petitions.forget_questions,
    ),
    RetentionRule(
        ADDRESSES,
        _l("New addresses not confirmed in 48 hours"),
        ("address_change",),
        petitions.count_addresses,
        petitions.find_addresses,
        petitions.forget_addresses,
    ),
    RetentionRule(
        CHECKS,
        _l("What checks for false signatures looked for, 6 months after the petition closed"),
        ("invalidation",),
        petitions.count_checks,
        petitions.find_checks,
        petitions.forget_checks,
    ),
    RetentionRule(
        HOLDERS,
        _l("Who held a batch of paper, 30 days after it came back or was lost"),
        ("paper_batch",),
        petitions.count_holders,
        petitions.find_holders,
        petitions.forget_holders,
    ),
    RetentionRule(
        EXPORTS,
        _l("Lists for organisations after 48 hours, and who was in them after two years"),
        ("export_part",),
        petitions.count_exports,
        petitions.find_exports,
        petitions.forget_exports,
    ),
    RetentionRule(
        VOICES,
        _l("Voices beside petitions closed for 6 months, and those refused 30 days ago"),
        ("voice",),
        lambda now: voices.count_over(petitions.petitions_over(now), now),
        lambda now, _after: voices.find_over(petitions.petitions_over(now), now),
        lambda ids, now: voices.forget_over(ids, petitions.petitions_over(now), now),
    ),
    RetentionRule(
        NOTES,
        _l("Notes of moderators about a petition, 6 months after their last word"),
        ("moderation_case",),
        petitions.count_notes,
        petitions.find_notes,
        petitions.forget_notes,
    ),
    RetentionRule(
        UPDATES,
        _l("To which mailboxes an update went, 30 days after it"),
        ("petition_update_recipient",),
        petitions.count_recipients,
        petitions.find_recipients,
        petitions.forget_recipients,
    ),
    RetentionRule(
        SESSIONS,
        _l("Sessions of organisers that are over"),
        ("account_session",),
        accounts.count_sessions,
        accounts.find_sessions,
        accounts.forget_sessions,
    ),
    RetentionRule(
        INVITATIONS,
        _l("Invitations not accepted in 14 days, and those that ended a month ago"),
        ("invitation",),
        accounts.count_invitations,
        accounts.find_invitations,
        accounts.forget_invitations,
    ),
    RetentionRule(
        LINKS,
        _l("Links by mail to organisers' accounts that are too old"),
        ("account_link",),
        accounts.count_links,
        accounts.find_links,
        accounts.forget_links,
    ),
    RetentionRule(
        MESSAGES,
        _l("Records of messages that left 30 days ago"),
        ("outbox_message",),
        outbox.count_finished,
        outbox.find_finished,
        outbox.forget_finished,
    ),
)
BY_NAME = {rule.name: rule for rule in RULES}
TABLES = tuple(dict.fromkeys(table for rule in RULES for table in rule.tables))


def rule_after(name: str) -> RetentionRule | None:
    """The rule that follows, or None after the last; the first follows the empty name."""
    names = ["", *BY_NAME]
    following = names.index(name) + 1
    return RULES[following - 1] if following < len(names) else None
