"""What was looked at is in the log, the log reads in words, and each may choose which mails to get."""

import ast
import re
from pathlib import Path

import pytest

from campaign.accounts.models import Account
from campaign.accounts.permissions import Role
from campaign.accounts.queries import administrators
from campaign.accounts.rules.mail_choices import MailKind
from campaign.audit.models import AuditEntry
from campaign.audit.vocabulary import ACTS
from campaign.core.db import db, transaction
from campaign.demo import LOADED
from campaign.partners.models import Organisation
from campaign.petitions.operations.paper import open_batch
from campaign.petitions.operations.telling import tell_organisation
from campaign.petitions.queries.petitions import petition_by_slug
from campaign.petitions.rules.moderating import MARKS, Act
from campaign.petitions.rules.paper import ACTS as BATCH_ACTS
from campaign.petitions.rules.states import STATES
from tests.architecture.source import ROOT
from tests.factories.accounts import make_account, sign_in_as
from tests.factories.exports import ask, lead, make_yes, prepare, sheets_of
from tests.factories.petitions import NOON, make_confirmed, make_petition
from tests.factories.voices import give, make_petition_with_voices
from tests.mailbox import Outbox
from tests.pages.client import CheckingClient
from tests.pages.forms import form_to, forms_in, text_of_page

pytestmark = pytest.mark.usefixtures("app", "clock")
SLUG = "clear-criteria"
ACT = re.compile(r"[a-z_]+\.[a-z_]+")
RECORDS = {"record", "_record", "_note", "note"}


def written_acts() -> set[str]:
    """Every act that some code writes as a whole; and of those put together, the beginning with what
    the same file gives to the function that puts it together."""
    found: set[str] = set()
    for path in sorted((ROOT / "campaign").rglob("*.py")):
        found |= acts_in(path)
    return (
        found
        | {f"petition.{state}" for state in STATES}
        | {LOADED}
        | {f"moderation.{act}" for act in (*Act, *MARKS, "claimed", "taken_over", "unmarked")}
        | {f"paper_batch.{act}" for act in (*BATCH_ACTS, "out", "moved")}
        | {f"official_count.{answer}" for answer in ("approved", "refused", "withdrawn")}
    )


def acts_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    texts, beginnings = set(), set()
    for call in calls:
        named = {keyword.arg: keyword.value for keyword in call.keywords}
        act = named.get("act")
        if isinstance(act, ast.JoinedStr) and isinstance(act.values[0], ast.Constant):
            beginnings.add(str(act.values[0].value))
        for given in (*call.args, *([act] if act else [])):
            if isinstance(given, ast.Constant) and isinstance(given.value, str):
                texts.add((called(call), given.value))
    whole = {text for name, text in texts if ACT.fullmatch(text) and name in RECORDS}
    pieces = {text for name, text in texts if name in RECORDS and re.fullmatch("[a-z_]+", text)}
    pieces.discard("worker")  # who, not what
    return whole | {
        f"{beginning}{piece}" for beginning in beginnings - {"petition."} for piece in pieces
    }


def called(call: ast.Call) -> str:
    return getattr(call.func, "id", getattr(call.func, "attr", ""))


def test_every_act_of_the_log_has_words() -> None:
    written = written_acts()
    assert len(written) > 60
    assert written - set(ACTS) == set()


class Looks:
    """One way to open each page that shows a person's details, and the act that the log must tell."""

    def __init__(self, client: CheckingClient) -> None:
        self.client = client

    def find(self) -> str:
        page = self.client.get(f"/workspace/petitions/{SLUG}/signatures")
        form_to(page, "/signatures").send(self.client, email="yes@example.org")
        return "signature.looked_for"

    def look_at_matches(self) -> str:
        from tests.factories.checks import make_check, make_robots, work

        make_robots(1)
        number = make_check()
        from campaign.core.db import transaction
        from campaign.petitions.operations import invalidating

        with transaction():
            invalidating.count(invalidation_id=number, actor="test", now=NOON)
        work()
        page = self.client.get(f"/workspace/petitions/{SLUG}/abuse/{number}")
        form_to(page, "/look").send(self.client)
        return "invalidation.looked_at"

    def queue(self) -> str:
        give()
        self.client.get("/workspace/voices")
        return "voices.read"

    def take_export(self) -> str:
        number = ask(f"account:{db.session.scalar(db.select(Account.id))}").id
        prepare()
        page = self.client.get(f"/workspace/petitions/{SLUG}/exports/{number}")
        taken = form_to(page, "/take").send(self.client, button=("format", "xlsx"))
        assert [line[3] for line in next(iter(sheets_of(taken.data).values()))] == [
            "yes@example.org"
        ]
        return "export.given"

    def ledger(self) -> str:
        with transaction():
            open_batch(
                petition=petition_by_slug(SLUG),  # type: ignore[arg-type]
                number=1,
                place="Namur",
                holder="une bénévole",
                out_on=NOON.date(),
                actor="test",
                now=NOON,
            )
        assert "une bénévole" in text_of_page(self.client.get(f"/workspace/petitions/{SLUG}/paper"))
        return "paper_batch.holders_read"


# The views that show details of people who signed or spoke; a new one is added here with its look.
SHOW_PEOPLE = {
    "petitions_workspace.find": "find",
    "petitions_workspace.look_at_matches": "look_at_matches",
    "petitions_workspace.take_export": "take_export",
    "petitions_workspace.paper": "ledger",
    "voices_workspace.queue": "queue",
}
# What a view imports when it shows such details.
DETAILS = re.compile(
    r"known_holders|MaskedSignature|\bmasked\b|signatories_file|waiting_voices|find_by_mailbox|import finding\b|invalidating\.look\("
)


def test_every_view_that_shows_people_is_named_here() -> None:
    views = [
        path
        for path in (ROOT / "campaign").rglob("*.py")
        if {"workspace_views", "workspace"} & set(path.parts)
    ]
    showing = {path.stem for path in views if DETAILS.search(path.read_text())}
    assert showing == {"signatures", "check", "exports", "paper", "views"}


@pytest.mark.parametrize("look", sorted(SHOW_PEOPLE.values()))
def test_each_look_at_a_person_is_in_the_log(client: CheckingClient, look: str) -> None:
    """Behaviour 116."""
    make_petition_with_voices(updates=True)
    make_yes("yes@example.org")
    account = make_account("Palabre", Role.OFFICER, Role.MODERATOR, organisation=lead())
    sign_in_as(client, account)
    act = getattr(Looks(client), look)()
    db.session.rollback()
    entries = db.session.scalars(db.select(AuditEntry).where(AuditEntry.act == act)).all()
    assert [entry.actor for entry in entries] == [account.actor]
    for entry in entries:
        assert "example.org" not in entry.detail


class TestTheLog:
    def test_reads_in_words_and_is_narrowed(self, client: CheckingClient) -> None:
        make_petition(updates=True)
        make_yes("yes@example.org")
        account = make_account("Palabre", Role.OFFICER, organisation=lead())
        ask(account.actor)
        sign_in_as(client, account)
        rows = text_of_table(client.get("/workspace/audit"))
        assert "Palabre asked for a list of those who said yes Clear criteria (en)" in rows
        assert "export.asked" not in rows
        for query, is_there in {
            "act=export.asked": True, "act=export.given": False,
            f"actor={account.actor}": True, "actor=worker": False,
            "petition=petition:clear-criteria": True, "petition=petition:other": False,
            f"organisation={lead().subject}": False,
            "first=2026-03-02&last=2026-03-02": True, "first=2026-03-03": False,
            "last=2026-03-01": False, "last=nonsense": True,
        }.items():  # fmt: skip
            found = text_of_table(client.get(f"/workspace/audit?{query}"))
            assert ("asked for a list" in found) is is_there, query

    def test_tells_nothing_of_other_organisations_whatever_is_asked(
        self, client: CheckingClient
    ) -> None:
        make_petition(updates=True)
        make_petition("other", updates=True)
        make_yes("yes@example.org", slug="other")
        stranger = make_account("Étoile", Role.OFFICER, organisation=lead("other"))
        ask(stranger.actor, slug="other")
        account = make_account("Palabre", Role.OFFICER, organisation=lead())
        sign_in_as(client, account)
        for query in ("", "?petition=petition:other", f"?actor={stranger.actor}"):
            page = text_of_page(client.get(f"/workspace/audit{query}"))
            assert "Étoile" not in page


def text_of_table(response: object) -> str:
    page = text_of_page(response)  # type: ignore[arg-type]
    return page.partition("Detail")[2]


class TestMails:
    def tell(self, place: Organisation) -> None:
        from campaign.core.db import transaction
        from campaign.petitions import mails

        def build(**given: object) -> object:
            return mails.where_it_stands(
                title="Criteria", slug=SLUG, days_left=7, closes_on="2026-03-09", behind=[], lines=[],
                **given,
            )  # type: ignore[arg-type]  # fmt: skip

        with transaction():
            tell_organisation(place, {MailKind.DEADLINE}, build, now=NOON)  # type: ignore[arg-type]

    def test_are_chosen_and_stopped_by_the_link_in_each(
        self, client: CheckingClient, outbox: Outbox
    ) -> None:
        make_petition()
        account = make_account("Palabre", Role.EDITOR, organisation=lead())
        self.tell(lead())
        assert [mail.recipient for mail in outbox.letters()] == ["clear-criteria-lead@example.org"]
        sign_in_as(client, account)
        form = form_to(client.get("/workspace/account/mails"), "/mails")
        assert form.send(client, kind="deadline").status_code == 303
        self.tell(lead())
        assert [mail.recipient for mail in outbox.letters()][1:] == [
            "clear-criteria-lead@example.org", account.email,
        ]  # fmt: skip
        stop = outbox.letters()[-1].unsubscribe_path
        client.delete_cookie("portevoix", domain="127.0.0.1")
        assert "A deadline" not in text_of_page(client.get(stop))
        assert client.post(stop, data={"List-Unsubscribe": "One-Click"}).status_code == 200
        assert client.post(stop, data={"List-Unsubscribe": "One-Click"}).status_code == 200
        self.tell(lead())
        assert [mail.recipient for mail in outbox.letters()][3:] == [
            "clear-criteria-lead@example.org"
        ]
        assert client.get("/workspace/mails/stop/nonsense").status_code == 410

    def test_end_with_the_role(self, outbox: Outbox) -> None:
        from campaign.accounts.models import AccountRole
        from campaign.accounts.operations.mail_choices import choose_mails
        from campaign.core.db import transaction

        make_petition()
        account = make_account("Palabre", Role.EDITOR, organisation=lead())
        with transaction():
            choose_mails(
                account=account, organisation_id=lead().id, wanted={MailKind.DEADLINE}, now=NOON
            )
        with transaction():
            db.session.execute(db.delete(AccountRole))
        self.tell(lead())
        assert len(outbox.letters()) == 1


def test_an_organisation_sees_what_it_holds_and_until_when(client: CheckingClient) -> None:
    make_petition(updates=True)
    make_yes("yes@example.org")
    make_confirmed(email="no@example.org")
    sign_in_as(client, make_account("Palabre", Role.COORDINATOR, organisation=lead()))
    page = text_of_page(client.get("/workspace/organisations/clear-criteria-lead/held"))
    assert "Said yes to your mails: addresses 1 Until the person takes the yes back" in page
    assert "Signed: names and addresses 2" in page
    assert "(1 December 2026)" in page or "(30 November 2026)" in page
    assert "Accounts with a role here 1" in page


class TestAdministrators:
    PAGE = "/workspace/administrators"

    def test_are_removed_helped_and_invited_again(
        self, client: CheckingClient, outbox: Outbox
    ) -> None:
        me = make_account("Lampe", is_administrator=True)
        sign_in_as(client, me)
        assert "The last administrator cannot go" in text_of_page(client.get(self.PAGE))
        other = make_account("Colline", is_administrator=True)
        assert (
            form_to(client.get(self.PAGE), f"{other.id}/lost-phone").send(client).status_code == 303
        )
        assert outbox.letters()[-1].context["is_reset"]
        assert form_to(client.get(self.PAGE), "/resend").send(client).status_code == 303
        assert form_to(client.get(self.PAGE), "/revoke").send(client).status_code == 303
        assert form_to(client.get(self.PAGE), f"{other.id}/remove").send(client).status_code == 303
        db.session.expire_all()
        assert [each.name for each in administrators()] == ["Lampe"]
        assert outbox.letters()[-1].context["what"] == "administrator_removed"
        assert not [form for form in forms_in(client.get(self.PAGE)) if "/remove" in form.action]
