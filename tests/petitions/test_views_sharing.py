"""Sharing: the picture of a link, its words, short addresses, what is printed, the radio."""

import io
import re

import pytest
import zxingcpp
from flask import Flask
from PIL import Image, ImageChops
from pypdf import PdfReader
from pypdfium2 import PdfDocument

from campaign.core.db import transaction
from campaign.i18n.languages import LANGUAGES
from campaign.petitions import jobs
from campaign.petitions.operations import counting, placing
from campaign.petitions.queries import placements as queries
from campaign.petitions.queries.petitions import petition_by_slug
from campaign.petitions.rules.radio import seconds_to_read
from campaign.petitions.views.sharing import SIZES
from campaign.web import page_cache
from tests.factories.petitions import (
    NOON,
    form_fields,
    make_confirmed,
    make_petition,
    signatures,
)
from tests.pages.client import CheckingClient, html_of
from tests.pages.forms import form_to, links_of, text_of_page

pytestmark = pytest.mark.usefixtures("clock")
PAGE = "/fr/petitions/clear-criteria"
CODES = [language.code for language in LANGUAGES]
SHEETS = ("poster.pdf", "leaflets.pdf", "stand.pdf")
KILOBYTE = 1000


def public_code(slug: str = "clear-criteria") -> str:
    petition = petition_by_slug(slug)
    assert petition is not None
    found = queries.public_placement(petition.id)
    assert found is not None
    return found.code


def own_code(label: str = "Library") -> str:
    petition = petition_by_slug("clear-criteria")
    assert petition is not None
    with transaction():
        issued = placing.issue_placement(
            petition, kind="poster", label=label, actor="test", now=NOON
        )
    return issued.code


def meta(html: str, name: str) -> list[str]:
    found = re.findall(rf'<meta (?:property|name)="{name}" content="([^"]*)"', html)
    return [str(each) for each in found]


def picture(client: CheckingClient, language: str = "fr") -> Image.Image:
    response = client.get(f"/{language}/petitions/clear-criteria/card.png")
    assert (response.status_code, response.content_type) == (200, "image/png")
    return Image.open(io.BytesIO(response.data))


def likeness(one: Image.Image, other: Image.Image) -> float:
    """The share of points that look the same; each picture chooses its few colours by itself."""
    difference = ImageChops.difference(one.convert("RGB"), other.convert("RGB"))
    same = difference.convert("L").histogram()[:16]
    return sum(same) / (one.width * one.height)


def codes_on(image: Image.Image) -> set[str]:
    return {found.text for found in zxingcpp.read_barcodes(image.convert("RGB"))}


def printed(client: CheckingClient, sheet: str, language: str = "fr", code: str = "") -> bytes:
    code = code or public_code()
    response = client.get(f"/{language}/petitions/clear-criteria/print/{code}/{sheet}")
    assert (response.status_code, response.content_type) == (200, "application/pdf")
    return bytes(response.data)


def page_image(made: bytes) -> Image.Image:
    document = PdfDocument(made)
    drawn: Image.Image = document[0].render(scale=2).to_pil()
    document.close()
    return drawn


class TestLinkPreview:
    @pytest.mark.parametrize("language", CODES)
    def test_a_link_shows_title_demand_picture_and_every_language(
        self, client: CheckingClient, language: str
    ) -> None:
        make_petition()
        html = html_of(client.get(f"/{language}/petitions/clear-criteria"))
        own = client.application.config["BASE_URL"]
        assert meta(html, "og:title") == [f"Clear criteria ({language})"]
        assert meta(html, "og:description") == [f"We ask for clear criteria ({language})."]
        assert meta(html, "og:url") == [f"{own}/{language}/petitions/clear-criteria"]
        assert meta(html, "og:image") == [f"{own}/{language}/petitions/clear-criteria/card.png"]
        assert meta(html, "og:locale")[0].startswith(language)
        assert len(meta(html, "og:locale:alternate")) == len(CODES) - 1
        assert meta(html, "twitter:card") == ["summary_large_image"]

    @pytest.mark.parametrize("language", CODES)
    def test_the_picture_is_as_large_as_announced_and_light(
        self, client: CheckingClient, language: str
    ) -> None:
        make_petition()
        drawn = picture(client, language)
        assert drawn.size == (1200, 630)
        size = len(client.get(f"/{language}/petitions/clear-criteria/card.png").data)
        assert size < 35 * KILOBYTE, "the page says 35 kB"

    def test_the_counter_on_the_picture_moves_and_the_frames_stay_apart(
        self, client: CheckingClient, app: Flask
    ) -> None:
        """Behaviour 49: support never fills a band."""
        make_petition()
        before = picture(client)
        make_confirmed()
        jobs.fold_tallies(NOON)
        app.extensions["drawings"].clear()
        after = picture(client)
        width = before.width
        sheet, coupon = (0, 300, int(width * 0.62), 560), (int(width * 0.64), 300, width, 560)
        assert likeness(before.crop(sheet), after.crop(sheet)) == 1
        assert before.crop(coupon).convert("RGB").tobytes() != (
            after.crop(coupon).convert("RGB").tobytes()
        )

    def test_an_official_count_fills_its_band_and_moves_no_support(
        self, client: CheckingClient, app: Flask
    ) -> None:
        petition = make_petition()
        before = picture(client).convert("RGB")
        with transaction():
            counting.record_official_count(
                petition=petition, stratum="VLG", channel="official_platform", count=9000,
                as_of=NOON.date(), source_label="Platform", source_url="https://example.org",
                actor="test", now=NOON,
            )  # fmt: skip
        app.extensions["drawings"].clear()
        after = picture(client).convert("RGB")
        coupon = (800, 300, 1200, 560)
        assert likeness(before.crop(coupon), after.crop(coupon)) == 1
        blue = (28, 63, 140)
        band = (60, 380, 500, 410)

        def amount(image: Image.Image) -> int:
            return sum(count for count, colour in image.crop(band).getcolors(99999) if near(colour))

        def near(colour: object) -> bool:
            assert isinstance(colour, tuple)
            return all(abs(a - b) < 12 for a, b in zip(colour, blue, strict=True))

        assert amount(after) > amount(before) + 2000

    def test_arabic_is_mirrored(self, client: CheckingClient) -> None:
        """The sheet begins where the line begins: its blue head is on the right."""
        make_petition()

        def blue_side(language: str) -> bool:
            head = picture(client, language).convert("RGB").crop((0, 306, 1200, 312))
            columns = [
                x for x in range(1200) if head.getpixel((x, 2))[2] > 120 > head.getpixel((x, 2))[0]
            ]  # type: ignore[index]
            return sum(columns) / len(columns) > 600

        assert not blue_side("fr")
        assert blue_side("ar")

    def test_the_picture_is_kept_for_a_minute_and_drawn_once(
        self, client: CheckingClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        make_petition()
        drawings = []
        ready = page_cache.ready
        monkeypatch.setattr(
            page_cache, "ready", lambda *given: drawings.append(given[1]) or ready(*given)
        )
        first = client.get(f"{PAGE}/card.png")
        assert "public, max-age=60" in first.headers["Cache-Control"]
        assert "Content-Encoding" not in first.headers
        again = client.get(f"{PAGE}/card.png?x=1", headers={"If-None-Match": first.headers["ETag"]})
        assert again.status_code == 304
        assert drawings == ["image/png"]

    def test_a_demonstration_says_so_and_what_is_hidden_has_no_picture(
        self, client: CheckingClient
    ) -> None:
        make_petition("hidden", state="in_moderation")
        for path in ("card.png", "share", "radio", "print/ABCDEF/poster.pdf"):
            assert client.get(f"/fr/petitions/hidden/{path}").status_code == 404


class TestSharePage:
    @pytest.mark.parametrize("language", CODES)
    def test_offers_every_way_in_every_language(
        self, client: CheckingClient, language: str
    ) -> None:
        make_petition()
        response = client.get(f"/{language}/petitions/clear-criteria/share")
        links = links_of(response)
        for beginning in ("https://wa.me/?text=", "sgnl://send?text=", "mailto:?", "sms:?"):
            assert [link for link in links if link.startswith(beginning)], beginning
        for sheet in (*SHEETS, "qr.svg"):
            assert f"/{language}/petitions/clear-criteria/print/{public_code()}/{sheet}" in links

    def test_what_is_shared_names_nobody_and_carries_no_code(self, client: CheckingClient) -> None:
        """The address that is passed on is the same for everybody."""
        make_petition()
        own = client.application.config["BASE_URL"]
        first, second = (html_of(client.get(f"{PAGE}/share")) for _time in range(2))
        assert first == second
        assert f'value="{own}{PAGE}"' in first
        shared = [link for link in links_of(client.get(f"{PAGE}/share")) if "wa.me" in link]
        assert "via" not in shared[0]
        assert "%3F" not in shared[0]

    def test_a_petition_that_is_over_is_passed_on_but_not_printed(
        self, client: CheckingClient
    ) -> None:
        make_petition(state="closed")
        assert ".pdf" not in html_of(client.get(f"{PAGE}/share"))
        for path in ("radio", f"print/{public_code()}/poster.pdf"):
            response = client.get(f"{PAGE}/{path}")
            assert (response.status_code, response.location) == (302, PAGE)


class TestShortAddress:
    def test_leads_to_the_form_which_keeps_the_code(self, client: CheckingClient) -> None:
        make_petition()
        code = own_code()
        response = client.get(f"/nl/s/{code.lower()}")
        assert response.status_code == 302
        assert response.location == f"/nl/petitions/clear-criteria/sign?via={code}"
        assert "no-store" in response.headers["Cache-Control"]
        form = form_to(client.get(response.location), "/sign")
        assert form.fields["via"] == code

    @pytest.mark.parametrize("code", ["ABCDEF", "x", "AAAAAAAAAAAA", "%27--", "ABC DEF"])
    def test_an_unknown_code_leads_to_the_petitions_without_an_error(
        self, client: CheckingClient, code: str
    ) -> None:
        response = client.get(f"/fr/s/{code}")
        assert (response.status_code, response.location) == (302, "/fr/petitions")

    def test_the_page_everybody_keeps_knows_no_code(self, client: CheckingClient) -> None:
        """Nobody can poison or multiply a kept page with codes."""
        make_petition()
        code = own_code()
        with_code = html_of(client.get(f"{PAGE}?via={code}"))
        assert code not in with_code


class TestPrinted:
    @pytest.mark.parametrize("language", ["fr", "ar", "bm"])
    @pytest.mark.parametrize("sheet", SHEETS)
    def test_the_codes_open_the_form_of_their_language(
        self, client: CheckingClient, sheet: str, language: str
    ) -> None:
        make_petition()
        own = client.application.config["BASE_URL"]
        code = public_code()
        made = printed(client, sheet, language)
        assert len(PdfReader(io.BytesIO(made)).pages) == 1
        wanted = CODES if sheet == "stand.pdf" else [language]
        assert codes_on(page_image(made)) == {f"{own}/{each}/s/{code}" for each in wanted}

    @pytest.mark.parametrize("sheet", SHEETS)
    def test_says_what_is_asked_and_weighs_what_the_page_says(
        self, client: CheckingClient, sheet: str
    ) -> None:
        make_petition()
        made = printed(client, sheet)
        text = " ".join(PdfReader(io.BytesIO(made)).pages[0].extract_text().split())
        assert "We ask for clear criteria (fr)." in text
        stated = SIZES[sheet.removesuffix(".pdf")] * KILOBYTE
        assert stated * 0.5 < len(made) <= stated

    @pytest.mark.parametrize("title", ["Mot " * 40, "Régularisation " * 10])
    def test_a_very_long_title_still_fits_on_one_page(
        self, client: CheckingClient, title: str
    ) -> None:
        petition = make_petition()
        with transaction():
            petition.texts[0].title = title.strip()
            for text in petition.texts:
                text.title, text.ask = title.strip(), "Nous demandons ceci. " * 18
        for sheet in SHEETS:
            made = printed(client, sheet)
            assert len(PdfReader(io.BytesIO(made)).pages) == 1
            assert codes_on(page_image(made))

    def test_a_placement_prints_its_own_code_and_a_closed_one_the_public_one(
        self, client: CheckingClient
    ) -> None:
        make_petition()
        code = own_code()
        [found] = codes_on(page_image(printed(client, "poster.pdf", code=code)))
        assert found.endswith(f"/fr/s/{code}")
        with transaction():
            placement = queries.placement_of_code(code)
            assert placement is not None
            placing.close_placement(placement, actor="test", now=NOON)
        for gone in (code, "ABCDEF"):
            response = client.get(f"{PAGE}/print/{gone}/leaflets.pdf")
            assert response.status_code == 302
            assert public_code() in response.location

    def test_the_drawing_alone_is_svg_without_script(self, client: CheckingClient) -> None:
        make_petition()
        response = client.get(f"{PAGE}/print/{public_code()}/qr.svg")
        assert response.content_type == "image/svg+xml"
        assert "<svg" in html_of(response)
        assert "script" not in html_of(response)

    def test_there_is_no_other_sheet(self, client: CheckingClient) -> None:
        make_petition()
        assert client.get(f"{PAGE}/print/{public_code()}/banner.pdf").status_code == 404


class TestRadio:
    @pytest.mark.parametrize("language", CODES)
    def test_takes_about_a_minute_and_says_what_where_and_until_when(
        self, client: CheckingClient, language: str
    ) -> None:
        make_petition(is_demonstration=False)
        text = text_of_page(client.get(f"/{language}/petitions/clear-criteria/radio"))
        assert f"We ask for clear criteria ({language})." in text
        assert f"Criteria {language}" in text
        assert "2026" in text
        assert text.count("127.0.0.1") >= 2
        [seconds] = re.findall(r"\b(\d\d) ", text[:600])[:1] or [""]
        assert 40 <= int(seconds) <= 70

    def test_words_are_counted_as_they_are_spoken(self) -> None:
        assert seconds_to_read([("un deux trois " * 50, "fr")]) == 60
        assert seconds_to_read([("", "fr")]) == 0


def test_signing_through_a_poster_is_attributed_to_it(client: CheckingClient) -> None:
    make_petition()
    code = own_code()
    form = form_to(client.get(client.get(f"/fr/s/{code}").location), "/sign")
    review = form.send(client, **form_fields())
    assert form_to(review, "/sign").fields["via"] == code
    sent = form_to(review, "/sign").send(client, button=("step", "send"))
    assert sent.status_code == 303
    placement = queries.placement_of_code(code)
    assert placement is not None
    assert [each.placement_id for each in signatures()] == [placement.id]
