"""What a person does on the pages of a petition, by the names of the form and not by its words."""

from playwright.sync_api import Page

from tests.pages.browser import LiveServer, press

PERSON = {
    "given_name": "Awa",
    "family_name": "Exemple",
    "email": "awa@example.org",
    "postal_code": "9000",
}


class SigningVisitor:
    """A person with a browser who signs a petition."""

    def __init__(
        self, page: Page, server: LiveServer, *, language: str = "fr", slug: str = "clear-criteria"
    ) -> None:
        self.page, self.server, self.language, self.slug = page, server, language, slug

    def open_petition(self) -> None:
        """Come to the petition."""
        self.page.goto(self.server.at(f"/{self.language}/petitions/{self.slug}"))

    def fill_in(self, **changes: str) -> None:
        """Type a whole form; `age` is yes or no."""
        answers = {**PERSON, "age": "yes", **changes}
        for name in PERSON:
            self.page.fill(f"form [name={name}]", answers[name])
        self.page.check(f"[name=age][value={answers['age']}]")
        self.page.check("[name=consent]")

    def press_review(self) -> None:
        """Go on to the check."""
        press(self.page.locator("form:has([name=given_name]) button").last)

    def press_send(self) -> None:
        """Send what was checked."""
        press(self.page.locator("button[name=step][value=send]"))

    def press_correct(self) -> None:
        """Go back to the form."""
        press(self.page.locator("button[name=step][value=edit]"))

    def sign(self, **changes: str) -> None:
        """From the petition to the page that tells of the mail."""
        self.open_petition()
        self.fill_in(**changes)
        self.press_review()
        self.press_send()

    def press_confirm(self, link: str) -> None:
        """Open the link of the mail and press."""
        self.page.goto(self.server.at(link))
        press(self.page.locator("main form[action*='/confirm/'] button").first)
