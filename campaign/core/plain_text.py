"""Markdown as a text to read without any formatting, such as the plain part of a mail."""

from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

_markdown = MarkdownIt("commonmark", {"html": False, "linkify": False})
_LISTS = {"bullet_list_open", "ordered_list_open"}
_LISTS_END = {"bullet_list_close", "ordered_list_close"}
_WORDS = {"inline", "fence", "code_block"}


class _PlainText:
    """The lines written so far, and the lists that are open: the number of the next entry of each,
    None where a list has no numbers."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._lists: list[int | None] = []
        self._mark = ""

    def take(self, token: Token) -> None:
        """One token of the parser's, after the others."""
        if token.type in _LISTS:
            is_numbered = token.type == "ordered_list_open"
            self._lists.append(int(token.attrGet("start") or 1) if is_numbered else None)
        elif token.type in _LISTS_END:
            self._lists.pop()
        elif token.type == "list_item_open":
            self._mark = self._next_mark()
        elif token.type in _WORDS:
            self._write(token)
        if token.type in {"paragraph_close", "heading_close", *_LISTS_END} and not self._lists:
            self.lines.append("")

    def _write(self, token: Token) -> None:
        words = _words(token.children or []) if token.type == "inline" else token.content
        self.lines.append(self._mark + words.strip())
        self._mark = ""

    def _next_mark(self) -> str:
        indent, number = "  " * (len(self._lists) - 1), self._lists[-1]
        if number is None:
            return f"{indent}- "
        self._lists[-1] = number + 1
        return f"{indent}{number}. "


def plain_markdown(source: str) -> str:
    """CommonMark as plain text: a link becomes its words and its address, a list keeps its marks.

    >>> plain_markdown("**Come** to [the square](https://example.org).")
    'Come to the square <https://example.org>.'
    """
    written = _PlainText()
    for token in _markdown.parse(source):
        written.take(token)
    return "\n".join(written.lines).strip()


def _words(tokens: Sequence[Token]) -> str:
    return "".join(_pieces(tokens))


def _pieces(tokens: Sequence[Token]) -> Iterator[str]:
    address = words = ""
    for token in tokens:
        if token.type == "link_open":
            address, words = str(token.attrGet("href") or ""), ""
        elif token.type == "link_close":
            if address.startswith(("http://", "https://")) and address != words:
                yield f" <{address}>"
        elif token.type in {"softbreak", "hardbreak"}:
            yield "\n"
        elif token.type in {"text", "code_inline"}:
            words += token.content
            yield token.content
