"""A citizen signs, is led to the channel that counts, fails there, says where, and the numbers move."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page
from sqlalchemy import text

from campaign.core.db import db, transaction
from campaign.petitions import jobs, mails
from campaign.petitions.operations import handing_off
from campaign.petitions.rules.handing_off import Answer
from campaign.thresholds.handoffs import ONLINE
from tests.factories.petitions import NOON, make_petition, queued_kinds, signatures
from tests.mailbox import Outbox, links_in
from tests.pages.browser import LiveServer, check_accessibility, check_fits, press
from tests.pages.petitions import SigningVisitor

pytestmark = pytest.mark.browser
Look = Callable[[Page], None]
OFFICIAL = "/fr/petitions/clear-criteria/official"


def others_say(petition_id: int, count: int) -> None:
    """So many people for whom it worked."""
    for _person in range(count):
        code = mails.answer_code(petition_id, NOON.date())
        with transaction():
            known = handing_off.read_code(code, now=NOON)
            handing_off.tell(known, Answer(ONLINE, ""), browser="chrome", language="fr", now=NOON)


def whole_story(
    page: Page, server: LiveServer, outbox: Outbox, clock: Any, look: Look = check_accessibility
) -> None:
    petition = make_petition()
    others_say(petition.id, 4)
    visitor = SigningVisitor(page, server)
    visitor.sign()
    links = links_in(outbox.last("awa@example.org"))
    visitor.press_confirm(next(link for link in links if "/confirm/" in link))
    look(page)
    press(page.locator("form[action*='reminder'] button"))
    assert page.locator("form[action*='reminder']").count() == 0

    press(page.locator(f"a[href='{OFFICIAL}']"))
    look(page)
    check_fits(page)
    assert page.locator("svg .fa").count() == 0, "four answers are too few to show"

    page.goto(server.at(next(link for link in links if "/fr/official/" in link)))
    look(page)
    page.check("[name=result][value=failed]")
    page.check("[name=step][value='official_platform/itsme']")
    page.check("[name=same_browser]")
    press(page.locator("form.how button"))
    look(page)
    assert page.locator("form.how").count() == 0, "the link has answered"

    page.goto(server.at(OFFICIAL))
    page.reload()  # the browser may show for a minute what it has
    assert "20\u202f%" in page.content()
    assert page.locator("svg .fa").count() == 1

    clock.advance(days=7)
    assert jobs.send_official_reminders(clock.now()) == 1
    assert queued_kinds()[-1] == "petitions/official_reminder"
    assert nobody_is_named()


def nobody_is_named() -> bool:
    """Whether the answers hold numbers and codes alone, and the signature no trace of them."""
    db.session.rollback()
    rows = db.session.execute(text("select * from official_answer")).all()
    kept = signatures()[0]
    words = " ".join(str(value) for row in rows for value in row)
    return kept.ref.hex() not in words and "awa" not in words and sum(row[-1] for row in rows) == 5


def test_a_signatory_is_led_on_fails_says_where_and_the_numbers_move(
    page: Page, live_server: LiveServer, outbox: Outbox, clock: Any
) -> None:
    whole_story(page, live_server, outbox, clock)


def test_the_same_without_javascript(
    page_without_javascript: Page, live_server: LiveServer, outbox: Outbox, clock: Any
) -> None:
    whole_story(page_without_javascript, live_server, outbox, clock, look=lambda _page: None)


@pytest.mark.parametrize("language", ["fr", "ar"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_fits_the_narrowest_screen_in_any_light(
    make_context: Any, live_server: LiveServer, clock: Any, language: str, scheme: str
) -> None:
    petition = make_petition()
    others_say(petition.id, 9)
    context = make_context(viewport={"width": 320, "height": 640}, color_scheme=scheme)
    page = context.new_page()
    page.goto(live_server.at(OFFICIAL.replace("fr", language, 1)))
    check_fits(page)
    check_accessibility(page)
