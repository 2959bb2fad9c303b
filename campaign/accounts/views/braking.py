"""The brake on guessing passwords and codes: it slows the guesser down and locks nobody out."""

from dataclasses import dataclass

from flask import current_app, request

from campaign.accounts.cookies import known_device
from campaign.accounts.models import Account
from campaign.core import clock
from campaign.core.tokens import purpose_key
from campaign.web.limits import Limits, visitor
from campaign.web.proof_of_work import ProofOfWork, check_solution

SUBJECT = "sign-in"


@dataclass(frozen=True)
class Brake:
    """Whose password or code is tried, from which network, in which known browser, with which proof."""

    account: str
    network: str
    device: str
    is_proven: bool

    def seconds_to_wait(self) -> int:
        """0 when it may be tried now; each try counts until it turns out right."""
        return _limits().wait_before_proving(
            self.account, self.network, self.device, is_proven=self.is_proven
        )

    def release(self) -> None:
        """It was right."""
        _limits().proved(self.account, self.network, self.device, is_proven=self.is_proven)


def brake_on(account: Account | None, key: bytes, what: str) -> Brake:
    """The brake for one account and one kind of secret ("password", "code")."""
    return Brake(
        account=f"{what}/{key.hex()}",
        network=visitor(clock.now()),
        device=known_device(account),
        is_proven=_is_proven(),
    )


def _is_proven() -> bool:
    solution = request.form.get("altcha", "")
    proof = check_solution(purpose_key("proof-of-work"), solution, SUBJECT, clock.now())
    return proof.outcome is ProofOfWork.VALID and _limits().spend_once(
        proof.replay_key, proof.seconds_left
    )


def _limits() -> Limits:
    limits: Limits = current_app.extensions["limits"]
    return limits


def may_mail(key: bytes) -> bool:
    """Whether one more mail that anybody can cause may go to this account's owner."""
    return _limits().may_mail_account(key.hex())
