"""Text that people write: tidied, searched, and rendered as safe HTML."""

import re
import unicodedata

import nh3
from markdown_it import MarkdownIt

_markdown = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table")
_TAGS = {
    "p",
    "ul",
    "ol",
    "li",
    "strong",
    "em",
    "a",
    "h3",
    "h4",
    "blockquote",
    "br",
    "hr",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
}
_SPACES = re.compile(r"\s+")


def render_markdown(source: str) -> str:
    """CommonMark to HTML that cannot harm: no script, no image, no style, http(s) links only."""
    html = _markdown.render(source).replace("<h1>", "<h3>").replace("</h1>", "</h3>")
    html = html.replace("<h2>", "<h3>").replace("</h2>", "</h3>")
    return nh3.clean(html, tags=_TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https"})


def one_line(text: str) -> str:
    """`text` in Unicode's composed form, without control characters, single-spaced, trimmed."""
    composed = unicodedata.normalize("NFC", text)
    visible = "".join(
        c if unicodedata.category(c) not in {"Cc", "Cf", "Cs"} else " " for c in composed
    )
    return _SPACES.sub(" ", visible).strip()


def folded(text: str) -> str:
    """`text` without accents, case, hyphens or apostrophes: what two spellings share.

    Compared as Unicode's compatibility caseless match (D146), so that fancy letters are letters.
    """
    plain = unicodedata.normalize("NFKD", text.casefold()).casefold()
    bare = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    return _SPACES.sub(" ", re.sub(r"[\W_]+", " ", bare)).strip()
