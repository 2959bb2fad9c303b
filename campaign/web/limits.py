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
ASKING = Limit("asking", 10, TEN_MINUTES)
LINKS_SOON = Limit("links-soon", 1, TEN_MINUTES)
LINKS_A_DAY = Limit("links-day", 3, DAY)
ADDRESSES_FOR_ONE_SIGNATURE = Limit("addresses", 5, DAY)
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
