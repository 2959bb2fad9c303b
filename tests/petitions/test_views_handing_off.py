"""The pages that lead to the channel that counts, and the link to say how it went."""

import io
from datetime import date, timedelta

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import func, select

from campaign.core.db import db, transaction
from campaign.petitions import mails
from campaign.petitions.models import OfficialAnswer, Petition
from campaign.petitions.operations import handing_off
from campaign.petitions.rules.handing_off import Answer
from campaign.thresholds.handoffs import ONLINE
from campaign.web.limits import ANSWERS
from tests.factories.petitions import (
    NOON,
    make_confirmed,
    make_petition,
    sign,
    signatures,
    token_of,
)
from tests.pages.client import CheckingClient, html_of

pytestmark = pytest.mark.usefixtures("clock")
PAGE = "/fr/petitions/clear-criteria/official"
TODAY = date(2026, 3, 2)
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) AppleWebKit/605 Version/18.0 Mobile/15E148 Safari/604.1"


def answer_path(petition: Petition, language: str = "fr") -> str:
    return f"/{language}/official/{mails.answer_code(petition.id, TODAY + timedelta(days=60))}"


def said(petition: Petition, step: str, times: int, *, browser: str = "chrome") -> None:
    for _time in range(times):
        code = mails.answer_code(petition.id, TODAY)
        with transaction():
            known = handing_off.read_code(code, now=NOON)
            handing_off.tell(known, Answer(ONLINE, step), browser=browser, language="fr", now=NOON)


def answers() -> list[tuple[str, str, str, int]]:
    db.session.rollback()
    rows = db.session.scalars(select(OfficialAnswer).order_by(OfficialAnswer.step))
    return [(row.channel, row.step, row.browser, row.count) for row in rows]


@pytest.mark.parametrize("language", ["fr", "nl", "de", "en", "ar", "bm"])
def test_the_page_opens_in_every_language_and_anybody_may_keep_it(
    client: CheckingClient, language: str
) -> None:
    make_petition()
    response = client.get(PAGE.replace("fr", language, 1))
    assert response.status_code == 200
    assert "public" in response.headers["Cache-Control"]
    assert "Set-Cookie" not in response.headers


def test_the_page_says_what_is_needed_on_line_and_on_paper(client: CheckingClient) -> None:
    make_petition(is_demonstration=False, official_reference="55_2020-2021/89")
    page = html_of(client.get(PAGE.replace("fr", "en", 1)))
    for words in (
        "itsme", "PIN code", "Chrome or Safari", "two separate sheets", "Page 1 stays blank",
        "Never photograph it", "petitions-verzoekschriften", "55_2020-2021/89",
        'href="https://dekamer.mijnopinie.belgium.be/"', "to be verified",
        "cannot count in the 25\u202f000", "never added to what the law counts",
    ):  # fmt: skip
        assert words in page, words
    assert "<input" not in page, "the page asks for nothing"


def test_a_demonstration_sends_nobody_to_the_authority(client: CheckingClient) -> None:
    make_petition()
    assert (
        'class="btn law" href="https://dekamer'
        not in html_of(client.get(PAGE)).split("formulaire")[0]
    )


def test_paper_alone_where_the_law_takes_paper_alone(client: CheckingClient) -> None:
    make_petition(instrument_id="fl-parliament-hearing", instrument_on=date(2026, 11, 25))
    page = html_of(client.get(PAGE))
    assert 'id="paper"' in page
    assert 'id="online"' not in page


def test_where_our_own_form_counts_there_is_nothing_to_hand_off(client: CheckingClient) -> None:
    make_petition(instrument_id="none", instrument_on=date(2026, 11, 25), goal=100)
    response = client.get(PAGE)
    assert response.status_code == 302
    assert response.headers["Location"].endswith("/fr/petitions/clear-criteria")
    assert client.get(f"{PAGE}/cover.pdf").status_code == 404
    assert "/official" not in html_of(client.get("/fr/petitions/clear-criteria"))


def test_the_petition_and_the_front_page_lead_there(client: CheckingClient) -> None:
    make_petition()
    assert f'href="{PAGE}"' in html_of(client.get("/fr/petitions/clear-criteria"))
    assert f'href="{PAGE}"' in html_of(client.get("/fr/"))


def test_after_the_end_the_numbers_stay_and_the_doors_close(client: CheckingClient) -> None:
    petition = make_petition(closes_at=NOON - timedelta(hours=1))
    said(petition, "", 6)
    page = html_of(client.get(PAGE))
    assert 'id="online"' not in page
    assert "Open" not in page
    assert 'class="fa"' in page


def test_an_answer_is_asked_and_counted_once(client: CheckingClient) -> None:
    address = answer_path(make_petition())
    shown = client.get(address)
    assert "no-store" in shown.headers["Cache-Control"]
    form = {"result": "failed", "step": "official_platform/itsme", "same_browser": "y"}
    for _press in range(2):
        response = client.post(address, data=form, headers={"User-Agent": PHONE})
        assert response.status_code in {200, 303}
    assert answers() == [(ONLINE, "itsme", "safari", 1)]
    assert "Merci" in html_of(client.get(address))


def test_the_browser_is_not_kept_where_it_was_not_the_one(client: CheckingClient) -> None:
    address = answer_path(make_petition())
    client.post(address, data={"result": ONLINE}, headers={"User-Agent": PHONE})
    assert answers() == [(ONLINE, "", "unknown", 1)]


@pytest.mark.parametrize(
    ("form", "chosen"),
    [({}, None), ({"result": "failed"}, 'value="failed" checked'), ({"result": "x"}, None),
     ({"result": "failed", "step": "official_paper/itsme"}, 'value="failed" checked')],
)  # fmt: skip
def test_a_half_answer_says_what_is_missing_and_changes_nothing(
    client: CheckingClient, form: dict[str, str], chosen: str | None
) -> None:
    address = answer_path(make_petition())
    response = client.post(address, data={"same_browser": "y", **form})
    page = html_of(response)
    assert response.status_code == 422
    assert 'aria-invalid="true"' in page
    for control in page.split("<input")[1:]:
        if chosen and 'value="failed"' in control:
            assert "checked" in control.split(">")[0], "what was chosen is kept"
    assert answers() == []
    assert client.post(address, data={"result": ONLINE}).status_code == 303, (
        "the link is still good"
    )


def test_a_link_we_do_not_know_says_so(client: CheckingClient) -> None:
    assert client.get("/fr/official/nonsense").status_code == 404
    assert client.post("/fr/official/nonsense", data={"result": ONLINE}).status_code == 404


def test_one_network_cannot_fill_the_chart(client: CheckingClient, app: Flask) -> None:
    petition = make_petition()
    paths = [answer_path(petition) for _number in range(ANSWERS.amount + 1)]
    codes = [client.post(path, data={"result": ONLINE}).status_code for path in paths]
    assert codes == [303] * ANSWERS.amount + [429]
    assert db.session.scalar(select(func.sum(OfficialAnswer.count))) == ANSWERS.amount
    assert "Merci" not in html_of(client.get(paths[-1])), "its code is not spent"


def test_fewer_than_five_answers_are_not_shown_and_five_are(client: CheckingClient) -> None:
    petition = make_petition()
    said(petition, "itsme", 4)
    assert 'class="fa"' not in html_of(client.get(PAGE))
    said(petition, "", 1)
    page = html_of(client.get(PAGE))
    assert "80\u202f%" in page
    assert page.count('class="fa"') == 1
    assert "style=" not in page


def test_a_step_with_few_failures_is_masked(client: CheckingClient) -> None:
    petition = make_petition()
    said(petition, "itsme", 9)
    said(petition, "card", 2)
    said(petition, "find", 6)
    page = html_of(client.get(PAGE))
    assert page.count("peu, non montré") == 2


@pytest.mark.parametrize("language", ["fr", "nl", "de", "en", "bm"])
def test_the_cover_sheet_can_be_read_and_holds_no_place_for_a_number(
    client: CheckingClient, language: str
) -> None:
    make_petition(official_reference="55_2020-2021/89")
    response = client.get(f"{PAGE.replace('fr', language, 1)}/cover.pdf")
    assert response.mimetype == "application/pdf"
    text = pdf_text(response)
    assert f"Clear criteria ({language})" in text
    assert "55_2020-2021/89" in text
    assert "/petitions/clear-criteria" in text
    assert "A4" in text


def pdf_text(response: object) -> str:
    body = response.data  # type: ignore[attr-defined]
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages)


def test_the_return_label_leaves_an_address_we_do_not_hold_to_the_pen(
    client: CheckingClient,
) -> None:
    make_petition()
    text = pdf_text(client.get(f"{PAGE.replace('fr', 'en', 1)}/label.pdf"))
    assert "To the person who filed the petition" in text
    assert "Place de la Nation" not in text


def test_the_return_label_names_the_authority_where_it_takes_the_forms(
    client: CheckingClient,
) -> None:
    make_petition(instrument_id="bru-parliament-hearing")
    text = pdf_text(client.get(f"{PAGE.replace('fr', 'en', 1)}/label.pdf"))
    assert "1005 Brussels" in text


def test_arabic_sheets_are_one_page(client: CheckingClient) -> None:
    make_petition()
    for name in ("cover", "label"):
        body = client.get(f"{PAGE.replace('fr', 'ar', 1)}/{name}.pdf").data
        assert len(PdfReader(io.BytesIO(body)).pages) == 1


def test_the_page_after_confirming_leads_on_and_takes_a_wish_for_one_reminder(
    client: CheckingClient,
) -> None:
    make_petition()
    signed = confirmed_page(client)
    page = html_of(client.get(signed))
    assert f'href="{PAGE}"' in page
    assert "/fr/official/" in page
    address = page.split('action="')[1].split('"')[0].replace("&amp;", "&")
    for _press in range(2):
        assert client.post(address).status_code == 303
    assert signatures()[0].official_reminder_at == NOON + timedelta(days=7)
    assert "9 mars 2026" in html_of(client.get(signed))

    rights = f"/fr/signature/{mails.rights_token(signatures()[0].ref)}"
    assert "9 mars 2026" in html_of(client.get(rights))
    assert client.post(f"{rights}/no-reminder").status_code == 303
    assert signatures()[0].official_reminder_at is None


def confirmed_page(client: CheckingClient) -> str:
    sign()
    response = client.post(f"/fr/confirm/{token_of(signatures()[0])}")
    return response.headers["Location"]


def test_a_wrong_or_old_key_asks_for_no_reminder(client: CheckingClient, clock: object) -> None:
    make_petition()
    make_confirmed()
    assert client.post("/fr/petitions/clear-criteria/signed/reminder?k=x").status_code == 303
    assert signatures()[0].official_reminder_at is None
