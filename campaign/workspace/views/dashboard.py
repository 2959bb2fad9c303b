"""The hub of one petition. It stands here because it shows what features tell that do not know one
another; its address and endpoint are those of the petition's other pages."""

from flask import Response, jsonify, url_for
from flask_babel import gettext as _

from campaign.accounts.guards import requires
from campaign.accounts.permissions import Permission
from campaign.core import clock
from campaign.i18n.formats import BRUSSELS
from campaign.i18n.languages import current_code
from campaign.petitions.pages.cards import cards_for
from campaign.petitions.pages.dashboard import dashboard_page, numbers_of
from campaign.petitions.pages.moderating import moderation_note
from campaign.petitions.pages.organising import with_reminder
from campaign.petitions.pages.tasks import carrying_ids
from campaign.petitions.queries.coalition import carrying_organisation_ids
from campaign.petitions.rules.tasks import MOST_SHOWN, Wait
from campaign.petitions.workspace_views.blueprint import bp, page, petition_at
from campaign.petitions.workspace_views.parts import parts_for
from campaign.workspace.tasks import facts_about, tasks_for


@bp.get("/petitions/<slug>")
@requires(Permission.PETITION_READ, of=carrying_organisation_ids)
def hub(slug: str) -> Response:
    """Where the petition stands, what to do today, what comes next, and the pages one may use."""
    now, petition = clock.now(), petition_at(slug)
    board = dashboard_page(petition, current_code(), now=now)
    facts = facts_about(petition, board.tracker, now=now)
    return page(
        "petitions/workspace/hub.html",
        hub=board.hub,
        board=board,
        losses=facts.losses,
        deadlines=with_reminder(board.deadlines, facts.waiting.get(Wait.REMINDERS), facts.today),
        tasks=tasks_for(petition, board.tracker, facts),
        most_tasks=MOST_SHOWN,
        parts=parts_for(slug, carrying_ids(petition)),
        moderation=moderation_note(petition, now=now),
        numbers_at=url_for("petitions_workspace.numbers", slug=slug),
    )


@bp.get("/petitions/<slug>/numbers.json")
@requires(Permission.PETITION_READ, of=carrying_organisation_ids)
def numbers(slug: str) -> Response:
    """The numbers of the hub that change while it is open, as they are read."""
    now, petition = clock.now(), petition_at(slug)
    cards = cards_for([petition], current_code(), now=now) if petition.texts else []
    at = now.astimezone(BRUSSELS).strftime("%H:%M")
    return jsonify(
        numbers=numbers_of(cards[0].tracker) if cards else {},
        sentence=_("Numbers updated at %(time)s.", time=at),
    )
