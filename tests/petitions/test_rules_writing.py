"""What may be written, what is alike, what changed, what is missing: rules without a database."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from campaign.petitions.rules import completeness, facts, writing
from campaign.petitions.rules.completeness import WrittenFacts, WrittenText, shortcomings
from campaign.petitions.rules.differences import differences
from campaign.petitions.rules.similar import MOST_SIMILAR, Candidate, nearest
from campaign.petitions.rules.writing import FIELDS, LONGEST, stopped_passages
from campaign.thresholds.instruments import Instrument, instrument
from campaign.thresholds.models import Period

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
HEARING = instrument("be-chamber-hearing", date(2026, 3, 2))
NONE = instrument("none", date(2026, 11, 24))
WORDS = {**dict.fromkeys(FIELDS, ""), "title": "T", "short_title": "S", "ask": "A", "letter": "L"}
TEXT = WrittenText(
    language="fr",
    name="Français",
    fields=WORDS,
    labels={name: name for name in FIELDS},
    allowed_names=(),
    picture_words="",
)
FACTS = WrittenFacts(
    theme="study",
    goal=None,
    opens_at=None,
    closes_at=NOW + timedelta(days=90),
    has_controller=True,
    has_picture=False,
)


class TestStoppedPassages:
    @pytest.mark.parametrize(
        ("text", "language", "passage"),
        [
            ("Appelez le 0470 12 34 56.", "fr", "0470 12 34 56"),
            ("Écrivez à awa@example.org.", "fr", "awa@example.org"),
            ("Le gardien Paul Exemple l’a frappé.", "fr", "gardien Paul Exemple"),
            ("De bewaker Jan Voorbeeld sloeg.", "nl", "bewaker Jan Voorbeeld"),
            ("Mamadou Exemple est enfermé à Vottem.", "fr", "Mamadou Exemple"),
            ("Sinds mei wordt Awa Voorbeeld vastgehouden.", "nl", "Awa Voorbeeld"),
            ("They detained Kadi Example in May.", "en", "Kadi Example"),
            ("OE 1 234 567", "fr", "OE 1 234 567"),
        ],
    )
    def test_what_leads_to_a_person_stops(self, text: str, language: str, passage: str) -> None:
        """Behaviour 64."""
        found = stopped_passages(text, language=language)
        assert [text[each.start : each.end] for each in found] == [passage]

    @pytest.mark.parametrize(
        "text",
        [
            "Nous demandons la fin des centres fermés.",
            "Il faut 25 000 signatures, dont 14 500 en Flandre.",
            "La loi du 15 décembre 1980, article 9bis, de 1999 à 2021.",
            "Mesdames et Messieurs les membres de la Chambre,",
            "Voir https://www.example.org/2021/12/07/12345678.html",
            "La Ligue des Droits humains et Amnesty Exemple soutiennent. Le centre est fermé.",
            "Chambre des représentants, place de la Nation 2, 1008 Bruxelles",
        ],
    )
    def test_what_a_petition_needs_to_say_does_not(self, text: str) -> None:
        assert stopped_passages(text, language="fr") == []

    def test_a_name_may_be_allowed_a_number_or_a_guard_never(self) -> None:
        allowed = ("Centre Exemple", "0470 12 34 56", "gardien Paul Exemple")
        assert stopped_passages("On enferme au Centre Exemple.", allowed) == []
        assert stopped_passages("0470 12 34 56, gardien Paul Exemple", allowed)

    def test_nouns_with_capitals_are_no_names(self) -> None:
        assert stopped_passages("Das Ende der Haft. Das Gefängnis", language="de") == []
        assert stopped_passages("Wärter Hans Beispiel", language="de")

    def test_the_line_of_a_passage_is_told(self) -> None:
        text = "one\ntwo\nthree 0470 12 34 56"
        [found] = stopped_passages(text)
        assert writing.line_of(text, found) == 3


class TestLimits:
    @pytest.mark.parametrize("name", FIELDS)
    def test_a_field_at_its_limit_is_kept_and_one_more_character_is_told(self, name: str) -> None:
        at_limit = {**WORDS, name: "x" * LONGEST[name]}
        assert writing.faults(at_limit) == {}
        fault = writing.faults({**at_limit, name: "x" * (LONGEST[name] + 1)})[name]
        assert isinstance(fault, writing.TextTooLongError)
        assert fault.values == {"most": LONGEST[name], "over": 1}

    def test_a_letter_outside_the_basic_plane_is_one_character(self) -> None:
        assert writing.faults({**WORDS, "short_title": "𝕏" * 60}) == {}

    @pytest.mark.parametrize("start", "=+-@")
    def test_what_a_spreadsheet_would_run_is_refused_but_a_list_is_none(self, start: str) -> None:
        assert "title" in writing.faults({**WORDS, "title": f"{start}cmd"})
        assert writing.faults({**WORDS, "demands": f"{start} one"}) == {}

    def test_a_draft_needs_a_title_only(self) -> None:
        assert writing.faults({**dict.fromkeys(FIELDS, ""), "title": "T"}) == {}
        assert set(writing.faults(dict.fromkeys(FIELDS, ""))) == {"title"}

    def test_an_address_is_made_of_the_title_and_never_that_of_another_page(self) -> None:
        assert writing.slug_of("Droit à l’école !", ()) == "droit-a-l-ecole"
        assert writing.slug_of("Droit", {"droit", "droit-2"}) == "droit-3"
        assert writing.slug_of("New", ()) == "new-2"
        assert writing.slug_of("مدرسة", ()) == "petition"


class TestCorrections:
    BEFORE = {**WORDS, "correction": "old"}

    @pytest.mark.parametrize("field", ["title", "ask", "letter", "demands"])
    @pytest.mark.parametrize("told", ["", "old"])
    def test_what_was_signed_changes_with_a_new_explanation_only(
        self, field: str, told: str
    ) -> None:
        after = {**self.BEFORE, field: "other", "correction": told}
        with pytest.raises(writing.CorrectionMissingError):
            writing.check_correction("open", self.BEFORE, after)
        writing.check_correction("open", self.BEFORE, {**after, "correction": "new"})
        writing.check_correction("draft", self.BEFORE, after)

    def test_the_background_changes_without(self) -> None:
        writing.check_correction("open", self.BEFORE, {**self.BEFORE, "background": "more"})

    @pytest.mark.parametrize("state", ["submitted", "in_moderation", "rejected", "removed"])
    def test_what_others_read_or_refused_is_not_written(self, state: str) -> None:
        with pytest.raises(writing.NotEditableError):
            writing.check_may_write(state)


class TestSimilar:
    """Behaviour 62."""

    KNOWN = (
        Candidate(1, "Des critères clairs et permanents de régularisation"),
        Candidate(1, "Duidelijke en blijvende criteria voor regularisatie"),
        Candidate(2, "Se former sans attendre ses papiers", "be-chamber"),
        Candidate(3, "Plus de bancs dans les parcs"),
    )

    def test_the_most_alike_comes_first_in_whatever_language(self) -> None:
        assert nearest("Régulariser selon des critères permanents", self.KNOWN) == [1]
        assert nearest("Blijvende criteria", self.KNOWN) == [1]
        assert nearest("Une piscine à Namur", self.KNOWN) == []

    def test_no_more_than_five_are_offered_and_each_once(self) -> None:
        many = [Candidate(number, "des critères clairs") for number in range(20)]
        found = nearest("Critères clairs", [*many, *many])
        assert len(found) == len(set(found)) == MOST_SIMILAR

    def test_nothing_is_like_nothing(self) -> None:
        assert nearest("", self.KNOWN) == []
        assert nearest("…", ()) == []


class TestDifferences:
    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("", "new"),
            ("gone", ""),
            ("same", "same"),
            ("one\ntwo\nthree", "one\n2\nthree\nfour"),
            ("a " * 4000, "b " * 4000),
            ("نحن نعيش هنا", "نحن نعمل هنا"),
        ],
    )
    def test_both_texts_can_be_read_out_of_what_is_shown(self, before: str, after: str) -> None:
        pieces = differences(before, after)
        assert "".join(each.text for each in pieces if each.kind != "new") == before
        assert "".join(each.text for each in pieces if each.kind != "gone") == after

    def test_only_the_words_that_changed_are_marked(self) -> None:
        pieces = differences("We ask for clear criteria.", "We ask for fair criteria.")
        assert [each.text for each in pieces if each.kind == "new"] == ["fair"]


class TestCompleteness:
    def test_a_whole_petition_lacks_nothing(self) -> None:
        assert shortcomings([TEXT], FACTS, HEARING, now=NOW) == []

    @pytest.mark.parametrize("field", ["title", "short_title", "ask", "letter"])
    def test_an_empty_field_is_named_with_its_language(self, field: str) -> None:
        text = replace(TEXT, fields={**WORDS, field: " "})
        [found] = shortcomings([text], FACTS, HEARING, now=NOW)
        assert (found.part, found.language) == ("text", "fr")
        assert found.values["field"] == field

    @pytest.mark.parametrize(
        ("facts_given", "refusal"),
        [
            (replace(FACTS, theme=""), completeness.NoThemeError),
            (replace(FACTS, closes_at=None), completeness.NoClosingError),
            (replace(FACTS, closes_at=NOW), completeness.ClosesTooSoonError),
            (
                replace(FACTS, opens_at=NOW + timedelta(days=90)),
                completeness.ClosesTooSoonError,
            ),
            (replace(FACTS, has_controller=False), completeness.NoControllerForSignersError),
            (replace(FACTS, has_picture=True), completeness.NoPictureWordsError),
        ],
    )
    def test_each_missing_fact_has_its_refusal(
        self, facts_given: WrittenFacts, refusal: type[completeness.ShortcomingError]
    ) -> None:
        found = shortcomings([TEXT], facts_given, HEARING, now=NOW)
        assert [type(each) for each in found] == [refusal]

    def test_a_text_that_leads_to_a_person_is_not_complete(self) -> None:
        """Behaviour 64."""
        text = replace(TEXT, fields={**WORDS, "background": "0470 12 34 56"})
        [found] = shortcomings([text], FACTS, HEARING, now=NOW)
        assert isinstance(found, completeness.PassagesStoppedError)
        described = replace(TEXT, picture_words="le gardien Paul Exemple")
        assert shortcomings([described], FACTS, HEARING, now=NOW)

    def test_where_no_law_sets_a_number_the_organisers_do(self) -> None:
        [found] = shortcomings([TEXT], FACTS, NONE, now=NOW)
        assert isinstance(found, completeness.NoGoalError)
        assert shortcomings([TEXT], replace(FACTS, goal=500), NONE, now=NOW) == []

    def test_a_collection_is_no_longer_than_the_rule_allows(self) -> None:
        rule: Instrument = replace(
            HEARING, period=Period(12, "sourced", HEARING.period.explanation)
        )
        year = replace(FACTS, closes_at=NOW.replace(year=2027))
        assert shortcomings([TEXT], year, rule, now=NOW) == []
        longer = replace(FACTS, closes_at=NOW.replace(year=2027) + timedelta(minutes=1))
        [found] = shortcomings([TEXT], longer, rule, now=NOW)
        assert found.values == {"months": 12}

    def test_nothing_written_is_said_once(self) -> None:
        found = shortcomings([], FACTS, HEARING, now=NOW)
        assert [type(each) for each in found] == [completeness.NoTextError]


class TestFacts:
    @pytest.mark.parametrize(
        "address",
        [
            "",
            "example.org",
            "ftp://example.org",
            "javascript:alert(1)",
            "https://x",
            "https://a b.c",
        ],
    )
    def test_what_is_no_web_address_is_refused(self, address: str) -> None:
        with pytest.raises(facts.WrongAddressError):
            facts.check_document("A law", address)

    @pytest.mark.parametrize("title", ["", "x" * 201])
    def test_a_document_has_a_title(self, title: str) -> None:
        with pytest.raises(facts.DocumentTitleError):
            facts.check_document(title, "https://example.org")
