"""Text that people write."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from campaign.core.text import folded, one_line, render_markdown


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  Awa \t\r\n Binta ", "Awa Binta"),
        ("A\u200bwa", "A wa"),
        ("\u202eawA", "awA"),
        ("e\u0301", "é"),
        ("A\x00wa", "A wa"),
        ("a\u2028b", "a b"),
    ],
)
def test_one_line_is_composed_single_spaced_and_without_invisible_signs(
    written: str, kept: str
) -> None:
    assert one_line(written) == kept


@given(st.text())
def test_one_line_is_one_line_and_stays_as_it_is(text: str) -> None:
    line = one_line(text)
    assert one_line(line) == line
    assert not any(unicodedata.category(sign) in {"Cc", "Cf", "Zl", "Zp"} for sign in line)
    assert "  " not in line
    assert line == line.strip()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("N’Diaye", "N'DIAYE"),
        ("Élise", "elise"),
        ("Jean-Marie", "jean marie"),
        ("Straße", "STRASSE"),
        ("أحمد", "احمد"),
        ("𝓐𝔀𝓪", "awa"),
    ],
)
def test_spellings_of_one_word_fold_to_the_same(one: str, other: str) -> None:
    assert folded(one) == folded(other)


def test_other_words_do_not() -> None:
    assert folded("Awa") != folded("Ava")


@given(st.text())
@example("𝓐")
@example("ΐ")
def test_folding_twice_is_folding_once(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "![x](https://e.example/x.png)",
        "[x](javascript:alert(1))", "[x](data:text/html,x)", "<a href='javascript:x'>x</a>", "<b onclick=x>y</b>",
        "[x](http://a.example \"onmouseover=alert(1)\")", "<style>*{}</style>", "<iframe src=x></iframe>",
    ],
)  # fmt: skip
def test_markdown_gives_no_way_to_run_or_load_anything(source: str) -> None:
    html = render_markdown(source)
    assert not [
        bad
        for bad in ("<script", "<img", 'href="javascript', 'href="data', "<style", "<iframe", "<b ")
        if bad in html
    ]


@pytest.mark.parametrize(
    ("source", "link"),
    [
        ("voir https://a.example/x?y=1&z=2.", '"https://a.example/x?y=1&amp;z=2"'),
        ("(http://a.example)", '"http://a.example"'),
        ("écrire à greffe@parlement.be, svp", '"mailto:greffe@parlement.be"'),
    ],
)
def test_addresses_in_the_text_become_links(source: str, link: str) -> None:
    """Behaviour 60."""
    assert f"<a href={link}" in render_markdown(source)


@pytest.mark.parametrize(
    "source", ["stop.be quiet", "ftp://a.example", "javascript:alert(1)", "//a.example/x"]
)
def test_what_is_no_address_of_a_page_or_a_mailbox_becomes_no_link(source: str) -> None:
    assert "href" not in render_markdown(source)


def test_signs_of_html_in_the_text_are_escaped() -> None:
    """Behaviour 60."""
    html = render_markdown("1 < 2 & <b>3</b> https://a.example/<i>")
    assert "1 &lt; 2 &amp; &lt;b&gt;3&lt;/b&gt;" in html
    assert "<i>" not in html


@given(st.text(max_size=200))
def test_no_text_at_all_gives_a_tag_that_harms(source: str) -> None:
    html = render_markdown(source).lower()
    assert not [
        bad for bad in ("<script", "<img", "<style", "<iframe", "<object", "<svg") if bad in html
    ]


def test_headings_stay_below_those_of_the_page_and_tables_are_kept() -> None:
    html = render_markdown(
        "# One\n\n## Two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n- x\n\n[a](https://a.example/)"
    )
    assert "<h1" not in html
    assert "<h2" not in html
    assert html.count("<h3>") == 2
    assert all(
        part in html
        for part in ("<table>", "<td>1</td>", "<li>x</li>", 'href="https://a.example/"')
    )
