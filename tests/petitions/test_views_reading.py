"""Public pages: the list, the petition, its counter."""

import json
import re
from datetime import date, timedelta

import pytest
from flask import Flask

from campaign.core.db import transaction
from campaign.petitions import jobs
from campaign.petitions.models import Petition
from campaign.petitions.operations import counting, publishing
from campaign.petitions.queries.petitions import petition_by_slug
from campaign.petitions.rules.states import STATES
from tests.conftest import Clock
from tests.factories.petitions import NOON, make_confirmed, make_petition, sign
from tests.pages.client import CheckingClient, html_of
from tests.pages.forms import form_to, forms_in, links_of, text_of_page

pytestmark = pytest.mark.usefixtures("clock")
PAGE = "/fr/petitions/clear-criteria"
LANGUAGES = ("fr", "nl", "de", "en", "ar", "bm")


def listed(client: CheckingClient, query: str = "", language: str = "fr") -> list[str]:
    """The slugs the list shows, in order."""
    response = client.get(f"/{language}/petitions{query}")
    assert response.status_code == 200
    found = re.findall(rf"/{language}/petitions/([a-z0-9-]+)\"", html_of(response))
    return list(dict.fromkeys(found))


class TestEveryPage:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_opens_in_every_language_with_that_language_and_direction(
        self, client: CheckingClient, language: str
    ) -> None:
        make_petition()
        for path in (
            f"/{language}/",
            f"/{language}/petitions",
            f"/{language}/petitions/clear-criteria",
        ):
            html = html_of(client.get(path))
            direction = "rtl" if language == "ar" else "ltr"
            assert re.search(rf'<html[^>]* lang="{language}"[^>]* dir="{direction}"', html)

    def test_links_to_itself_in_every_language(self, client: CheckingClient) -> None:
        make_petition()
        html = html_of(client.get(PAGE))
        for language in LANGUAGES:
            assert re.search(
                rf'hreflang="{language}"[^>]*href="[^"]*/{language}/petitions/clear-criteria"', html
            ) or re.search(
                rf'href="[^"]*/{language}/petitions/clear-criteria"[^>]*hreflang="{language}"', html
            )

    @pytest.mark.parametrize(
        "query",
        [
            "?lang=nl",
            "?endpoint=x",
            "?_external=1&_scheme=gopher",
            "?_anchor=x",
            "?_scheme=x",
            "?_method=POST",
            "?slug=other",
        ],
    )
    def test_a_strange_query_breaks_nothing_and_leads_nowhere_else(
        self, client: CheckingClient, query: str
    ) -> None:
        make_petition()
        for path in ("/fr/", "/fr/petitions", PAGE, "/fr/privacy"):
            response = client.get(path + query)
            assert response.status_code == 200
            assert "gopher" not in html_of(response)

    def test_no_link_carries_what_another_visitor_came_with(self, client: CheckingClient) -> None:
        """A page kept for all must not hand on one visitor's query."""
        make_petition()
        assert "fbclid" not in html_of(client.get(f"{PAGE}?fbclid=abc123"))
        assert "fbclid" not in html_of(
            client.get("/fr/petitions?fbclid=abc123&theme=regularisation")
        )

    @pytest.mark.parametrize(
        "path",
        [
            "/fr/petitions/%00",
            "/fr/petitions?theme=%00",
            "/fr/petitions?q=%00",
            "/fr/petitions/a%00/count.json",
            "/fr/confirm/%00",
            "/assets/%00/x.js",
        ],
    )
    def test_a_null_byte_is_answered_politely(self, client: CheckingClient, path: str) -> None:
        assert client.get(path).status_code in {400, 404}

    @pytest.mark.parametrize(
        "path",
        [
            "/fr/petitions/%ff",
            "/fr/petitions?q=%ff%fe",
            "/fr/petitions?page=²",
            "/fr/petitions?page=-1",
            "/fr/petitions?page=99999999999",
        ],
    )
    def test_odd_encodings_and_numbers_are_answered_politely(
        self, client: CheckingClient, path: str
    ) -> None:
        assert client.get(path).status_code in {200, 302, 400, 404}

    def test_an_unknown_language_or_page_is_not_found(self, client: CheckingClient) -> None:
        assert [
            client.get(path).status_code
            for path in ("/xx/petitions", "/fr/nowhere", "/fr/petitions/nowhere")
        ] == [404] * 3

    def test_no_form_asks_for_a_register_number_nationality_or_status(
        self, client: CheckingClient
    ) -> None:
        """Never asked, on any page of the journey."""
        make_petition(updates=True)
        forbidden = re.compile(
            r"national|register|rijksregister|nrn|niss|insz|status|statut|nationalit|passport|document|birth|phone|gender|street",
            re.IGNORECASE,
        )
        for path in ("/fr/", "/fr/petitions", PAGE, f"{PAGE}/sign"):
            for form in forms_in(client.get(path)):
                assert not [name for name in form.names if forbidden.search(name)]
        form = form_to(client.get(PAGE), "/sign")
        assert {name for name in form.names if not name.startswith("updates_")} == {
            "given_name",
            "family_name",
            "email",
            "country",
            "postal_code",
            "age",
            "consent",
            "is_public",
            "token",
            "altcha",
            "website",
        }

    def test_robots_are_told_which_pages_are_personal(self, client: CheckingClient) -> None:
        """Behaviour 91."""
        answer = client.get("/robots.txt")
        assert answer.headers["Cache-Control"].startswith("public, max-age=86400")
        assert answer.content_type == "text/plain; charset=utf-8"
        rules = answer.text
        assert all(part in rules for part in ("/confirm/", "/signature/", "/unsubscribe/"))


class TestPetitionPage:
    def test_shows_the_petition_and_a_form_with_nothing_selected(
        self, client: CheckingClient
    ) -> None:
        make_petition(updates=True)
        response = client.get(PAGE)
        form = form_to(response, "/sign")
        assert (form.action, form.method) == (f"{PAGE}/sign", "post")
        assert form.fields["country"] == "BE"
        assert not set(form.fields) & {"age", "consent", "is_public"}
        assert not [name for name in form.fields if name.startswith("updates_")]
        assert "Clear criteria (fr)" in text_of_page(response)

    def test_fields_carry_their_autocomplete_words(self, client: CheckingClient) -> None:
        make_petition()
        html = html_of(client.get(PAGE))
        for name, word in (
            ("given_name", "given-name"),
            ("family_name", "family-name"),
            ("email", "email"),
            ("country", "country"),
            ("postal_code", "postal-code"),
        ):
            [tag] = re.findall(rf'<(?:input|select)[^>]*name="{name}"[^>]*>', html)
            assert f'autocomplete="{word}"' in tag

    def test_a_missing_translation_falls_back_visibly_with_its_language_and_direction(
        self, client: CheckingClient
    ) -> None:
        make_petition(languages=("ar",))
        html = html_of(client.get(PAGE))
        assert re.search(r'<h1[^>]*lang="ar"[^>]*dir="rtl"', html)

    def test_support_and_the_law_are_shown_apart_and_never_added(
        self, client: CheckingClient
    ) -> None:
        """Behaviour 49."""
        petition = make_petition()
        for number in range(7):
            make_confirmed(email=f"p{number}@example.org")
        jobs.fold_tallies(NOON)
        with transaction():
            counting.record_official_count(
                petition=petition,
                channel="official_platform",
                stratum="VLG",
                count=4_321,
                as_of=date(2026, 3, 2),
                actor="test",
                now=NOON,
                source_label="Register",
                source_url="https://example.org/",
            )
        text = re.sub(r"\s", "", text_of_page(client.get(PAGE)))
        assert "4321" in text
        assert "4328" not in text
        number = json.loads(client.get(f"{PAGE}/count.json").data)
        assert (number["support"], number["threshold"]["counted"]) == (7, 4_321)

    def test_no_signers_name_or_address_is_on_any_public_page(self, client: CheckingClient) -> None:
        """Behaviour 83."""
        make_petition()
        for number in range(9):
            make_confirmed(
                email=f"cachette{number}@example.org", given_name="Geheim", family_name="Verborgen"
            )
        jobs.fold_tallies(NOON)
        sign(email="cachette@example.net", given_name="Geheim", family_name="Verborgen")
        for language in LANGUAGES:
            for part in ("", "/count.json", "/check-mailbox", "/challenge.json", "/sign"):
                path = f"/{language}/petitions/clear-criteria{part}"
                body = html_of(client.get(path)).lower()
                assert not [word for word in ("cachette", "geheim", "verborgen") if word in body]
            for path in (f"/{language}/", f"/{language}/petitions", f"/{language}/privacy"):
                body = html_of(client.get(path)).lower()
                assert not [word for word in ("cachette", "geheim", "verborgen") if word in body]

    def test_of_those_who_asked_to_be_shown_no_more_than_first_name_and_commune_is(
        self, client: CheckingClient
    ) -> None:
        """Behaviour 83, and the default is nothing."""
        make_petition()
        make_confirmed(email="secret@example.org", family_name="Verborgen", is_public="y")
        sign(email="pending@example.org", given_name="Wachtend", is_public="y")
        assert "Awa" in text_of_page(client.get(PAGE))
        for path in ("/fr/", "/fr/petitions", PAGE, f"{PAGE}/count.json"):
            body = html_of(client.get(path)).lower()
            assert not [
                word for word in ("secret", "verborgen", "wachtend", "9000") if word in body
            ]

    def test_small_places_are_not_told(self, client: CheckingClient) -> None:
        """Behaviour 95."""
        make_petition()
        for number in range(13):
            make_confirmed(email=f"v{number}@example.org")
        for number in range(3):
            make_confirmed(email=f"b{number}@example.org", postal_code="1000")
        jobs.fold_tallies(NOON)
        words = re.findall(r"\d+", text_of_page(client.get(PAGE)).replace("\u202f", ""))
        assert "16" in words
        assert "13" not in words

    @pytest.mark.parametrize(
        ("state", "status"),
        [("draft", 404), ("submitted", 404), ("in_moderation", 404), ("open", 200), ("closed", 200), ("handed_over", 200),
         ("admissibility", 200), ("committee", 200), ("hearing", 200), ("report", 200), ("answered", 200),
         ("rejected", 200), ("suspended", 200), ("removed", 410)],
    )  # fmt: skip
    def test_each_state_can_be_read_or_not(
        self, client: CheckingClient, state: str, status: int
    ) -> None:
        """Behaviours 52 and 101."""
        make_petition(state=state)
        response = client.get(PAGE)
        assert response.status_code == status
        has_form = status == 200 and any("/sign" in form.action for form in forms_in(response))
        assert has_form is (state == "open")
        assert client.get(f"{PAGE}/count.json").status_code == status

    def test_a_petition_that_opens_later_has_no_form_yet(self, client: CheckingClient) -> None:
        make_petition(opens_at=NOON + timedelta(days=1))
        assert not [form for form in forms_in(client.get(PAGE)) if "/sign" in form.action]

    def test_after_its_day_the_form_is_gone_before_the_worker_comes(
        self, client: CheckingClient
    ) -> None:
        """Behaviour 18."""
        make_petition(closes_at=NOON)
        assert not [form for form in forms_in(client.get(PAGE)) if "/sign" in form.action]

    def test_read_only_keeps_pages_readable_and_puts_words_in_place_of_the_form(
        self, client: CheckingClient, app: Flask, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Behaviour 20."""
        make_petition()
        closed_text = text_of_page(client.get(PAGE))
        monkeypatch.setitem(app.config, "READ_ONLY", True)
        response = client.get(PAGE)
        assert response.status_code == 200
        assert not [form for form in forms_in(response) if "/sign" in form.action]
        assert "Clear criteria (fr)" in text_of_page(response)
        assert text_of_page(response) != closed_text
        assert 'href="#support"' not in html_of(response), "no way to a form that is not there"
        assert [
            client.get(path).status_code for path in ("/fr/", "/fr/petitions", f"{PAGE}/count.json")
        ] == [200] * 3

    def test_stages_and_documents_are_shown_with_their_links(self, client: CheckingClient) -> None:
        petition = make_petition()
        steps = [
            publishing.Step(
                "hearing",
                date(2026, 2, 1),
                notes={"fr": "Entendus en commission"},
                document_url="https://example.org/r.pdf",
                document_label="Rapport",
            )
        ]
        with transaction():
            publishing.set_stages(petition, steps, actor="test", now=NOON)
            publishing.set_documents(
                petition, [publishing.Document("La note", "https://example.org/note")]
            )
        response = client.get(PAGE)
        assert "Entendus en commission" in text_of_page(response)
        assert {"https://example.org/r.pdf", "https://example.org/note"} <= set(links_of(response))

    def test_the_petitioner_is_named_only_while_the_petition_is_open(
        self, client: CheckingClient, clock: Clock
    ) -> None:
        """Behaviour 84: in every state, and from the minute it ends."""
        for state in STATES:
            slug = f"one-{state.replace('_', '-')}"
            make_petition(slug, state=state, petitioner="Fatou Zongo")
            for path in (f"/fr/petitions/{slug}", f"/fr/petitions/{slug}/count.json"):
                is_named = "Zongo" in html_of(client.get(path))
                assert is_named is (state == "open" and path.endswith("open")), path
        assert "Zongo" not in html_of(client.get("/fr/petitions"))
        clock.advance(days=90)
        assert "Zongo" not in html_of(client.get("/fr/petitions/one-open"))

    def test_the_petitioners_name_is_html_escaped(self, client: CheckingClient) -> None:
        """Behaviour 60."""
        make_petition(petitioner="<script>alert(1)</script>")
        assert "<script>alert" not in html_of(client.get(PAGE))

    def test_the_singular_address_leads_to_the_plural(self, client: CheckingClient) -> None:
        response = client.get("/nl/petition/clear-criteria")
        assert (response.status_code, response.location) == (301, "/nl/petitions/clear-criteria")


class TestList:
    def test_shows_what_is_public_only(self, client: CheckingClient) -> None:
        for state in (
            "open",
            "closed",
            "answered",
            "draft",
            "in_moderation",
            "rejected",
            "suspended",
            "removed",
        ):
            make_petition(state.replace("_", "-") + "-one", state=state)
        assert set(listed(client)) == {"open-one", "closed-one", "answered-one"}

    def test_is_never_empty_without_a_word_and_a_way_on(self, client: CheckingClient) -> None:
        for query in ("", "?q=nothing-at-all"):
            response = client.get(f"/fr/petitions{query}")
            assert response.status_code == 200
            assert "/fr/petitions" in links_of(response)

    def test_search_ignores_accents_case_and_order_and_needs_every_word(
        self, client: CheckingClient
    ) -> None:
        make_petition("one")
        assert listed(client, "?q=CRITERIA+clear") == ["one"]
        assert listed(client, "?q=Critéria") == ["one"]
        assert listed(client, "?q=clear+nonsense") == []
        assert (
            listed(client, "?q=%25") == listed(client, "?q=_") == ["one"]
        )  # nothing but signs is no search

    def test_signs_of_the_database_are_only_signs(self, client: CheckingClient) -> None:
        make_petition("one")
        for query in ("clear%25criteria", "cl_ar", "'%20or%201=1--", "%22%3B", "\\"):
            assert client.get(f"/fr/petitions?q={query}").status_code == 200
        assert listed(client, "?q=clear%25zzz") == []

    def test_script_in_the_search_stays_text(self, client: CheckingClient) -> None:
        """Behaviour 61."""
        make_petition()
        attack = "%22%3E%3Cscript%3Ealert(1)%3C/script%3E%3Cimg%20src=x%20onerror=alert(1)%3E"
        for name in ("q", "theme", "authority", "state", "language", "sort", "page"):
            html = html_of(client.get(f"/fr/petitions?{name}={attack}"))
            assert "<script>alert" not in html
            assert "<img src=x" not in html

    def test_filters_narrow_and_combine(self, client: CheckingClient) -> None:
        make_petition("chamber-work", theme="work")
        make_petition("wallonia-work", theme="work", authority="wal-parliament")
        make_petition("dutch", languages=("nl",))
        make_petition("over", state="closed")
        assert set(listed(client, "?theme=work")) == {"chamber-work", "wallonia-work"}
        assert listed(client, "?theme=work&authority=wal-parliament") == ["wallonia-work"]
        assert listed(client, "?state=closed") == ["over"]
        assert set(listed(client, "?language=fr")) == {"chamber-work", "wallonia-work", "over"}
        assert listed(client, "?state=draft&theme=none") == []

    def test_a_state_that_is_not_public_filters_nothing(self, client: CheckingClient) -> None:
        make_petition("hidden", state="in_moderation")
        make_petition("seen")
        assert listed(client, "?state=in_moderation") == ["seen"]

    def test_sorts_by_closing_soon_newest_and_most_supported(self, client: CheckingClient) -> None:
        make_petition(
            "late", closes_at=NOON + timedelta(days=50), opens_at=NOON - timedelta(days=1)
        )
        make_petition("soon", closes_at=NOON + timedelta(days=2), opens_at=NOON - timedelta(days=9))
        make_petition(
            "over",
            state="closed",
            closes_at=NOON - timedelta(days=2),
            opens_at=NOON - timedelta(days=99),
        )
        make_petition("endless", closes_at=None, opens_at=NOON - timedelta(days=5))
        make_confirmed("late")
        jobs.fold_tallies(NOON)
        assert listed(client) == ["soon", "late", "endless", "over"]
        assert listed(client, "?sort=newest") == ["late", "endless", "soon", "over"]
        assert listed(client, "?sort=signed")[0] == "late"
        assert listed(client, "?sort=invented") == listed(client)

    def test_has_twenty_a_page_and_leads_back_from_beyond_the_end(
        self, client: CheckingClient
    ) -> None:
        for number in range(21):
            make_petition(
                f"number-{number:02}",
                languages=("fr",),
                closes_at=NOON + timedelta(days=number + 1),
            )
        first, second = listed(client), listed(client, "?page=2")
        assert (len(first), second) == (20, ["number-20"])
        beyond = client.get("/fr/petitions?page=9&sort=closing")
        assert (beyond.status_code, beyond.location) == (302, "/fr/petitions?sort=closing&page=2")
        assert any(
            "page=2" in link and "theme=regularisation" in link
            for link in links_of(client.get("/fr/petitions?theme=regularisation"))
        )

    def test_the_filters_are_a_plain_form_that_remembers(self, client: CheckingClient) -> None:
        make_petition()
        form = form_to(client.get("/fr/petitions?q=clear&sort=newest"), "/petitions")
        assert form.method == "get"
        assert (form.fields["q"], form.fields["sort"]) == ("clear", "newest")

    def test_home_shows_what_is_trending(self, client: CheckingClient) -> None:
        make_petition("calm")
        make_petition("busy")
        make_confirmed("busy")
        jobs.fold_tallies(NOON)
        assert html_of(client.get("/fr/")).count("/fr/petitions/busy") > html_of(
            client.get("/fr/")
        ).count("/fr/petitions/calm")


class TestCounter:
    def test_is_small_and_says_both_numbers_apart(self, client: CheckingClient) -> None:
        """Behaviour 49, and at most 300 bytes."""
        petition = make_petition()
        with transaction():
            for stratum in ("VLG", "WAL", "BRU"):
                counting.record_official_count(
                    petition=petition,
                    channel="official_platform",
                    stratum=stratum,
                    count=9_999_999,
                    as_of=date(2026, 3, 2),
                    actor="test",
                    now=NOON,
                )
        response = client.get(f"{PAGE}/count.json")
        assert response.mimetype == "application/json"
        assert len(response.data) <= 300
        assert response.json == {
            "support": 0,
            "threshold": {
                "counted": 25_000,
                "minimum": 25_000,
                "verdict": "met",
                "as_of": "2026-03-02",
            },
        }

    def test_moves_when_the_worker_has_folded(self, client: CheckingClient) -> None:
        make_petition()
        make_confirmed()
        assert client.get(f"{PAGE}/count.json").json["support"] == 0
        jobs.fold_tallies(NOON)
        assert client.get(f"{PAGE}/count.json").json["support"] == 1

    def test_says_which_number_counts_where_no_law_sets_one(self, client: CheckingClient) -> None:
        make_petition(instrument_id="none", goal=10)
        make_confirmed()
        jobs.fold_tallies(NOON)
        counter = client.get(f"{PAGE}/count.json").json
        assert (
            counter["support"],
            counter["threshold"]["counted"],
            counter["threshold"]["minimum"],
        ) == (1, 1, 10)

    def test_a_pending_signature_moves_nothing(self, client: CheckingClient) -> None:
        make_petition()
        before = client.get(f"{PAGE}/count.json").data
        sign()
        jobs.fold_tallies(NOON)
        assert client.get(f"{PAGE}/count.json").data == before


def test_a_closed_petition_keeps_its_number(client: CheckingClient) -> None:
    make_petition()
    make_confirmed()
    jobs.fold_tallies(NOON)
    with transaction():
        publishing.move_to(petition_by_slug("clear-criteria"), "closed", actor="test", now=NOON)  # type: ignore[arg-type]
    assert client.get(f"{PAGE}/count.json").json["support"] == 1


def petition_that_lacks_signatures() -> Petition:
    """Open, with official numbers below the minimum in two regions."""
    petition = make_petition()
    with transaction():
        for stratum, count in (("VLG", 14_000), ("WAL", 7_000), ("BRU", 2_500)):
            counting.record_official_count(
                petition=petition, stratum=stratum, channel="official_platform", count=count, as_of=NOON.date(),
                source_label="Chamber", source_url="https://example.org/", actor="test", now=NOON,
            )  # fmt: skip
    return petition


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", "À la fin, il "),
        ("nl", "Op het einde ontbra"),
        ("de", "Am Ende fehlte"),
        ("en", "missing at the end"),
        ("ar", "في النهاية"),
        ("bm", "A laban na"),
    ],
)
def test_what_lacks_is_told_in_the_past_once_nobody_can_sign(
    client: CheckingClient, language: str, words: str
) -> None:
    """In the list, in the sentence and at each region."""
    petition = petition_that_lacks_signatures()
    page = f"/{language}/petitions/clear-criteria"
    assert words not in text_of_page(client.get(page))
    with transaction():
        publishing.move_to(petition, "closed", actor="test", now=NOON)
    assert text_of_page(client.get(page)).count(words) == 3
    assert text_of_page(client.get(f"/{language}/petitions")).count(words) == 1


def test_a_goal_of_ones_own_is_never_drawn_with_the_threads_of_the_law(
    client: CheckingClient,
) -> None:
    make_petition("own", instrument_id="none", goal=10)
    mini = re.search(
        r'<div class="mini own".*?</div>', html_of(client.get("/fr/petitions")), re.DOTALL
    )
    assert mini
    assert "#warp" not in mini[0]


def test_names_and_titles_keep_their_direction_inside_arabic_text(client: CheckingClient) -> None:
    petition = make_petition(is_demonstration=False)
    with transaction():
        counting.record_official_count(
            petition=petition, stratum="VLG", channel="official_platform", count=7, as_of=NOON.date(),
            source_label="Relevé 14/2026", source_url="", actor="test", now=NOON,
        )  # fmt: skip
    shown = html_of(client.get("/ar/petitions/clear-criteria"))
    assert "<bdi>Relevé 14/2026</bdi>." in shown, "the day is said once"
    assert "<bdi>The clear-criteria-lead</bdi>" in shown


def test_the_front_page_opens_with_the_news_and_names_the_petition_above_it(
    client: CheckingClient,
) -> None:
    petition_that_lacks_signatures()
    html = html_of(client.get("/fr/"))
    news = re.search(r"<h1>(.*?)</h1>", html)
    kicker = re.search(r'<p class="kick">(.*?)</p>', html)
    assert news
    assert news[1] == "Il manque 1\u202f500 signatures, dont 1\u202f000 en Wallonie."
    assert kicker
    assert "Criteria fr" in kicker[1]


def test_an_unknown_split_says_the_total_and_what_the_law_asks_once(client: CheckingClient) -> None:
    petition = make_petition()
    with transaction():
        counting.record_official_count(
            petition=petition, stratum="UNKNOWN", channel="official_platform", count=35_000, as_of=NOON.date(),
            source_label="Chamber", source_url="https://example.org/", actor="test", now=NOON,
        )  # fmt: skip
    sheet = html_of(client.get("/en/petitions/clear-criteria")).partition('id="tracker"')[2]
    said = re.search(r'<p class="tot">.*?</p>', sheet, re.DOTALL)
    assert said
    words = " ".join(re.sub(r"<[^>]*>", " ", said[0]).split())
    assert words == (
        "35 000 signatures collected, the law asks for 25 000 How many come from each region "
        "is not known, so nobody can say whether the threshold is reached."
    )


def test_what_is_announced_for_later_is_not_called_open(client: CheckingClient) -> None:
    """Nor does it have days left, nor stand at the stage it has not reached."""
    petition = make_petition(opens_at=NOON + timedelta(days=5))
    with transaction():
        steps = [publishing.Step("drafted", NOON.date()), publishing.Step("open")]
        publishing.set_stages(petition, steps, actor="test", now=NOON)
    shown = text_of_page(client.get("/en/petitions/clear-criteria"))
    listed_as = text_of_page(client.get("/en/petitions"))
    assert "Opens soon" in shown
    assert "Opens soon" in listed_as.partition("1 petition")[2]
    assert not [word for word in ("Open for signature", "days left") if word in shown]
    assert "Collecting signatures (not yet)" in shown


def test_a_petition_never_opened_has_no_picture_of_signatures(client: CheckingClient) -> None:
    make_petition(state="rejected")
    assert 'id="tracker"' not in html_of(client.get(PAGE))


def test_no_number_yet_is_said_once(client: CheckingClient) -> None:
    make_petition()
    shown = text_of_page(client.get("/en/petitions/clear-criteria")).partition("Two counters")[0]
    assert shown.count("No official number has been published yet.") == 1
    assert "No signature that counts" not in shown


@pytest.mark.parametrize(
    ("language", "words"), [("nl", "Verzonnen cijfers."), ("ar", "أعداد مخترعة.")]
)
def test_numbers_of_an_example_are_called_invented_in_ones_own_language(
    client: CheckingClient, language: str, words: str
) -> None:
    petition_that_lacks_signatures()
    shown = text_of_page(client.get(f"/{language}/petitions/clear-criteria"))
    assert words in shown


def test_a_front_page_with_ended_collections_only_invites_nobody_to_sign(
    client: CheckingClient,
) -> None:
    petition = petition_that_lacks_signatures()
    with transaction():
        publishing.move_to(petition, "closed", actor="test", now=NOON)
    shown = text_of_page(client.get("/en/"))
    assert "were missing at the end" in shown
    assert not [word for word in ("are missing", "Read and sign") if word in shown]


def test_a_suspended_collection_has_no_end_yet(client: CheckingClient) -> None:
    petition = petition_that_lacks_signatures()
    with transaction():
        publishing.move_to(petition, "suspended", actor="test", now=NOON)
    shown = text_of_page(client.get("/en/petitions/clear-criteria"))
    assert "at the end" not in shown
    assert "signatures are missing" in shown


def test_the_end_is_told_from_the_minute_it_is_there(client: CheckingClient, clock: Clock) -> None:
    petition = petition_that_lacks_signatures()
    assert petition.closes_at is not None
    clock.advance(days=(petition.closes_at - NOON).days + 1)
    shown = text_of_page(client.get("/en/petitions/clear-criteria"))
    assert "were missing at the end" in shown
    assert "signatures are missing" not in shown


@pytest.mark.parametrize(
    ("language", "of_a_petition", "of_signatures"),
    [("bm", "A dira", "Min dira"), ("ar", "سُلِّمت", "ما سُلِّم"), ("fr", "Remise", "Remise")],
)
def test_handed_over_is_said_of_a_petition_and_of_signatures_as_each_language_does(
    client: CheckingClient, language: str, of_a_petition: str, of_signatures: str
) -> None:
    make_petition(state="handed_over")
    page = html_of(client.get(f"/{language}/"))
    assert f"<dt>{of_signatures}</dt>" in page
    assert re.search(rf'<span class="tag[^>]*>{of_a_petition}</span>', page)


def test_where_a_person_without_papers_cannot_count_the_way_to_other_doors_is_shown(
    client: CheckingClient,
) -> None:
    make_petition("chamber")
    make_petition("flanders", instrument_id="fl-parliament-hearing")
    shown = {
        slug: "/fr/instruments?papers=must_count" in links_of(client.get(f"/fr/petitions/{slug}"))
        for slug in ("chamber", "flanders")
    }
    assert shown == {"chamber": True, "flanders": False}


class TestForecast:
    """Where each region is heading, while people can sign and where enough is known."""

    def readings(self, *days_and_counts: tuple[int, int]) -> None:
        petition = make_petition(
            opens_at=NOON - timedelta(days=42), closes_at=NOON + timedelta(days=60)
        )
        with transaction():
            for days, count in days_and_counts:
                counting.record_official_count(
                    petition=petition_by_slug(petition.slug),  # type: ignore[arg-type]
                    channel="official_platform",
                    stratum="VLG",
                    count=count,
                    as_of=NOON.date() - timedelta(days=days),
                    actor="test",
                    now=NOON,
                )

    def test_a_region_says_what_it_needs_and_where_it_is_heading(
        self, client: CheckingClient
    ) -> None:
        self.readings((28, 2000), (21, 2700), (14, 3500), (7, 4100), (0, 4900))
        page = text_of_page(client.get("/en/petitions/clear-criteria"))
        assert "160 a day are needed; 114 a day came in the last 7 days, 104 in the last 28" in page
        assert "At this pace the line is not passed: between" in page
        assert "in eight cases of ten" in page
        assert "cautious goal" in page

    def test_it_is_silent_with_few_days_of_numbers_and_says_why(
        self, client: CheckingClient
    ) -> None:
        self.readings((0, 900))
        page = text_of_page(client.get("/en/petitions/clear-criteria"))
        assert "a day are needed" not in page
        assert "Too early for a forecast" in page

    def test_nothing_is_foretold_once_the_collection_is_over(
        self, client: CheckingClient, clock: Clock
    ) -> None:
        self.readings((28, 2000), (14, 3500), (0, 4900))
        clock.advance(days=61)
        page = text_of_page(client.get("/en/petitions/clear-criteria"))
        assert "a day are needed" not in page
        assert "forecast" not in page.lower()
