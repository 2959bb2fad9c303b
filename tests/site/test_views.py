"""The pages that say what is true here."""

import pytest

from campaign.web.limits import DAY, MAILS_TO_ONE_MAILBOX, PROVEN, UNPROVEN
from tests.pages.client import CheckingClient
from tests.pages.forms import links_of, text_of_page


@pytest.mark.parametrize(
    ("language", "address"),
    [
        ("fr", "https://www.autoriteprotectiondonnees.be/"),
        ("nl", "https://www.gegevensbeschermingsautoriteit.be/"),
        ("de", "https://www.dataprotectionauthority.be/"),
        ("en", "https://www.dataprotectionauthority.be/"),
        ("ar", "https://www.dataprotectionauthority.be/"),
        ("bm", "https://www.dataprotectionauthority.be/"),
    ],
)
def test_complaints_lead_to_the_authoritys_site_in_ones_language(
    client: CheckingClient, language: str, address: str
) -> None:
    outside = [link for link in links_of(client.get(f"/{language}/privacy")) if "//" in link]
    assert [link for link in outside if "localhost" not in link] == [address]


def test_the_whole_list_tells_what_is_kept_outside_the_database_too(client: CheckingClient) -> None:
    """The limits keep a fingerprint of each mailbox for as long as they look back."""
    told = text_of_page(client.get("/en/privacy"))
    assert "ten a day at most" in told
    assert "One day." in told
    assert (MAILS_TO_ONE_MAILBOX.amount, MAILS_TO_ONE_MAILBOX.seconds) == (10, DAY)
    assert {PROVEN.seconds, UNPROVEN.seconds} == {10 * 60}, "and ten minutes for the network"
