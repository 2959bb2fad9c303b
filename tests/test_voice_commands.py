"""Reading voices at the terminal."""

import pytest
from flask import Flask

from tests.factories.petitions import make_petition
from tests.factories.voices import give, make_petition_with_voices, voices

pytestmark = pytest.mark.usefixtures("clock")


def run(app: Flask, *arguments: str) -> str:
    done = app.test_cli_runner().invoke(args=["voices", *arguments])
    return done.output


def test_the_queue_shows_what_waits_with_the_places_to_look_at(app: Flask) -> None:
    make_petition_with_voices()
    give(words="Le gardien Dubois crie.")
    shown = run(app, "queue")
    assert "⟦named_person: gardien Dubois⟧ crie." in shown
    assert shown.endswith("1 waiting\n")


def test_a_voice_is_shown_and_taken_away_again(app: Flask) -> None:
    make_petition_with_voices()
    give()
    number = str(voices()[0].id)
    assert run(app, "approve", number, "--actor", "anna") == "shown\n"
    assert voices()[0].state == "shown"
    assert "nothing waits" in run(app, "approve", number)
    assert run(app, "reject", number, "endangers_you") == "not shown\n"
    assert voices()[0].state == "silent"


def test_voices_are_taken_beside_a_petition_and_no_more(app: Flask) -> None:
    make_petition()
    assert run(app, "open", "clear-criteria") == ""
    assert run(app, "close", "clear-criteria") == ""
    assert "no petition" in run(app, "open", "nowhere")
