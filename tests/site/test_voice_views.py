"""The pages of the voices: give, read, carry, look, take back."""

import re
import sqlite3
import subprocess
import time
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event
from werkzeug.test import TestResponse

from campaign.core.db import db, transaction
from campaign.petitions.operations.publishing import move_to
from campaign.petitions.queries.petitions import petition_by_slug
from campaign.site import jobs
from campaign.voices import operations
from campaign.voices.rules import grouped, read_code, with_check_digits
from campaign.web import limits
from campaign.web.form_token import make_once_token
from config import Config
from tests.databases import kind_under_test
from tests.factories.petitions import NOON, make_petition
from tests.factories.voices import (
    WORDS,
    approve,
    give,
    give_many,
    make_petition_with_voices,
    make_shown,
    voices,
)
from tests.pages.client import CheckingClient, html_of
from tests.petitions.proof import solved

pytestmark = pytest.mark.usefixtures("clock")
PETITION = "/fr/petitions/clear-criteria"
PAGE = f"{PETITION}/voices"
BACK = "/fr/voices/take-back"


def token_in(page: str) -> str:
    found = re.search(r'name="token"[^>]*value="([^"]+)"', page)
    assert found
    return found[1]


def send(client: CheckingClient, /, **changes: str) -> TestResponse:
    fields = {
        "token": token_in(html_of(client.get(f"{PAGE}/new"))),
        "pseudonym": "Big river",
        "words": WORDS,
        "language": "en",
        "consent": "y",
        **changes,
    }
    return client.post(f"{PAGE}/new", data=fields)


def code_in(response: TestResponse) -> str:
    found = re.search(r'class="code">(.*?)</p>', html_of(response), re.DOTALL)
    assert found
    code = read_code(re.sub(r"<[^>]+>", "", found[1]))
    assert code is not None
    return code


def take_back(client: CheckingClient, code: str, **changes: Any) -> TestResponse:
    environ = {"REMOTE_ADDR": changes.pop("address", "192.0.2.1")}
    fields = {"code": code, "act": "erase", **changes}
    return client.post(BACK, data=fields, environ_overrides=environ)


class TestGiving:
    def test_a_voice_is_kept_and_its_code_shown_once_outside_every_address(
        self, client: CheckingClient
    ) -> None:
        make_petition_with_voices()
        response = send(client)
        assert response.status_code == 200
        code = code_in(response)
        assert operations.code_digest(code) == voices()[0].code_digest
        assert response.headers["Cache-Control"] == "no-store"
        assert "noindex" in response.headers["X-Robots-Tag"]
        assert "Set-Cookie" not in response.headers
        assert code not in response.request.url

    def test_the_same_form_sent_twice_shows_the_same_code(self, client: CheckingClient) -> None:
        make_petition_with_voices()
        token = token_in(html_of(client.get(f"{PAGE}/new")))
        assert code_in(send(client, token=token)) == code_in(send(client, token=token))
        assert len(voices()) == 1

    @pytest.mark.parametrize("language", ["fr", "nl", "de", "en", "ar", "bm"])
    def test_what_is_wrong_stays_as_typed_and_nothing_is_kept(
        self, client: CheckingClient, language: str
    ) -> None:
        make_petition_with_voices()
        address = f"/{language}/petitions/clear-criteria/voices/new"
        token = token_in(html_of(client.get(address)))
        fields = {"token": token, "words": "call 0470 12 34 56", "pseudonym": "Awa Exemple"}
        response = client.post(address, data=fields)
        page = html_of(response)
        assert response.status_code == 422
        assert page.count('aria-invalid="true"') == 3
        assert "call 0470 12 34 56</textarea>" in page
        assert token in page
        assert voices() == []

    def test_a_chosen_name_is_enough(self, client: CheckingClient) -> None:
        make_petition_with_voices()
        page = html_of(client.get(f"{PAGE}/new"))
        chosen = re.findall(r'name="suggested"[^>]*value="([^"]+)"', page)
        assert len(chosen) == 8
        assert send(client, pseudonym="", suggested=chosen[2], words="").status_code == 200
        assert (voices()[0].pseudonym, voices()[0].words) == (chosen[2], None)

    def test_the_trap_and_an_old_or_invented_token_are_refused_with_the_reason(
        self, client: CheckingClient, clock: Any
    ) -> None:
        make_petition_with_voices()
        old = token_in(html_of(client.get(f"{PAGE}/new")))
        other = make_once_token("voice:another-petition", NOON)
        assert send(client, website="spam").status_code == 422
        assert send(client, token="invented").status_code == 422
        assert send(client, token=other).status_code == 422
        clock.advance(hours=25)
        response = send(client, token=old)
        assert response.status_code == 422
        assert WORDS in html_of(response)
        assert old not in html_of(response)
        assert voices() == []

    def test_without_a_proof_of_work_the_limit_is_harder_and_what_was_typed_stays(
        self, client: CheckingClient
    ) -> None:
        make_petition_with_voices()
        for number in range(limits.VOICES_UNPROVEN.amount):
            assert send(client, words=f"Words {number}").status_code == 200
        response = send(client, words="One more")
        assert response.status_code == 429
        assert "One more" in html_of(response)
        proof = solved(client.get(f"{PAGE}/challenge.json").json)  # type: ignore[arg-type]
        assert send(client, words="One more", altcha=proof).status_code == 200

    def test_a_proof_made_for_signing_is_none_here(self, client: CheckingClient) -> None:
        make_petition_with_voices()
        proof = solved(client.get(f"{PETITION}/challenge.json").json)  # type: ignore[arg-type]
        for number in range(limits.VOICES_UNPROVEN.amount):
            send(client, words=f"Words {number}")
        assert send(client, altcha=proof).status_code == 429

    @pytest.mark.parametrize("state", ["closed", "handed_over"])
    def test_none_is_taken_once_the_petition_has_closed(
        self, client: CheckingClient, state: str
    ) -> None:
        make_petition_with_voices(state=state)
        for response in (client.get(f"{PAGE}/new"), client.post(f"{PAGE}/new")):
            assert response.status_code in {302, 303}
            assert response.headers["Location"] == PAGE
        assert voices() == []

    def test_none_is_taken_while_nothing_may_be_written(
        self, client: CheckingClient, app: Flask, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        make_petition_with_voices()
        token = token_in(html_of(client.get(f"{PAGE}/new")))
        code = give()
        monkeypatch.setitem(app.config, "READ_ONLY", True)
        assert client.get(f"{PAGE}/new").status_code == 503
        assert send_with(client, token).status_code == 503
        assert take_back(client, code).status_code == 503
        assert client.get(PAGE).status_code == 200
        assert len(voices()) == 1

    def test_a_petition_that_takes_no_voices_has_no_such_pages(
        self, client: CheckingClient
    ) -> None:
        make_petition()
        for path in ("", "/new", "/challenge.json", "/card"):
            assert client.get(f"{PAGE}{path}").status_code == 404
        assert "/voices" not in html_of(client.get(PETITION)).partition("<footer")[0]


def send_with(client: CheckingClient, token: str) -> TestResponse:
    fields = {"token": token, "pseudonym": "Blue door", "consent": "y", "language": "fr"}
    return client.post(f"{PAGE}/new", data=fields)


class TestReading:
    def test_nothing_is_shown_before_somebody_has_read_it(self, client: CheckingClient) -> None:
        make_petition_with_voices()
        give()
        assert WORDS not in html_of(client.get(PAGE))
        assert "Big river" not in html_of(client.get(PAGE))
        approve(voices()[0])
        page = html_of(client.get(PAGE))
        assert WORDS in page
        assert 'lang="en"' in page

    def test_words_in_no_language_of_ours_say_so_to_screen_readers(
        self, client: CheckingClient
    ) -> None:
        make_petition_with_voices()
        make_shown(language="und")
        assert '<blockquote class="letter" lang="">' in html_of(client.get(PAGE))

    def test_words_stay_text(self, client: CheckingClient) -> None:
        make_petition_with_voices()
        make_shown(words="<b onclick=x>bold</b>")
        assert "<b onclick" not in html_of(client.get(PAGE))

    def test_twenty_stand_on_a_page(self, client: CheckingClient) -> None:
        make_petition_with_voices()
        for number in range(23):
            make_shown(f"form {number}", words=f"Words number {number}.")
        first, second = html_of(client.get(PAGE)), html_of(client.get(f"{PAGE}?page=2"))
        assert (first.count("<figure"), second.count("<figure")) == (20, 3)
        assert client.get(f"{PAGE}?page=nonsense").status_code == 200

    def test_the_petition_tells_of_five_and_more_apart_from_support(
        self, client: CheckingClient
    ) -> None:
        make_petition_with_voices()
        give_many(4)
        jobs.note_voice_counts(NOON)
        page = html_of(client.get(PETITION))
        assert f'href="{PAGE}"' in page
        assert f'href="{PAGE}/new"' in page
        assert "4 voix" not in page
        give("a fifth")
        jobs.note_voice_counts(NOON)
        assert "<bdi>5</bdi> voix" in html_of(client.get(PETITION))
        counted = client.get(f"{PETITION}/count.json").json
        assert counted is not None
        assert counted["support"] == counted["threshold"]["counted"] == 0


class TestCarrying:
    def proof(self, slug: str = "clear-criteria") -> str:
        return make_once_token(f"carry:{slug}", NOON)

    def carry(self, client: CheckingClient, proof: str) -> TestResponse:
        return client.post(f"{PAGE}/carry", data={"proof": proof})

    def test_who_has_just_confirmed_is_led_to_a_card(self, client: CheckingClient) -> None:
        make_petition_with_voices()
        make_shown()
        response = self.carry(client, self.proof())
        assert response.status_code == 303
        page = html_of(client.get(response.headers["Location"]))
        assert "Je signe aussi au nom de Big river" in page
        assert WORDS in page
        assert [voice.carried_count for voice in voices()] == [1]

    def test_a_second_press_shows_the_same_card_and_counts_once(
        self, client: CheckingClient
    ) -> None:
        make_petition_with_voices()
        for number in range(5):
            make_shown(f"form {number}")
        proof = self.proof()
        cards = {self.carry(client, proof).headers["Location"] for _time in range(3)}
        assert len(cards) == 1
        assert sum(voice.carried_count for voice in voices()) == 1

    def test_past_the_limit_of_a_network_the_card_comes_and_the_count_stays(
        self, client: CheckingClient
    ) -> None:
        make_petition_with_voices()
        make_shown()
        for _time in range(limits.VOICES_CARRIED.amount + 3):
            assert "/voices/" in self.carry(client, self.proof()).headers["Location"]
        assert voices()[0].carried_count == limits.VOICES_CARRIED.amount

    @pytest.mark.parametrize("proof", ["", "invented"])
    def test_nobody_carries_without_having_signed(self, client: CheckingClient, proof: str) -> None:
        make_petition_with_voices()
        make_shown()
        assert self.carry(client, proof).headers["Location"] == PAGE
        assert self.carry(client, self.proof("another")).headers["Location"] == PAGE
        assert voices()[0].carried_count == 0

    def test_without_a_voice_to_carry_the_page_says_so(self, client: CheckingClient) -> None:
        make_petition_with_voices()
        make_shown(may_be_carried=False)
        response = self.carry(client, self.proof())
        assert response.status_code == 200
        assert "Aucune voix ne peut encore être portée" in html_of(response)

    def test_the_card_of_a_voice_that_is_gone_says_so_gently_and_an_invented_one_is_unknown(
        self, client: CheckingClient
    ) -> None:
        make_petition_with_voices()
        code = make_shown()
        card = self.carry(client, self.proof()).headers["Location"]
        assert client.get(card).status_code == 200
        take_back(client, code)
        response = client.get(card)
        assert response.status_code == 410
        assert "Cette voix n’est plus ici" in html_of(response)
        assert "river" not in html_of(response)
        assert client.get(f"{PAGE}/{card.rsplit('/', 1)[1][:-2]}xx").status_code == 404

    def test_a_card_does_not_work_beside_another_petition(self, client: CheckingClient) -> None:
        make_petition_with_voices()
        make_petition_with_voices("another")
        make_shown()
        card = self.carry(client, self.proof()).headers["Location"]
        assert client.get(card.replace("clear-criteria", "another")).status_code == 404


class TestTakingBack:
    def test_a_code_shows_all_that_is_kept_and_erases_it(self, client: CheckingClient) -> None:
        make_petition_with_voices()
        code = make_shown()
        looked = html_of(take_back(client, grouped(code), act="look"))
        assert WORDS in looked
        assert "Big river" in looked
        assert take_back(client, code).status_code == 200
        assert voices() == []
        assert WORDS not in html_of(client.get(PAGE))

    def test_after_a_rejection_the_code_tells_why(self, client: CheckingClient) -> None:
        make_petition_with_voices()
        code = give()
        with transaction():
            operations.reject_voice(voices()[0].id, reason="insults", actor="reader", now=NOON)
        assert "insultent" in html_of(take_back(client, code, act="look"))

    def test_the_log_tells_neither_code_nor_words_nor_which_card(
        self, client: CheckingClient, capsys: pytest.CaptureFixture[str]
    ) -> None:
        make_petition_with_voices()
        code = code_in(send(client))
        take_back(client, code, act="look")
        take_back(client, code)
        client.get(f"{PAGE}/some-card")
        written = capsys.readouterr().err
        assert "/voices/take-back" in written
        for secret in (code, grouped(code), WORDS, "river", "some-card", "192.0.2.1"):
            assert secret not in written

    def test_the_page_is_kept_by_nobody(self, client: CheckingClient) -> None:
        assert client.get(BACK).headers["Cache-Control"] == "no-store"

    def test_a_mistyped_code_is_told_and_stays_typed(self, client: CheckingClient) -> None:
        response = take_back(client, "12345 67890 12345 67891")
        assert response.status_code == 422
        assert "12345 67890 12345 67891" in html_of(response)

    def test_the_answer_is_the_same_for_wrong_erased_and_unknown_codes_and_so_is_its_work(
        self, client: CheckingClient
    ) -> None:
        make_petition_with_voices()
        erased = give()
        take_back(client, erased)
        wrong = with_check_digits(f"{int(erased[:18]) ^ 1:018}")
        never = with_check_digits("0" * 18)
        answers = {
            (response.status_code, html_of(response), str(sorted(response.headers.keys())))
            for code in (wrong, erased, never)
            for act in ("erase", "look")
            for response in [take_back(client, code, act=act)]
        }
        assert len(answers) == 1
        assert len({tuple(statements_of(client, code)) for code in (wrong, erased, never)}) == 1

    def test_the_answer_takes_as_long_for_an_erased_as_for_an_unknown_code(
        self, client: CheckingClient
    ) -> None:
        make_petition_with_voices()
        erased, never = give(), with_check_digits("1" * 18)
        take_back(client, erased)
        taken: dict[str, list[float]] = {erased: [], never: []}
        for number in range(30):
            for code, times in taken.items():
                begun = time.perf_counter()
                take_back(client, code, address=f"10.1.{number}.1")
                times.append(time.perf_counter() - begun)
        short, long = sorted(median(times) for times in taken.values())
        assert long < 2 * short

    def test_tries_are_limited_per_network(self, client: CheckingClient) -> None:
        make_petition_with_voices()
        code = give()
        for _time in range(limits.CODES_TRIED.amount):
            take_back(client, with_check_digits("2" * 18))
        response = take_back(client, code)
        assert response.status_code == 429
        assert len(voices()) == 1
        assert take_back(client, code, address="198.51.100.1").status_code == 200
        assert voices() == []

    def test_nothing_of_an_erased_voice_stays_in_any_file(
        self, client: CheckingClient, test_config: Config, state_dir: Path
    ) -> None:
        make_petition_with_voices()
        code = code_in(send(client))
        with_sealed = [
            *db.session.execute(db.text("SELECT pseudonym, words, code_digest FROM voice")).one()
        ]
        traces = [bytes(one) for one in with_sealed] + [code.encode(), WORDS.encode()]
        traces.append(str(voices()[0].id).encode())
        approve(voices()[0])
        if kind_under_test() == "sqlite":
            assert any(traces[0] in bytes_of(path) for path in files_in(state_dir))
        take_back(client, code)
        assert voices() == []
        db.session.rollback()
        if kind_under_test() == "sqlite":
            checkpoint(test_config)
        for path in files_in(state_dir):
            kept = bytes_of(path)
            assert not [trace for trace in traces if trace in kept], path.name


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def bytes_of(path: Path) -> bytes:
    """Read by another process: closing the file in this one would drop SQLite's locks on it."""
    return subprocess.run(["cat", path], check=True, capture_output=True).stdout


def checkpoint(config: Config) -> None:
    """The test's own connections may have been reading just then; the worker does so each night."""
    connection = sqlite3.connect(config.database_url.removeprefix("sqlite:///"))
    assert connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
    connection.close()


def statements_of(client: CheckingClient, code: str) -> list[str]:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        take_back(client, code)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return seen


def test_a_removed_petition_shows_no_voices(client: CheckingClient) -> None:
    make_petition_with_voices()
    make_shown()
    petition = petition_by_slug("clear-criteria")
    assert petition is not None
    with transaction():
        move_to(petition, "removed", actor="test", now=NOON)
    assert client.get(PAGE).status_code == 410


def test_the_way_out_stands_before_everything_but_the_way_to_the_content(
    client: CheckingClient,
) -> None:
    make_petition_with_voices()
    for path in (PAGE, f"{PAGE}/new", BACK):
        page = html_of(client.get(path))
        assert page.index('class="skip"') < page.index("data-exit") < page.index("<header")
        assert '<meta name="referrer"' in page
