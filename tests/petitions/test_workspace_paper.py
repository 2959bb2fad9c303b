"""The organisers' pages of the ledger of paper, in the words of those who keep it."""

import re
from datetime import date

import pytest

from campaign.accounts.permissions import Role
from campaign.audit.queries import entries_about
from campaign.petitions.queries.paper import batch_at
from campaign.petitions.queries.petitions import petition_by_slug
from tests.factories.accounts import make_account, sign_in_as
from tests.factories.petitions import make_organisation, make_petition
from tests.pages.client import CheckingClient
from tests.pages.forms import form_to, text_of_page
from tests.pages.printed import read_pdf

pytestmark = pytest.mark.usefixtures("clock")
SLUG = "clear-criteria"
LEDGER = f"/workspace/petitions/{SLUG}/paper"


@pytest.fixture
def editor(client: CheckingClient) -> CheckingClient:
    """A browser in which an editor of the petition's organisation has signed in."""
    make_petition()
    place = make_organisation(f"{SLUG}-lead")
    return sign_in_as(client, make_account("Palabre", Role.EDITOR, organisation=place))


def go_out(client: CheckingClient, **typed: str) -> str:
    """A batch goes out; returns the address of its page."""
    typed = {"place": "Market of Namur", "holder": "a volunteer", "out_on": "2026-02-20"} | typed
    answer = form_to(client.get(LEDGER), "/paper").send(client, **typed)
    assert answer.status_code == 303, text_of_page(answer)
    return re.sub(r"\?.*", "", answer.headers["Location"])


def come_back(client: CheckingClient, there: str, on: str = "2026-02-27") -> None:
    answer = form_to(client.get(there), "/back").send(client, **{"came_back-on": on})
    assert answer.status_code == 303, text_of_page(answer)


def count(client: CheckingClient, there: str, **typed: str) -> None:
    names = {f"counted-{name}": number for name, number in typed.items()}
    answer = form_to(client.get(there), "/count").send(client, **names)
    assert answer.status_code == 303, text_of_page(answer)


def test_a_batch_goes_out_comes_back_is_counted_and_sealed(editor: CheckingClient) -> None:
    there = go_out(editor)
    assert there.endswith("/paper/1")
    come_back(editor, there)
    count(editor, there, valid_VLG="30", valid_BRU="12", spoiled_unsigned="3")
    words = text_of_page(editor.get(there))
    for told in (
        "Market of Namur",
        "Counted and sealed",
        "Flanders 30",
        "the signature is missing 3",
    ):
        assert told in words
    ledger = text_of_page(editor.get(LEDGER))
    assert "42" in ledger, "the valid lines of the batch"
    petition = petition_by_slug(SLUG)
    assert petition is not None
    batch = batch_at(petition.id, 1)
    assert batch is not None
    assert (batch.in_on, len(batch.seal)) == (date(2026, 2, 27), 64)
    assert batch.seal in words


def test_a_double_click_on_any_step_is_one_entry(editor: CheckingClient) -> None:
    there = go_out(editor)
    form = form_to(editor.get(there), "/back")
    for _time in range(2):
        answer = form.send(editor, **{"came_back-on": "2026-02-27"})
        assert answer.status_code == 303
    assert text_of_page(editor.get(there)).count("Came back") == 1


def test_who_comes_second_reads_what_is_there_now_and_keeps_what_they_typed(
    editor: CheckingClient,
) -> None:
    there = go_out(editor)
    stale = form_to(editor.get(there), "/lost")
    come_back(editor, there)
    answer = stale.send(editor, **{"lost-on": "2026-02-28", "lost-reason": "Left on a train"})
    assert answer.status_code == 409
    assert "Somebody changed this batch" in text_of_page(answer)
    assert "Left on a train" in answer.text
    again = form_to(answer, "/lost").send(editor)
    assert again.status_code == 303, "pressed again, with open eyes"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"number": "0"}, "from 1 to 99 999"),
        ({"number": "one"}, "from 1 to 99 999"),
        ({"place": " "}, "Say where it goes"),
        ({"out_on": "2026-03-03"}, "Choose today or a day before"),
        ({"holder": "x" * 81}, "a pseudonym is enough"),
    ],
)
def test_a_batch_is_refused_with_what_to_do_and_what_was_typed_stays(
    editor: CheckingClient, typed: dict[str, str], words: str
) -> None:
    sent = {"place": "Market of Namur", "out_on": "2026-02-20"} | typed
    answer = form_to(editor.get(LEDGER), "/paper").send(editor, **sent)
    assert answer.status_code == 422
    assert words in text_of_page(answer)
    if typed.get("place") is None:
        assert "Market of Namur" in answer.text


def test_figures_that_are_none_are_refused_on_their_field(editor: CheckingClient) -> None:
    there = go_out(editor)
    come_back(editor, there)
    form = form_to(editor.get(there), "/count")
    answer = form.send(editor, **{"counted-valid_VLG": "-3", "counted-valid_WAL": "12"})
    assert answer.status_code == 422
    assert "Write a whole number" in text_of_page(answer)
    assert 'value="12"' in answer.text
    answer = form.send(editor, **{"counted-valid_VLG": "100000"})
    assert answer.status_code == 422
    assert "99 999 lines" in text_of_page(answer)


def test_the_cover_sheet_carries_the_number_and_a_code_that_opens_the_page(
    editor: CheckingClient,
) -> None:
    there = go_out(editor, number="17", holder="Fatou")
    for language in ("fr", "nl", "de", "en", "ar", "bm"):
        answer = editor.get(f"{there}/cover.pdf?language={language}")
        assert answer.mimetype == "application/pdf"
        words, codes = read_pdf(answer.data)
        assert codes == [editor.application.config["BASE_URL"] + there]
        assert "17" in words
        assert "Fatou" not in words, "who holds it is not printed"
    assert editor.get(f"{there}/cover.pdf?language=xx").status_code == 404
    editor.delete_cookie("portevoix", domain="127.0.0.1")
    assert editor.get(there).status_code == 303, "the code opens nothing for who has not signed in"


def test_a_batch_of_another_petition_is_not_there(editor: CheckingClient) -> None:
    go_out(editor)
    make_petition(slug="other")
    assert editor.get("/workspace/petitions/other/paper/1").status_code in {403, 404}
    assert editor.get(f"{LEDGER}/2").status_code == 404
    assert editor.post(f"{LEDGER}/2/back").status_code in {403, 404}


def test_where_no_paper_counts_there_is_no_ledger(client: CheckingClient) -> None:
    make_petition(instrument_id="wal-deliberative", authority="wal-parliament")
    place = make_organisation(f"{SLUG}-lead")
    sign_in_as(client, make_account("Palabre", Role.EDITOR, organisation=place))
    assert "counts no official paper form" in text_of_page(client.get(LEDGER))


def test_each_act_is_in_the_log_and_the_holder_never(editor: CheckingClient) -> None:
    there = go_out(editor, holder="Fatou")
    form = form_to(editor.get(there), "/move")
    assert form.send(editor, **{"moved-holder": "", "moved-place": "Gent"}).status_code == 303
    words = text_of_page(editor.get(there))
    assert "Fatou" not in words
    entries = entries_about(f"petition:{SLUG}")
    assert {"paper_batch.out", "paper_batch.moved"} <= {entry.act for entry in entries}
    assert "Fatou" not in " ".join(entry.detail for entry in entries)
