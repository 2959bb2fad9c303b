"""Lists of those who said yes: who is in them, for how long, and that nothing half done is offered."""

import csv
import io
from datetime import timedelta

import pytest
import sqlalchemy as sa
from cryptography.exceptions import InvalidTag

from campaign.accounts.models import Account, AccountRole
from campaign.accounts.permissions import Role
from campaign.audit.queries import entries_about
from campaign.core.db import db, transaction
from campaign.core.spreadsheet import csv_pieces, workbook
from campaign.outbox.operations import suppress
from campaign.petitions import jobs
from campaign.petitions.models import ExportPart, Petition
from campaign.petitions.operations import exporting, taking_back
from campaign.petitions.queries.exporting import given_to
from campaign.petitions.queries.petitions import petition_by_slug
from campaign.petitions.rules.exporting import ExportOverError, ExportReasonMissingError
from campaign.privacy.retention import EXPORTS
from tests.databases import kind_under_test
from tests.factories.accounts import make_account
from tests.factories.exports import (
    ask,
    export_of,
    lead,
    make_yes,
    prepare,
    sheets_of,
    tables_of,
    take,
)
from tests.factories.petitions import NOON, make_confirmed, make_petition, queued_kinds, signatures
from tests.factories.retention import forget_by

pytestmark = pytest.mark.usefixtures("app", "clock")
SUBJECT = "petition:clear-criteria"


@pytest.fixture
def officer(app: object) -> Account:
    make_petition(updates=True)
    return make_account("Palabre", Role.OFFICER, organisation=lead())


def parts() -> list[ExportPart]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(ExportPart)))


def said_yes(content: bytes) -> list[list[str]]:
    return next(iter(sheets_of(content).values()))


def mails_in(content: bytes) -> set[str]:
    return {row[3] for row in said_yes(content)}


def removed_in(content: bytes) -> set[str]:
    return {row[0] for row in list(sheets_of(content).values())[-1]}


class TestWhoIsInIt:
    def test_those_who_said_yes_to_this_organisation_and_nobody_else(
        self, officer: Account
    ) -> None:
        make_yes("yes@example.org")
        make_confirmed(email="no@example.org")
        make_petition("other", updates=True)
        make_yes("elsewhere@example.org", slug="other")
        stopped = make_yes("stopped@example.org")
        with transaction():
            taking_back.stop_updates(stopped.ref, lead().id, now=NOON)
        gone = make_yes("gone@example.org")
        with transaction():
            taking_back.withdraw(gone, now=NOON)
        make_yes("never@example.org")
        with transaction():
            suppress(address="never@example.org", reason="objected", now=NOON)
        number = ask(officer.actor).id
        prepare()
        assert export_of(number).line_count == 1
        [row] = said_yes(take(number, officer.actor))
        assert row[:5] == [f"{number}-1", "Awa", "Exemple", "yes@example.org", "Français"]
        assert row[5:] == ["May we write? (fr)", "fr 1", "2026-03-02T10:00:00Z"]

    def test_who_takes_the_yes_back_is_missing_from_the_file_that_is_ready_too(
        self, officer: Account
    ) -> None:
        people = [make_yes(f"p{number}@example.org") for number in range(4)]
        number = ask(officer.actor).id
        prepare()
        with transaction():
            taking_back.stop_updates(people[0].ref, lead().id, now=NOON)
            taking_back.erase(people[1], never_write=True, now=NOON)
        first = take(number, officer.actor)
        assert mails_in(first) == {"p2@example.org", "p3@example.org"}
        assert removed_in(first) == set()
        with transaction():
            taking_back.withdraw(people[2], now=NOON)
        again = take(number, officer.actor)
        assert mails_in(again) == {"p3@example.org"}
        assert removed_in(again) == {f"{number}-1"}, "the line that the first copy has"
        assert given_to(signatures()[0]) == []

    def test_a_later_list_tells_whom_to_remove_from_every_copy(self, officer: Account) -> None:
        people = [make_yes(f"p{number}@example.org") for number in range(3)]
        old = ask(officer.actor).id
        prepare()
        take(old, officer.actor)
        with transaction():
            taking_back.erase(people[1], never_write=False, now=NOON)
        new = ask(officer.actor).id
        prepare()
        content = take(new, officer.actor)
        assert mails_in(content) == {"p0@example.org", "p2@example.org"}
        assert removed_in(content) == {f"{old}-2"}

    def test_a_number_given_anew_is_not_the_person_who_had_it(self, officer: Account) -> None:
        """SQLite gives the number of the newest row again once it is erased."""
        old = make_yes("old@example.org")
        number = ask(officer.actor).id
        prepare()
        take(number, officer.actor)
        with transaction():
            taking_back.erase(old, never_write=False, now=NOON)
        new = make_yes("new@example.org", now=NOON + timedelta(hours=1))
        assert given_to(new) == []
        later = ask(officer.actor, now=NOON + timedelta(hours=2)).id
        prepare(NOON + timedelta(hours=2))
        content = take(later, officer.actor, now=NOON + timedelta(hours=2))
        assert mails_in(content) == {"new@example.org"}
        assert removed_in(content) == {f"{number}-1"}


class TestTheFile:
    def test_says_its_scope_in_its_name_and_holds_no_formula(self, officer: Account) -> None:
        """Behaviour 106."""
        person = make_yes("+awa@example.org")
        with transaction():  # signing refuses such names today; older ones may be there
            person.given_name, person.family_name = "=HYPERLINK", "@sum"
        export = ask(officer.actor)
        prepare()
        content = take(export.id, officer.actor, "csv")
        names = sorted(tables_of(content))
        stem = f"clear-criteria_clear-criteria-lead_said-yes-to-mails_2026-03-02_{export.id}"
        assert names == [f"{stem}.csv", f"{stem}_remove-from-copies.csv"]
        [_heads, row] = csv.reader(io.StringIO(tables_of(content)[names[0]]))
        assert row[1:4] == ["'=HYPERLINK", "'@sum", "'+awa@example.org"]
        [row] = said_yes(take(export.id, officer.actor))
        assert row[1:4] == ["'=HYPERLINK", "'@sum", "'+awa@example.org"]

    def test_lies_sealed_and_opens_in_no_other_place(self, officer: Account) -> None:
        make_yes("sealed@example.org")
        make_yes("other@example.org")
        first, second = ask(officer.actor), ask("account:0", now=NOON)
        prepare()
        assert b"sealed@" not in (parts()[0].sealed or b"")
        assert export_of(second.id).state == "stopped", "who asked is nobody's officer"
        third = ask(officer.actor)
        prepare()
        with transaction():
            [one, other] = parts()
            one.sealed, other.sealed = other.sealed, one.sealed
        for number in (first.id, third.id):
            with pytest.raises(InvalidTag):
                take(number, officer.actor)

    def test_is_erased_after_two_days_though_nobody_came(self, officer: Account) -> None:
        make_yes("yes@example.org")
        number = ask(officer.actor).id
        prepare()
        later = NOON + timedelta(hours=48)
        with pytest.raises(ExportOverError):
            take(number, officer.actor, now=later)
        assert forget_by(EXPORTS, later - timedelta(seconds=1)) == 0
        assert forget_by(EXPORTS, later) == 1
        assert parts() == []
        assert export_of(number).state == "erased"

    def test_what_was_given_stays_known_for_two_years_without_a_line_of_it(
        self, officer: Account
    ) -> None:
        person = make_yes("yes@example.org")
        number = ask(officer.actor).id
        prepare()
        take(number, officer.actor)
        forget_by(EXPORTS, NOON + timedelta(hours=48))
        assert [part.sealed for part in parts()] == [None]
        assert [export.id for export in given_to(person)] == [number]
        assert forget_by(EXPORTS, NOON + timedelta(days=730)) == 1
        assert parts() == []

    def test_a_sheet_that_is_full_goes_on_in_the_next(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("campaign.core.spreadsheet.ROWS_IN_A_SHEET", 3)
        rows = [[f"<{number}> & \x01"] for number in range(7)]
        found = sheets_of(b"".join(workbook([("What/ever", ["Head"], rows), ("B", ["C"], [])])))
        assert {title: len(lines) for title, lines in found.items()} == {
            "What ever": 3, "What ever 2": 3, "What ever 3": 1, "B": 0,
        }  # fmt: skip
        assert found["What ever 3"] == [["<6> & "]]

    @pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＠"])
    def test_no_cell_of_a_table_starts_a_formula(self, start: str) -> None:
        text = b"".join(csv_pieces([[f"{start}1"]])).decode("utf-8-sig")
        assert next(csv.reader(io.StringIO(text, newline="")))[0] == f"'{start}1"


class TestPreparing:
    def test_a_reason_is_needed(self, officer: Account) -> None:
        with pytest.raises(ExportReasonMissingError), transaction():
            exporting.ask_for_export(
                petition=lead_petition(), organisation=lead(), reason="news", actor="a", now=NOON
            )

    def test_the_same_button_twice_is_one_list_and_two_people_have_two(
        self, officer: Account
    ) -> None:
        other = make_account("Étoile", Role.OFFICER, organisation=lead())
        make_yes("yes@example.org")
        numbers = {ask(officer.actor).id, ask(officer.actor).id}
        assert len(numbers) == 1
        assert ask(other.actor).id not in numbers
        prepare()
        assert queued_kinds().count("petitions/export_ready") == 2

    def test_it_goes_on_where_the_worker_was_killed(
        self, officer: Account, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        small_parts(monkeypatch)
        people = [make_yes(f"p{number}@example.org") for number in range(20)]
        number = ask(officer.actor).id
        monkeypatch.setattr("campaign.petitions.jobs.exporting.PARTS_IN_A_TURN", 1)
        jobs.advance_exports(NOON)
        assert 0 < export_of(number).at_id < people[-1].id
        with pytest.raises(ExportOverError):
            take(number, officer.actor)
        with pytest.raises(ZeroDivisionError), transaction():
            exporting.advance_export(now=NOON)
            raise ZeroDivisionError  # the machine goes down in the middle of a part
        prepare()
        assert mails_in(take(number, officer.actor)) == {person.email for person in people}

    def test_a_role_that_is_taken_away_stops_it_and_the_file_is_not_kept(
        self, officer: Account, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        small_parts(monkeypatch)
        for number in range(10):
            make_yes(f"p{number}@example.org")
        number = ask(officer.actor).id
        monkeypatch.setattr("campaign.petitions.jobs.exporting.PARTS_IN_A_TURN", 1)
        jobs.advance_exports(NOON)
        assert parts()
        with transaction():
            db.session.execute(sa.delete(AccountRole))
        prepare()
        assert export_of(number).state == "stopped"
        assert parts() == []
        assert "petitions/export_ready" not in queued_kinds()

    def test_a_full_disk_makes_it_fail_clearly_and_leaves_nothing(
        self, officer: Account, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        small_parts(monkeypatch)
        for number in range(20):
            make_yes(f"p{number}@example.org")
        number = ask(officer.actor).id
        monkeypatch.setattr("campaign.petitions.jobs.exporting.PARTS_IN_A_TURN", 1)
        jobs.advance_exports(NOON)
        refuse_parts()
        try:
            for _turn in range(4):
                jobs.advance_exports(NOON)
        finally:
            accept_parts()
        assert export_of(number).state == "failed"
        assert parts() == []
        assert "export.failed" in [entry.act for entry in entries_about(SUBJECT)]
        again = ask(officer.actor).id
        prepare()
        assert len(mails_in(take(again, officer.actor))) == 20


def lead_petition() -> Petition:
    found = petition_by_slug("clear-criteria")
    assert found is not None
    return found


def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of eight numbers, so that a few people make several."""
    monkeypatch.setattr("campaign.petitions.rules.exporting.NUMBERS_IN_A_PART", 8)
    monkeypatch.setattr("campaign.petitions.operations.exporting.NUMBERS_IN_A_PART", 8)


def refuse_parts() -> None:
    """The database has no room for another part, and says so as it does."""
    with transaction():
        if kind_under_test() == "sqlite":
            db.session.execute(
                sa.text(
                    "CREATE TRIGGER no_room BEFORE INSERT ON export_part "
                    "BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
                )
            )
            return
        db.session.execute(
            sa.text(
                "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION USING ERRCODE = '53100'; END $$"
            )
        )
        db.session.execute(
            sa.text(
                "CREATE TRIGGER no_room BEFORE INSERT ON export_part "
                "FOR EACH ROW EXECUTE FUNCTION no_room()"
            )
        )


def accept_parts() -> None:
    """There is room again."""
    db.session.rollback()
    with transaction():
        if kind_under_test() == "sqlite":
            db.session.execute(sa.text("DROP TRIGGER no_room"))
        else:
            db.session.execute(sa.text("DROP FUNCTION no_room CASCADE"))
