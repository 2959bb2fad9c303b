"""Rules: what must be known to look for one person's signature."""

import pytest

from campaign.petitions.rules.finding import NameIncompleteError, check_name


def test_two_spellings_of_one_name_are_one() -> None:
    assert (
        check_name(" Éva ", "Nom-Exemple") == check_name("eva", "nom exemple") == "eva nom exemple"
    )


@pytest.mark.parametrize(("given", "family"), [("", ""), ("Awa", " "), ("--", "Exemple")])
def test_half_a_name_is_refused(given: str, family: str) -> None:
    with pytest.raises(NameIncompleteError):
        check_name(given, family)
