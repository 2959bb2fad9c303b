"""Static files: under a name that changes with them, kept for a year, and nothing beside them."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from campaign.web import assets
from tests.factories.petitions import make_petition
from tests.pages.client import CheckingClient, html_of

STATIC = assets.STATIC
FILES = sorted(
    path.relative_to(STATIC).as_posix()
    for path in STATIC.rglob("*")
    if path.suffix in {".js", ".svg"}
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of static files of the test's own, with a file beside it that is nobody's business."""
    static = tmp_path / "static"
    (static / "js").mkdir(parents=True)
    (static / "css" / "components").mkdir(parents=True)
    (tmp_path / "secret.js").write_text("secret")
    (tmp_path / "static-old").mkdir()
    (tmp_path / "static-old" / "secret.js").write_text("secret")
    monkeypatch.setattr(assets, "STATIC", static)
    for remembered in (assets.content, assets.address):
        remembered.cache_clear()
    yield static
    for remembered in (assets.content, assets.address):
        remembered.cache_clear()


class TestNames:
    def test_a_name_changes_with_the_content_and_only_with_it(self, folder: Path) -> None:
        names = []
        for content in ("one", "two", "one"):
            (folder / "js" / "a.js").write_text(content)
            assets.content.cache_clear()
            assets.address.cache_clear()
            names.append(assets.address("js/a.js"))
        assert names[0] == names[2] != names[1]
        assert all(re.fullmatch(r"/assets/[0-9a-f]{12}/js/a\.js", name) for name in names)

    def test_the_style_sheets_are_one_file_in_a_fixed_order(self, folder: Path) -> None:
        for name in ("css/layout", "css/components/b", "css/base", "css/components/a"):
            (folder / f"{name}.css").write_text(name)
        assert assets.content("css").decode().split() == [
            "css/base",
            "css/layout",
            "css/components/a",
            "css/components/b",
        ]

    def test_every_page_names_its_files_so_and_they_are_there(
        self, client: CheckingClient, clock: object
    ) -> None:
        make_petition()
        for path in ("/fr/", "/ar/petitions", "/fr/petitions/clear-criteria", "/fr/nowhere"):
            named = set(re.findall(r'(?:href|src)="(/assets/[^"]+)"', html_of(client.get(path))))
            assert named, path
            assert {client.get(each).status_code for each in named} == {200}


class TestServing:
    @pytest.mark.parametrize("name", ["css", *FILES])
    def test_for_a_year_and_never_asked_for_again(self, client: CheckingClient, name: str) -> None:
        response = client.get(assets.address(name))
        assert response.status_code == 200
        assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert response.mimetype in {"text/css", "text/javascript", "image/svg+xml"}
        tag = response.headers["ETag"]
        again = client.get(assets.address(name), headers={"If-None-Match": tag})
        assert (again.status_code, again.data) == (304, b"")
        assert "immutable" in again.headers["Cache-Control"]

    def test_compressed_for_whoever_can_read_it(self, client: CheckingClient) -> None:
        plain = client.get(assets.address("css"))
        for encoding in ("br", "gzip"):
            packed = client.get(assets.address("css"), headers={"Accept-Encoding": encoding})
            assert packed.headers["Content-Encoding"] == encoding
            assert len(packed.data) < len(plain.data) / 2
            assert html_of(packed) == plain.text

    @pytest.mark.parametrize("digest", ["0" * 12, "", "x", "%00", "..", "0" * 500])
    def test_an_old_or_made_up_name_is_not_found(self, client: CheckingClient, digest: str) -> None:
        """What it would bring is not what the page that names it was made for."""
        assert client.get(f"/assets/{digest}/site.css").status_code in {404, 308, 400}
        assert client.get(f"/assets/{'0' * 12}/site.css").status_code == 404

    def test_the_digest_of_one_file_opens_no_other(self, client: CheckingClient) -> None:
        digest = assets.address("css").split("/")[2]
        for name in FILES:
            assert client.get(f"/assets/{digest}/{name}").status_code == 404

    def test_the_mark_is_there_for_browsers_that_ask_unread(self, client: CheckingClient) -> None:
        response = client.get("/favicon.ico")
        assert (response.status_code, response.mimetype) == (200, "image/svg+xml")


class TestNothingBeside:
    @pytest.mark.parametrize(
        "name",
        [
            "../secret.js",
            "js/../../secret.js",
            "../static-old/secret.js",
            "link.js",
            "js",
            "js/missing.js",
            "notes.txt",
            ".env",
            "",
        ],
    )
    def test_is_ever_read(self, folder: Path, name: str) -> None:
        (folder / "notes.txt").write_text("not for readers")
        (folder / ".env").write_text("SECRET=1")
        (folder / "link.js").symlink_to(folder.parent / "secret.js")
        with pytest.raises(FileNotFoundError):
            assets.content(name)
        with pytest.raises(FileNotFoundError):
            assets.content(str(folder.parent / "secret.js"))

    @pytest.mark.parametrize(
        "name",
        [
            "../config.py",
            "..%2fconfig.py",
            "%2e%2e/config.py",
            "js/%2e%2e/%2e%2e/config.py",
            "/etc/passwd",
            "%2fetc%2fpasswd",
            "..\\config.py",
            "../templates/base.html",
            "css/base.css/..",
            "js",
        ],
    )
    def test_is_served_under_any_spelling(self, client: CheckingClient, name: str) -> None:
        digest = assets.address("css").split("/")[2]
        response = client.get(f"/assets/{digest}/{name}")
        assert response.status_code in {308, 404}
        assert "import" not in response.text.partition("<body")[0]
