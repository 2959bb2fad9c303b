"""What every page of the site must be, checked on the HTML that a test was answered with."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element  # only its type: the parser is html5lib

import html5lib

RIGHT_TO_LEFT = {"ar", "fa", "he", "ps", "ur"}
DATA_BLOCKS = {"application/ld+json", "application/json"}
RESOURCE_LINKS = {
    "stylesheet", "icon", "apple-touch-icon", "manifest", "preload", "modulepreload", "prefetch",
    "preconnect", "dns-prefetch", "mask-icon",
}  # fmt: skip
FETCHED = ("src", "poster", "data", "background")
REFERENCES = (
    "aria-labelledby",
    "aria-describedby",
    "aria-controls",
    "aria-owns",
    "for",
    "form",
    "list",
)
UNLABELLED_INPUTS = {"hidden", "submit", "button", "reset"}
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


class Page:
    """A parsed page; the checks ask it questions."""

    def __init__(self, html: str, host: str = "localhost") -> None:
        parser = html5lib.HTMLParser(
            tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False
        )
        self.root: Element = parser.parse(html)
        self.faults = [_fault(html, error) for error in parser.errors]
        self.host = host
        self.parents = {child: parent for parent in self.root.iter() for child in parent}
        self.ids = [
            value for element in self.elements() if (value := element.get("id")) is not None
        ]

    def elements(self, *names: str) -> Iterator[Element]:
        """The elements of these names (all without), in the order of the page."""
        for element in self.root.iter():
            if isinstance(element.tag, str) and (not names or local_name(element) in names):
                yield element

    def ancestors(self, element: Element) -> Iterator[Element]:
        """The element's parents, nearest first."""
        while element in self.parents:
            element = self.parents[element]
            yield element

    def name_of(self, element: Element) -> str:
        """What a screen reader would call this element."""
        if labelled_by := element.get("aria-labelledby"):
            return " ".join(self.text_of_id(each) for each in labelled_by.split()).strip()
        return (element.get("aria-label") or "").strip() or _content_name(element)

    def text_of_id(self, identifier: str) -> str:
        """The text of the element with this id, or nothing."""
        for element in self.elements():
            if element.get("id") == identifier:
                return _content_name(element)
        return ""

    def label_of(self, field: Element) -> str:
        """The field's label: aria, a <label for>, or the <label> around it."""
        if (
            own := self.name_of(field)
            if field.get("aria-labelledby") or field.get("aria-label")
            else ""
        ):
            return own
        for label in self.elements("label"):
            if field.get("id") and label.get("for") == field.get("id"):
                return _content_name(label)
        around = next((each for each in self.ancestors(field) if local_name(each) == "label"), None)
        return "" if around is None else _content_name(around)


def check_page(
    html: str, headers: Mapping[str, str] | None = None, host: str = "localhost"
) -> None:
    """Raises AssertionError naming every fault of this page at once."""
    page = Page(html, host)
    faults = list(page.faults)
    for check in CHECKS:
        faults += check(page)
    if headers is not None:
        faults += _header_faults(headers)
    if faults:
        raise AssertionError("the page has faults:\n- " + "\n- ".join(faults))


def local_name(element: Element) -> str:
    """`svg` for `{http://www.w3.org/2000/svg}svg`."""
    return element.tag.rpartition("}")[2]


def direction_of(language: str) -> str:
    """rtl or ltr."""
    return "rtl" if language.partition("-")[0] in RIGHT_TO_LEFT else "ltr"


def _fault(html: str, error: tuple[tuple[int, int], str, dict[str, object]]) -> str:
    (line, _column), code, values = error
    source = html.splitlines()[line - 1].strip()[:120] if line <= html.count("\n") + 1 else ""
    return f"not valid HTML: {code} {values or ''} at line {line}: {source}"


def _content_name(element: Element) -> str:
    parts = []
    for each in element.iter():
        if not isinstance(each.tag, str):
            continue
        parts += [each.get("alt") or "", each.get("aria-label") or "", each.text or ""]
        parts.append((each.tail or "") if each is not element else "")
    return " ".join(" ".join(parts).split())


def _shown(element: Element) -> str:
    attributes = " ".join(f'{name}="{value}"' for name, value in element.attrib.items())
    return f"<{local_name(element)} {attributes}>"[:160]


def language_and_direction(page: Page) -> list[str]:
    """`html` says its language and direction; a part in another direction says so."""
    root = page.root
    faults = []
    if not root.get("lang"):
        faults.append("html has no lang")
    if root.get("dir") != direction_of(root.get("lang") or "fr"):
        faults.append(f"html dir={root.get('dir')!r} does not fit lang={root.get('lang')!r}")
    for element in page.elements():
        lang = element.get("lang")
        if lang is None or element is root:
            continue
        nearest = [
            each.get("dir") for each in (element, *page.ancestors(element)) if each.get("dir")
        ]
        is_said = nearest[0:1] in ([direction_of(lang)], ["auto"])
        # A name or two run the right way by themselves (Unicode bidirectional algorithm).
        if not is_said and len(_content_name(element).split()) > 3:
            faults.append(
                f"{_shown(element)} is in a language of another direction and says no dir"
            )
    return faults


def title_and_headings(page: Page) -> list[str]:
    """A title, exactly one h1, no level skipped, one main."""
    faults = []
    titles = [_content_name(each) for each in page.root.iter("title")]
    if not titles or not titles[0]:
        faults.append("the page has no title")
    headings = [int(local_name(each)[1]) for each in page.elements(*HEADINGS)]
    if headings.count(1) != 1:
        faults.append(f"the page has {headings.count(1)} h1, not one")
    for before, after in pairwise(headings):
        if after > before + 1:
            faults.append(f"a heading goes from h{before} to h{after}")
    mains = sum(1 for _ in page.elements("main"))
    if mains != 1:
        faults.append(f"the page has {mains} main, not one")
    faults += [
        f"empty heading {_shown(e)}" for e in page.elements(*HEADINGS) if not page.name_of(e)
    ]
    return faults


def identifiers(page: Page) -> list[str]:
    """Ids are unique and every reference points somewhere."""
    faults = [f"id {each!r} is there {n} times" for each, n in Counter(page.ids).items() if n > 1]
    known = set(page.ids)
    for element in page.elements():
        for attribute in REFERENCES:
            for wanted in (element.get(attribute) or "").split():
                if wanted not in known:
                    faults.append(f"{_shown(element)} points to id {wanted!r}, which is not there")
        href = element.get("href") or ""
        if (
            local_name(element) == "a"
            and href.startswith("#")
            and href[1:] not in known | {"", "top"}
        ):
            faults.append(f"a link goes to {href}, which is not there")
    return faults


def labels(page: Page) -> list[str]:
    """Every field has a label, every group of choices a legend, every button a name."""
    faults = []
    for field in page.elements("input", "select", "textarea"):
        kind = (field.get("type") or "text").lower()
        if local_name(field) == "input" and kind in UNLABELLED_INPUTS:
            continue
        if not page.label_of(field):
            faults.append(f"{_shown(field)} has no label")
        if kind == "radio" and not _is_grouped(page, field):
            faults.append(f"{_shown(field)} stands in no fieldset with a legend")
    for button in page.elements("button"):
        if not page.name_of(button):
            faults.append(f"{_shown(button)} has no name")
    return faults


def _is_grouped(page: Page, field: Element) -> bool:
    for each in page.ancestors(field):
        if local_name(each) == "fieldset":
            return any(local_name(child) == "legend" and _content_name(child) for child in each)
        if each.get("role") == "radiogroup":
            return bool(page.name_of(each))
    return False


def links_and_images(page: Page) -> list[str]:
    """Every link has a name and a destination, every image says what it shows (or that it is decoration)."""
    faults = []
    for link in page.elements("a"):
        if link.get("href") is not None and not link.get("href"):
            faults.append(f"{_shown(link)} goes nowhere")
        if link.get("href") is not None and not page.name_of(link):
            faults.append(f"{_shown(link)} is empty")
    faults += [
        f"{_shown(image)} has no alt" for image in page.elements("img") if image.get("alt") is None
    ]
    for drawing in page.elements("svg"):
        hidden = [e for e in (drawing, *page.ancestors(drawing)) if e.get("aria-hidden") == "true"]
        if not hidden and not page.name_of(drawing):
            faults.append(f"{_shown(drawing)} is neither hidden from screen readers nor named")
    return faults


def nothing_inline(page: Page) -> list[str]:
    """No inline script, style or event handler: the content security policy would refuse them."""
    faults = [f"{_shown(each)} is inline style" for each in page.elements("style")]
    for script in page.elements("script"):
        if not script.get("src") and script.get("type") not in DATA_BLOCKS:
            faults.append(f"{_shown(script)} is inline script")
    for element in page.elements():
        for attribute, value in element.attrib.items():
            if attribute == "style" or attribute.startswith("on"):
                faults.append(f"{_shown(element)} has an inline {attribute}")
            if value.strip().lower().startswith("javascript:"):
                faults.append(f"{_shown(element)} runs script from {attribute}")
    return faults


def own_resources_only(page: Page) -> list[str]:
    """Nothing is fetched from, or sent to, another host. Links may lead outside."""
    return [
        f"{_shown(e)} asks another host: {url}"
        for e, url in _fetched(page)
        if not _is_own(page, url)
    ]


def _fetched(page: Page) -> Iterator[tuple[Element, str]]:
    for element in page.elements():
        yield from ((element, url) for name in FETCHED if (url := element.get(name)))
        candidates = (element.get("srcset") or "").split(",")
        yield from ((element, each.split()[0]) for each in candidates if each.strip())
        rel = set((element.get("rel") or "").lower().split())
        if local_name(element) == "link" and rel & RESOURCE_LINKS:
            yield element, element.get("href") or ""
        if local_name(element) in {"use", "image"}:
            yield (
                element,
                element.get("href") or element.get("{http://www.w3.org/1999/xlink}href") or "",
            )
        if local_name(element) in {"form", "button", "input"}:
            yield element, element.get("action") or element.get("formaction") or ""


def _is_own(page: Page, url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "data" or not parts.netloc or parts.hostname == page.host


def _header_faults(headers: Mapping[str, str]) -> list[str]:
    policy = headers.get("Content-Security-Policy", "")
    faults = []
    if "default-src" not in policy or "unsafe-inline" in policy or "unsafe-eval" in policy:
        faults.append(f"Content-Security-Policy is {policy!r}")
    if "frame-ancestors" not in policy:
        faults.append("Content-Security-Policy does not say who may frame the page")
    if "charset=utf-8" not in headers.get("Content-Type", "").lower():
        faults.append("Content-Type does not say utf-8")
    if headers.get("X-Content-Type-Options") != "nosniff":
        faults.append("X-Content-Type-Options is not nosniff")
    faults += [
        f"{name} is missing"
        for name in ("Referrer-Policy", "Permissions-Policy")
        if not headers.get(name)
    ]
    return faults


CHECKS: tuple[Callable[[Page], list[str]], ...] = (
    language_and_direction,
    title_and_headings,
    identifiers,
    labels,
    links_and_images,
    nothing_inline,
    own_resources_only,
)
