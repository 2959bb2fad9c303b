"""Named refusals."""

from typing import ClassVar

from flask import Flask
from flask_babel import force_locale

from campaign.core.errors import RefusedError
from campaign.petitions.rules.signing import NotOpenError
from campaign.petitions.rules.states import WrongTransitionError


class TooManyError(RefusedError):
    code: ClassVar[str] = "too_many_tests"
    message: ClassVar[str] = "There are %(count)s tests."


class PlainError(RefusedError):
    message: ClassVar[str] = "100% refused"


def test_a_sentence_without_values_is_left_as_it_is() -> None:
    assert PlainError().sentence == "100% refused"


def test_a_sentence_is_filled_with_its_values() -> None:
    assert WrongTransitionError(before="open", after="draft").sentence.count("“") == 2


def test_it_is_said_in_the_readers_language(app: Flask) -> None:
    sentences = set()
    for language in ("fr", "nl", "de", "en"):
        with app.test_request_context("/"), force_locale(language):
            sentences.add(NotOpenError().sentence)
    assert len(sentences) == 4


def test_what_is_logged_of_it_is_its_code_and_no_value() -> None:
    refusal = TooManyError(count="awa@example.org")
    assert str(refusal) == "too_many_tests"
    assert "awa" not in repr(refusal)


def test_unless_said_otherwise_the_form_is_to_be_corrected() -> None:
    assert (PlainError.code, PlainError.http_status) == ("refused", 422)
    assert NotOpenError.http_status == 409
