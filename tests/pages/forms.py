"""Forms as a browser without JavaScript sees them: found in a page, filled in, sent."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin
from xml.etree.ElementTree import Element

from werkzeug.test import TestResponse

from tests.pages.checks import Page, local_name
from tests.pages.client import html_of

SKIPPED = {"submit", "button", "reset", "image"}


@dataclass
class PageForm:
    """One form: where it goes and what it would send if nothing were typed."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def send(
        self, client: Any, *, button: tuple[str, str] | None = None, **typed: str
    ) -> TestResponse:
        """Press a button after typing; an unknown field is an error. An empty text unticks a box."""
        unknown = set(typed) - self.names
        assert not unknown, f"the form has no field {unknown}"
        sent = {name: text for name, text in {**self.fields, **typed}.items() if text != ""}
        if button is not None:
            assert button in self.buttons, f"no button {button} among {self.buttons}"
            sent |= dict([button])
        if self.method == "get":
            return client.get(self.action, query_string=sent)
        return client.post(self.action, data=sent)


def forms_in(response: TestResponse) -> list[PageForm]:
    """Every form of a page."""
    page = Page(html_of(response))
    return [_read(each, response.request.path) for each in page.elements("form")]


def form_to(response: TestResponse, action_part: str) -> PageForm:
    """The first form whose address contains `action_part`."""
    for each in forms_in(response):
        if action_part in each.action:
            return each
    raise AssertionError(f"no form to …{action_part}… on {response.request.path}")


def links_of(response: TestResponse) -> list[str]:
    """The addresses a page links to."""
    return [each.get("href", "") for each in Page(html_of(response)).elements("a")]


def text_of_page(response: TestResponse) -> str:
    """The words of a page, single-spaced."""
    return " ".join(" ".join(Page(html_of(response)).root.itertext()).split())


def _read(element: Element, path: str) -> PageForm:
    form = PageForm(
        urljoin(path, element.get("action") or path), (element.get("method") or "get").lower()
    )
    for control in _controls(element):
        name, tag = control.get("name"), local_name(control)
        if tag == "button":
            form.buttons.append((name or "", control.get("value") or ""))
        elif name and (control.get("type") or "text") not in SKIPPED:
            form.names.add(name)
            form.fields |= _sent(name, control, tag)
    return form


def _controls(element: Element) -> Iterator[Element]:
    for each in element.iter():
        if isinstance(each.tag, str) and local_name(each) in {
            "input",
            "select",
            "textarea",
            "button",
        }:
            yield each


def _sent(name: str, control: Element, tag: str) -> dict[str, str]:
    if tag == "select":
        options = [each for each in control.iter() if local_name(each) == "option"]
        chosen = [each for each in options if each.get("selected") is not None] or options[:1]
        return {name: chosen[0].get("value") or ""} if chosen else {}
    if tag == "textarea":
        return {name: "".join(control.itertext())}
    if control.get("type") in {"checkbox", "radio"}:
        return {name: control.get("value") or "on"} if control.get("checked") is not None else {}
    return {name: control.get("value") or ""}
