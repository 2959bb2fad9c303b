"""The pages that say what is true here."""

import pytest

from tests.pages.client import CheckingClient
from tests.pages.forms import links_of


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
