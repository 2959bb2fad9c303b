"""The limits of the public forms, each in one place."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from flask import current_app, request

from campaign.core.tokens import purpose_key
from campaign.web.rate_limit import Limit, RateLimiter, visitor_key

TEN_MINUTES = 600
DAY = 86_400
PROVEN = Limit("signing-proven", 40, TEN_MINUTES)
UNPROVEN = Limit("signing", 5, TEN_MINUTES)
MAILS_TO_ONE_MAILBOX = Limit("mails-mailbox", 10, DAY)
MAILS_FOR_ONE_FORM = Limit("mails-form", 1, TEN_MINUTES)
# Proving who one is, for one account: from a browser its owner has used before, from any other
# network with a proof of work, and without. Each is counted for itself, so that a stranger's
# failures never close the door to the owner.
PROVING_AT_HOME = Limit("proving-known", 20, TEN_MINUTES)
PROVING_PROVEN = Limit("proving-proven", 20, TEN_MINUTES)
PROVING = Limit("proving", 5, TEN_MINUTES)
CONFIRMING = Limit("confirming", 10, TEN_MINUTES)
MAILS_TO_ONE_ACCOUNT = Limit("mails-account", 5, DAY)


class Limits:
    """What one network, and one mailbox, may cause."""

    def __init__(self, limiter: RateLimiter) -> None:
        self._limiter = limiter

    def wait_before_signing(self, visitor: str, *, is_proven: bool) -> int:
        """Seconds to wait before the next signature from this network; 0 when it may sign now.

        Without a proof of work (no JavaScript) the limit is harder, never closed.
        """
        limit = PROVEN if is_proven else UNPROVEN
        if self._limiter.hit(limit, visitor):
            return 0
        return max(60, self._limiter.seconds_until_reset(limit, visitor))

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
        self._limiter.give_back(limit, *key)

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
        self._limiter.give_back(CONFIRMING, session)

    def may_mail_account(self, account: str) -> bool:
        """Whether one more mail that anybody can cause may go to the owner of an account."""
        return self._limiter.hit(MAILS_TO_ONE_ACCOUNT, account)

    def spend_once(self, proof: str, seconds: int) -> bool:
        """Whether this proof of work, good for so many seconds, is used for the first time."""
        return self._limiter.spend_once(proof, seconds)

    def sweep(self) -> None:
        """Delete what has expired."""
        self._limiter.sweep()

    @contextmanager
    def mail_allowance(self, mailbox: bytes, same_form: bytes) -> Iterator[bool]:
        """Whether one more confirmation may go to this mailbox: ten a day, one in ten minutes for
        the same form, so that nobody can be flooded with our mail.

        Given back when the act inside fails: a mail that never left must not stop the next.
        """
        for_form, to_mailbox = (
            (MAILS_FOR_ONE_FORM, same_form.hex()),
            (MAILS_TO_ONE_MAILBOX, mailbox.hex()),
        )
        may_mail = self._limiter.hit(*for_form) and self._limiter.hit(*to_mailbox)
        try:
            yield may_mail
        except BaseException:
            if may_mail:
                self._limiter.give_back(*for_form)
                self._limiter.give_back(*to_mailbox)
            raise


def sweep(_now: datetime) -> None:
    """Delete the counts that have expired: a quiet site must not keep them longer than a busy one."""
    limits: Limits = current_app.extensions["limits"]
    limits.sweep()


def visitor(now: datetime) -> str:
    """The network a request comes from, as a digest that changes every day."""
    return visitor_key(request.remote_addr or "", now, purpose_key("visitor"))
