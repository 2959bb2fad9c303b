"""The limits of the public forms, each in one place."""

from datetime import datetime

from flask import request

from campaign.core.tokens import purpose_key
from campaign.web.rate_limit import Limit, RateLimiter, visitor_key

TEN_MINUTES = 600
DAY = 86_400
PROVEN = Limit("signing-proven", 40, TEN_MINUTES)
UNPROVEN = Limit("signing", 5, TEN_MINUTES)
MAILS_TO_ONE_MAILBOX = Limit("mails-mailbox", 3, DAY)
MAILS_FOR_ONE_SIGNATURE = Limit("mails-signature", 1, TEN_MINUTES)


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

    def spend_once(self, proof: str, seconds: int) -> bool:
        """Whether this proof of work, good for so many seconds, is used for the first time."""
        return self._limiter.spend_once(proof, seconds)

    def may_mail(self, mailbox: bytes, signature: bytes) -> bool:
        """Whether one more confirmation may go to this mailbox: three a day, one per petition in
        ten minutes, so that nobody can be flooded with our mail."""
        if not self._limiter.hit(MAILS_FOR_ONE_SIGNATURE, signature.hex()):
            return False
        return self._limiter.hit(MAILS_TO_ONE_MAILBOX, mailbox.hex())


def visitor(now: datetime) -> str:
    """The network a request comes from, as a digest that changes every day."""
    return visitor_key(request.remote_addr or "", now, purpose_key("visitor"))
