"""What a text gives away is found and marked; what is harmless is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.moderation.rules import (
    Trait,
    is_register_number,
    leads_to_somebody,
    looks_like_full_name,
    marked,
    passages_to_check,
)


def found(text: str) -> list[tuple[str, str]]:
    return [
        (passage.trait.value, text[passage.start : passage.end])
        for passage in passages_to_check(text)
    ]


@pytest.mark.parametrize(
    ("text", "trait", "passage"),
    [
        ("écrivez à awa.d+x@example.org svp", "email", "awa.d+x@example.org"),
        ("awa @ example.org", "email", "awa @ example.org"),
        ("voir https://example.org/page?x=1 !", "link", "https://example.org/page?x=1"),
        ("mijn pagina: facebook.com/iemand", "link", "facebook.com/iemand"),
        ("appelez le 0470 12 34 56", "phone", "0470 12 34 56"),
        ("bel +32 (0)2 123.45.67 nu", "phone", "+32 (0)2 123.45.67"),
        ("اتصل ٠٤٧٠ ١٢ ٣٤ ٥٦", "phone", "٠٤٧٠ ١٢ ٣٤ ٥٦"),
        ("mon numéro 85.07.30-033.28", "register_number", "85.07.30-033.28"),
        ("né après 2000 : 03.07.30-033.51", "phone", "03.07.30-033.51"),
        ("passeport AB123456", "document_number", "AB123456"),
        ("dossier SP 8.123.456", "document_number", "SP 8.123.456"),
        ("dossier OE n° 8123456", "document_number", "OE n° 8123456"),
        ("j’habite 12, rue Verte", "address", "12, rue Verte"),
        ("rue de la Paix 12 à Liège", "address", "rue de la Paix 12"),
        ("ik woon Groenstraat 7", "address", "Groenstraat 7"),
        ("Grünstraße 7", "address", "Grünstraße 7"),
        ("at 12 Green Street", "address", "12 Green Street"),
        ("أسكن شارع النخيل 12", "address", "شارع النخيل 12"),
    ],
)
def test_what_leads_to_somebody_is_found_with_its_place(
    text: str, trait: str, passage: str
) -> None:
    assert (trait, passage) in found(text)
    assert leads_to_somebody(text)


@pytest.mark.parametrize(
    ("text", "passage"),
    [
        ("le gardien Dubois crie", "gardien Dubois"),
        ("le gardien nommé Dubois", "gardien nommé Dubois"),
        ("la détenue Awa Exemple pleure", "détenue Awa Exemple"),
        ("de bewaker Peeters slaat", "bewaker Peeters"),
        ("the officer John Smith", "officer John Smith"),
        ("Herr Muster war da", "Herr Muster"),
        ("hier Mme Exemple est venue", "Mme Exemple"),
        ("ضربني الحارس سعيد", "الحارس سعيد"),
    ],
)
def test_behaviour_64_a_guard_or_a_person_held_is_marked_where_the_text_names_them(
    text: str, passage: str
) -> None:
    assert ("named_person", passage) in found(text)
    assert not leads_to_somebody(text), "a name is for a person to judge, not for a form to refuse"


@pytest.mark.parametrize(
    "text",
    [
        "Je travaille ici depuis 2012, mes 3 enfants vont à l’école.",
        "Arrivé le 12/03/2019, toujours rien en 2026.",
        "De 2015-2019 j’ai attendu.",
        "Nous sommes 25 000 personnes.",
        "le gardien est gentil",
        "Wij werken, wij leven, wij blijven.",
        "أعيش هنا منذ سنوات وأعمل كل يوم.",
        "An bɛ baara kɛ yan kabini san tan.",
    ],
)
def test_plain_words_are_left_alone(text: str) -> None:
    assert found(text) == []


def test_a_register_number_is_told_by_its_check_digits() -> None:
    assert is_register_number("85073003328")
    assert not is_register_number("85073003329")
    assert not is_register_number("0470123456")


@pytest.mark.parametrize("name", ["Awa Exemple", "JEAN EXEMPLE", "Awa  Van Exemple"])
def test_two_capitals_look_like_a_real_name(name: str) -> None:
    assert looks_like_full_name(name)


@pytest.mark.parametrize(
    "name", ["Étoile du matin", "River", "blue door", "نجمة الصباح", "Stern am Morgen"]
)
def test_a_thing_does_not(name: str) -> None:
    assert not looks_like_full_name(name)


@given(st.text(max_size=300))
def test_passages_stand_in_order_inside_the_text_and_the_pieces_make_it_whole(text: str) -> None:
    passages = passages_to_check(text)
    reached = 0
    for passage in passages:
        assert reached <= passage.start < passage.end <= len(text)
        reached = passage.end
    assert "".join(piece for piece, _trait in marked(text, passages)) == text


def test_the_marked_text_says_which_piece_gives_what_away() -> None:
    text = "le gardien Dubois, 0470 12 34 56"
    assert marked(text, passages_to_check(text)) == [
        ("le ", None),
        ("gardien Dubois", Trait.NAMED_PERSON),
        (", ", None),
        ("0470 12 34 56", Trait.PHONE),
    ]


def test_behaviour_64_a_number_does_not_hide_the_street_behind_it() -> None:
    text = "appelle le 0470 00 00 00, rue de la Paix 12, chez le gardien Dubois"
    assert found(text) == [
        ("phone", "0470 00 00 00"),
        ("address", "rue de la Paix 12"),
        ("named_person", "gardien Dubois"),
    ]
