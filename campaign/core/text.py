"""Text that people write: tidied, searched, and rendered as safe HTML."""

import re
import unicodedata

import nh3
from markdown_it import MarkdownIt

_markdown = MarkdownIt("commonmark", {"html": False, "linkify": True}).enable(["table", "linkify"])
# Only what was written as an address is one: "stop.be quiet" is not.
assert _markdown.linkify is not None  # the option above makes it
_markdown.linkify.set({"fuzzy_link": False}).add("ftp:", None).add("//", None)
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
    """CommonMark to HTML that cannot harm: no script, no image, no style; links to the web and to
    mailboxes only, also where an address stands bare in the text."""
    html = _markdown.render(source).replace("<h1>", "<h3>").replace("</h1>", "</h3>")
    html = html.replace("<h2>", "<h3>").replace("</h2>", "</h3>")
    return nh3.clean(
        html, tags=_TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto"}
    )


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
