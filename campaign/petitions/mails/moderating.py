"""What the organisations that carry a petition are told of a decision about it."""

from campaign.outbox.operations import OutgoingMessage
from campaign.partners.models import Organisation
from campaign.petitions.models import Petition
from campaign.petitions.queries.petitions import text_for
from campaign.petitions.rules.coalition import CARRYING
from campaign.petitions.rules.moderating import Act, Decision
from campaign.petitions.rules.states import READABLE


def decisions_told(petition: Petition, decision: Decision, state: str) -> list[OutgoingMessage]:
    """The mails about a decision that brings, or has brought, a petition into `state`: one to each
    organisation that carries it and has an address, in its language."""
    return [
        decision_told(
            petition=petition,
            decision=decision,
            state=state,
            recipient=organisation.contact_email,
            language=organisation.language,
        )
        for organisation in reached_by(petition)
        if organisation.contact_email
    ]


def reached_by(petition: Petition) -> list[Organisation]:
    """The organisations that are told of a decision: those that carry the petition."""
    return [part.organisation for part in petition.carriers if part.role in CARRYING]


def decision_told(
    *,
    petition: Petition,
    decision: Decision,
    state: str,
    recipient: str,
    language: str,
    stop: str = "",
) -> OutgoingMessage:
    """The mail about a decision to one reader; `stop` ends such mails to somebody of an organisation."""
    return OutgoingMessage(
        kind="petitions/decision_told",
        recipient=recipient,
        language=language,
        context={
            "title": _title(petition, language),
            "outcome": _outcome(decision, state),
            "reason": decision.reason,
            "comment": decision.comment,
            "is_public": state in READABLE,
            "petition_path": f"/{language}/petitions/{petition.slug}",
            "hub_path": f"/workspace/petitions/{petition.slug}",
            "is_member": bool(stop),
            "stop_path": stop,
        },
        unsubscribe_path=stop,
    )


def _title(petition: Petition, language: str) -> str:
    return text_for(petition, language).title if petition.texts else petition.slug


def _outcome(decision: Decision, state: str) -> str:
    """The act, or the state where an act may lead to several."""
    return state if decision.act is Act.STOP else str(decision.act)
