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
WRONG_CODES = Limit("wrong-codes", 30, TEN_MINUTES)
MAILS_TO_ONE_MAILBOX = Limit("mails-mailbox", 10, DAY)
MAILS_FOR_ONE_FORM = Limit("mails-form", 1, TEN_MINUTES)


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

    def may_try_code(self, visitor: str) -> bool:
        """Whether a code from this network is still looked up: thirty wrong ones rest all of them."""
        return self._limiter.remaining(WRONG_CODES, visitor) > 0

    def count_wrong_code(self, visitor: str) -> None:
        """Remember that a code nobody issued was tried from this network."""
        self._limiter.hit(WRONG_CODES, visitor)

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
