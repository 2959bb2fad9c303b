"""The limits of the public forms, each in one place."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from flask import current_app, request

from campaign.core.tokens import purpose_key
from campaign.web.proof_of_work import CheckedProof, ProofOfWork
from campaign.web.rate_limit import Hit, Limit, RateLimiter, visitor_key

TEN_MINUTES = 600
DAY = 86_400
# Without a proof of work (no JavaScript) the limit of a network is harder, never closed.
PROVEN = Limit("signing-proven", 40, TEN_MINUTES)
UNPROVEN = Limit("signing", 5, TEN_MINUTES)
ANSWERS = Limit("official-answers", 30, DAY)
VOICES_PROVEN = Limit("voices-proven", 20, TEN_MINUTES)
VOICES_UNPROVEN = Limit("voices", 5, TEN_MINUTES)
CODES_TRIED = Limit("codes", 20, TEN_MINUTES)
VOICES_CARRIED = Limit("voices-carried", 20, TEN_MINUTES)
# Ten mails a day, and one in ten minutes for the same form: nobody can be flooded with them.
WRONG_CODES = Limit("wrong-codes", 30, TEN_MINUTES)
MAILS_TO_ONE_MAILBOX = Limit("mails-mailbox", 10, DAY)
ASKING = Limit("asking", 10, TEN_MINUTES)
LINKS_SOON = Limit("links-soon", 1, TEN_MINUTES)
LINKS_A_DAY = Limit("links-day", 3, DAY)
ADDRESSES_FOR_ONE_SIGNATURE = Limit("addresses", 5, DAY)
MAILS_FOR_ONE_FORM = Limit("mails-form", 1, TEN_MINUTES)
# Proving who one is, for one account: from a browser its owner has used before, from any other
# network with a proof of work, and without. Each is counted for itself, so that a stranger's
# failures never close the door to the owner.
PROVING_AT_HOME = Limit("proving-known", 20, TEN_MINUTES)
PROVING_PROVEN = Limit("proving-proven", 20, TEN_MINUTES)
PROVING = Limit("proving", 5, TEN_MINUTES)
CONFIRMING = Limit("confirming", 10, TEN_MINUTES)
MAILS_TO_ONE_ACCOUNT = Limit("mails-account", 5, DAY)


@dataclass(frozen=True)
class SigningAllowance:
    """Whether somebody may sign: in how many seconds, 0 for now, and whether a mail may go out."""

    seconds_to_wait: int
    may_mail: bool


class Limits:
    """What one network, and one mailbox, may cause."""

    def __init__(self, limiter: RateLimiter) -> None:
        self._limiter = limiter

    @contextmanager
    def signing_allowance(
        self, visitor: str | None, proof: CheckedProof, mailbox: bytes, same_form: bytes
    ) -> Iterator[SigningAllowance]:
        """Count one signature: its proof of work, its network and its mail, in one go.

        Without a `visitor` its network is not limited: an event's code has lifted that.
        The mail is given back when it does not leave, so that it does not stop the next one.
        """
        mails = (
            self._limiter.as_hit(MAILS_FOR_ONE_FORM, same_form.hex()),
            self._limiter.as_hit(MAILS_TO_ONE_MAILBOX, mailbox.hex()),
        )
        seconds, (is_new_form, has_room) = self._count_visit(visitor, proof, mails)
        may_mail = not seconds and is_new_form and has_room
        self._limiter.give_back(*(mails if seconds else () if is_new_form else mails[1:]))
        try:
            yield SigningAllowance(seconds, may_mail)
        except BaseException:
            if may_mail:
                self._limiter.give_back(*mails)
            raise

    def _count_visit(
        self, visitor: str | None, proof: CheckedProof, mails: tuple[Hit, Hit]
    ) -> tuple[int, list[bool]]:
        """Seconds until this network may sign, 0 for now; and whether each mail may go."""
        if visitor is None:
            return 0, self._limiter.hit_all(mails)
        is_proven = proof.outcome is ProofOfWork.VALID
        limit = PROVEN if is_proven else UNPROVEN
        spent = [self._limiter.as_spent(proof.replay_key, proof.seconds_left)] if is_proven else []
        *is_fresh, may_sign, is_new_form, has_room = self._limiter.hit_all(
            [*spent, self._limiter.as_hit(limit, visitor), *mails]
        )
        if not all(is_fresh):  # a proof used before proves nothing
            self._limiter.give_back(self._limiter.as_hit(PROVEN, visitor))
            limit, may_sign = UNPROVEN, self._limiter.hit(UNPROVEN, visitor)
        seconds = 0 if may_sign else max(60, self._limiter.seconds_until_reset(limit, visitor))
        return seconds, [is_new_form, has_room]

    def wait(self, limit: Limit, visitor: str) -> int:
        """Seconds to wait before the next act of this kind; 0 when it may be done now."""
        if self._limiter.hit(limit, visitor):
            return 0
        return max(60, self._limiter.seconds_until_reset(limit, visitor))

    def may_try_code(self, visitor: str) -> bool:
        """Whether a code from this network is still looked up: thirty wrong ones rest all of them."""
        return self._limiter.remaining(WRONG_CODES, visitor) > 0

    def count_wrong_code(self, visitor: str) -> None:
        """Remember that a code nobody issued was tried from this network."""
        self._limiter.hit(WRONG_CODES, visitor)

    def wait_before_asking(self, visitor: str) -> int:
        """Seconds to wait before this network may ask for another mail; 0 when it may ask now."""
        if self._limiter.hit(ASKING, visitor):
            return 0
        return max(60, self._limiter.seconds_until_reset(ASKING, visitor))

    def may_mail_links(self, mailbox: bytes) -> bool:
        """Whether the links may go to this mailbox: once in ten minutes, three times a day, and never
        beyond what one mailbox gets of us in a day."""
        key = mailbox.hex()
        limits = (LINKS_SOON, LINKS_A_DAY, MAILS_TO_ONE_MAILBOX)
        return all(self._limiter.hit(limit, key) for limit in limits)

    def may_ask_for_address(self, signature: bytes, mailbox: bytes) -> bool:
        """Whether a signature may ask another mailbox to take over: five times a day."""
        is_few = self._limiter.hit(ADDRESSES_FOR_ONE_SIGNATURE, signature.hex())
        return is_few and self._limiter.hit(MAILS_TO_ONE_MAILBOX, mailbox.hex())

    def wait_before_proving(
        self, account: str, network: str, device: str, *, is_proven: bool
    ) -> int:
        """Seconds to wait before the next password or code for this account; 0 when it may be tried.

        `device` is the mark of a browser that the account's owner has used before, if it is one.
        """
        limit, key = self._proving(account, network, device, is_proven=is_proven)
        if self._limiter.hit(limit, *key):
            return 0
        return max(30, self._limiter.seconds_until_reset(limit, *key))

    def proved(self, account: str, network: str, device: str, *, is_proven: bool) -> None:
        """It was right: this try does not count."""
        limit, key = self._proving(account, network, device, is_proven=is_proven)
        self._limiter.give_back(self._limiter.as_hit(limit, *key))

    @staticmethod
    def _proving(
        account: str, network: str, device: str, *, is_proven: bool
    ) -> tuple[Limit, tuple[str, str]]:
        if device:
            return PROVING_AT_HOME, (account, device)
        return (PROVING_PROVEN if is_proven else PROVING), (account, network)

    def wait_before_confirming(self, session: str) -> int:
        """Seconds to wait before a session may be confirmed again; 0 when it may."""
        if self._limiter.hit(CONFIRMING, session):
            return 0
        return max(30, self._limiter.seconds_until_reset(CONFIRMING, session))

    def confirmed(self, session: str) -> None:
        """It was right: this try does not count."""
        self._limiter.give_back(self._limiter.as_hit(CONFIRMING, session))

    def may_mail_account(self, account: str) -> bool:
        """Whether one more mail that anybody can cause may go to the owner of an account."""
        return self._limiter.hit(MAILS_TO_ONE_ACCOUNT, account)

    def spend_once(self, proof: str, seconds: int) -> bool:
        """Whether this proof of work, good for so many seconds, is used for the first time."""
        return self._limiter.spend_once(proof, seconds)

    def may_answer(self, visitor: str) -> bool:
        """Whether this network may say once more today how the official channel went."""
        return self._limiter.hit(ANSWERS, visitor)

    def tighten(self, subject: str, seconds: int) -> None:
        """Ask for a harder sum where this subject (a petition) is signed, for so many seconds."""
        self._limiter.mark(f"tight/{subject}", seconds)

    def loosen(self, subject: str) -> None:
        """Ask for the usual sum again."""
        self._limiter.unmark(f"tight/{subject}")

    def is_tight(self, subject: str) -> bool:
        """Whether a harder sum is asked for."""
        return self._limiter.is_marked(f"tight/{subject}")

    def sweep(self) -> None:
        """Delete what has expired."""
        self._limiter.sweep()


def sweep(_now: datetime) -> None:
    """Delete the counts that have expired: a quiet site must not keep them longer than a busy one."""
    limits: Limits = current_app.extensions["limits"]
    limits.sweep()


def visitor(now: datetime) -> str:
    """The network a request comes from, as a digest that changes every day."""
    return visitor_at(request.remote_addr, now)


def visitor_at(remote_addr: str | None, now: datetime) -> str:
    """As `visitor`, for an address at hand."""
    return visitor_key(remote_addr or "", now, purpose_key("visitor"))
