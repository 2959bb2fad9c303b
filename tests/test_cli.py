"""The commands about placements, as somebody at a terminal types them."""

from flask import Flask

from campaign.petitions.queries import placements as queries
from tests.factories.petitions import make_petition


def test_codes_are_issued_listed_and_closed(app: Flask, clock: object) -> None:
    make_petition()
    run = app.test_cli_runner().invoke
    poster = run(args=["placement", "issue", "clear-criteria", "poster", "Library"])
    event = run(args=["placement", "issue-event", "clear-criteria", "Vigil", "--hours", "3"])
    assert (poster.exit_code, event.exit_code) == (0, 0), poster.output + event.output
    listed = run(args=["placement", "list", "clear-criteria"]).output
    for code, kind in ((poster.output.strip(), "poster"), (event.output.strip(), "event")):
        assert f"{code}\t{kind}\topen\t0" in listed
    assert run(args=["placement", "close", poster.output.strip().lower()]).exit_code == 0
    assert queries.known_code(poster.output.strip()) is None
    assert queries.known_code(event.output.strip()) is not None


def test_what_cannot_be_is_refused_with_a_sentence(app: Flask, clock: object) -> None:
    make_petition()
    run = app.test_cli_runner().invoke
    for words in (
        ["issue", "nowhere", "poster", "Library"],
        ["issue", "clear-criteria", "poster", " "],
        ["issue-event", "clear-criteria", "Vigil", "--hours", "25"],
        ["issue-event", "clear-criteria", "Vigil", "--most", "501"],
        ["close", "ABCDEF"],
    ):
        answer = run(args=["placement", *words])
        assert answer.exit_code == 1, words
        assert answer.output.startswith("Error: "), answer.output
