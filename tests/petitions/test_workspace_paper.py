"""The organisers' pages of the ledger of paper, in the words of those who keep it."""

import re
from datetime import date

import pytest

from campaign.accounts.permissions import Role
from campaign.petitions.queries.paper import batch_at
from campaign.petitions.queries.petitions import petition_by_slug
from tests.factories.accounts import make_account, sign_in_as
from tests.factories.petitions import make_organisation, make_petition
from tests.pages.client import CheckingClient
from tests.pages.forms import form_to, text_of_page

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
    for told in ("Market of Namur", "Counted and sealed", "Flanders 30", "not signed 3"):
        assert told in words
    ledger = text_of_page(editor.get(LEDGER))
    assert "42" in ledger, "the valid lines of the batch"
    petition = petition_by_slug(SLUG)
    assert petition is not None
    batch = batch_at(petition.id, 1)
    assert batch is not None
    assert (batch.in_on, len(batch.seal)) == (date(2026, 2, 27), 64)
    assert batch.seal in words
