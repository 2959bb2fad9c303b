"""The pages of moderators: the queue, one petition, the decision with its mails seen first."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from campaign.accounts.models import Account
from campaign.accounts.permissions import OF_AN_ORGANISATION, Role
from campaign.core.db import db, transaction
from campaign.petitions.models import Petition, PetitionOrganisation
from campaign.petitions.operations import moderating
from campaign.petitions.queries.moderating import case_of, decisions_of
from campaign.petitions.rules.moderating import Act
from tests.factories.accounts import make_account, sign_in_as
from tests.factories.moderating import claim, decide, make_submitted, petition_now, reword
from tests.factories.petitions import (
    LANGUAGES,
    NOON,
    make_confirmed,
    make_organisation,
    make_petition,
    queued_kinds,
    sign,
    signatures,
)
from tests.mailbox import Outbox, text_of
from tests.pages.client import CheckingClient, html_of
from tests.pages.forms import form_to, forms_in, links_of, text_of_page

pytestmark = pytest.mark.usefixtures("clock")
SLUG = "clear-criteria"
QUEUE = "/workspace/moderation"
CASE = f"{QUEUE}/{SLUG}"
HUB = f"/workspace/petitions/{SLUG}"
PUBLIC = f"/fr/petitions/{SLUG}"


def moderator(client: CheckingClient, *, language: str = "en") -> Account:
    """Sign in a moderator of the organisation that leads."""
    account = make_account(
        "Kora", Role.MODERATOR, organisation=make_organisation(f"{SLUG}-lead"), language=language
    )
    sign_in_as(client, account)
    return account


def administrator(client: CheckingClient) -> Account:
    """Sign in an administrator of the platform."""
    account = make_account("Balafon", is_administrator=True)
    sign_in_as(client, account)
    return account


def waiting(client: CheckingClient, *, days: int = 0, **facts: object) -> Account:
    """A petition that waits, taken by an administrator who has signed in."""
    make_submitted(waits=timedelta(days=days), **facts)
    account = administrator(client)
    client.post(f"{CASE}/claim", data=form_to(client.get(CASE), "/claim").fields)
    return account


def previewed(client: CheckingClient, **typed: str) -> object:
    """Fill the decision in and look at the mails."""
    return client.post(
        f"{CASE}/preview", data={**form_to(client.get(CASE), "/preview").fields, **typed}
    )


def decided(client: CheckingClient, told: str = "no", **typed: str) -> object:
    """The whole way of a decision: filled in, previewed, pressed."""
    page = previewed(client, **typed)
    assert page.status_code == 200, text_of_page(page)  # type: ignore[attr-defined]
    form = next(each for each in forms_in(page) if not each.action.endswith("/preview"))  # type: ignore[arg-type]
    return client.post(form.action, data={**form.fields, "told": told})


class TestQueue:
    def test_shows_what_waits_by_age_in_words(self, client: CheckingClient) -> None:
        """Behaviour 59."""
        make_submitted(waits=timedelta(days=15))
        make_submitted("near", waits=timedelta(days=12))
        make_submitted("fresh")
        administrator(client)
        text = text_of_page(client.get(QUEUE))
        for words in ("overdue", "nearly too late", "in time", "15", "its writers were not told"):
            assert words in text
        page = client.get(f"{QUEUE}?show=overdue")
        links = [link for link in links_of(page) if link.startswith(f"{QUEUE}/")]
        assert links == [CASE]

    def test_a_moderator_sees_only_what_their_organisation_carries(
        self, client: CheckingClient
    ) -> None:
        make_submitted()
        make_submitted("other")
        moderator(client)
        links = links_of(client.get(QUEUE))
        assert CASE in links
        assert f"{QUEUE}/other" not in links
        assert client.get(f"{QUEUE}/other").status_code == 403

    def test_an_empty_queue_says_so(self, client: CheckingClient) -> None:
        moderator(client)
        for chosen in ("", "?show=mine", "?show=stopped", "?show=invented"):
            assert client.get(f"{QUEUE}{chosen}").status_code == 200
        assert "Nothing waits" in text_of_page(client.get(QUEUE))

    def test_a_number_or_an_address_leads_to_its_petition(self, client: CheckingClient) -> None:
        """Behaviour 112."""
        petition = make_submitted()
        moderator(client)
        for typed in (str(petition.id), SLUG, f" {SLUG.upper()} "):
            response = client.get(QUEUE, query_string={"q": typed})
            assert response.location.endswith(CASE)

    @pytest.mark.parametrize("typed", ["999999", "nowhere", "²", "9" * 40, "<b>"])
    def test_an_unknown_one_says_so(self, client: CheckingClient, typed: str) -> None:
        """Behaviour 112."""
        make_submitted()
        moderator(client)
        response = client.get(QUEUE, query_string={"q": typed})
        assert response.status_code == 200
        assert "No petition that you moderate has this number" in text_of_page(response)

    def test_another_organisations_petition_is_unknown_too(self, client: CheckingClient) -> None:
        make_submitted("other")
        moderator(client)
        assert client.get(QUEUE, query_string={"q": "other"}).status_code == 200

    @pytest.mark.parametrize("role", [r for r in OF_AN_ORGANISATION if r is not Role.MODERATOR])
    def test_the_other_roles_do_not_come_in(self, client: CheckingClient, role: Role) -> None:
        make_submitted()
        place = make_organisation(f"{SLUG}-lead")
        sign_in_as(client, make_account("Palabre", role, organisation=place))
        assert client.get(QUEUE).status_code == 403
        assert client.get(CASE).status_code == 403
        assert client.get("/workspace/moderation/nowhere").status_code == 404


class TestReading:
    def test_every_language_is_there_with_the_places_to_look_at_marked(
        self, client: CheckingClient
    ) -> None:
        """Behaviour 64."""
        make_submitted()
        reword(letter="Le gardien Dupont Exemple. Appelez le 0470 12 34 56.")
        moderator(client)
        html = html_of(client.get(CASE))
        assert html.count("<mark>") >= 2
        assert "the name of a guard or of a person held" in html
        assert "a phone number or another long number" in html
        for language in LANGUAGES:
            assert f"Clear criteria ({language})" in html

    @pytest.mark.parametrize("language", ["fr", "nl", "en"])
    @pytest.mark.parametrize("state", ["draft", "submitted", "open", "closed", "suspended"])
    def test_opens_in_every_state_and_language(
        self, client: CheckingClient, state: str, language: str
    ) -> None:
        make_petition(state=state)
        moderator(client, language=language)
        assert client.get(CASE).status_code == 200
        assert client.get(QUEUE).status_code == 200

    def test_what_was_written_cannot_run(self, client: CheckingClient) -> None:
        make_submitted()
        reword(letter="<script>alert(1)</script> https://example.org/source")
        moderator(client)
        assert "<script>alert" not in html_of(client.get(CASE))

    def test_one_sees_who_reads_and_takes_over_knowingly(self, client: CheckingClient) -> None:
        """Behaviour 58."""
        make_submitted()
        other = make_account(
            "Djembe", Role.MODERATOR, organisation=make_organisation(f"{SLUG}-lead")
        )
        claim(actor=other.actor)
        mine = moderator(client)
        page = client.get(CASE)
        assert "Djembe has been reading it since" in text_of_page(page)
        assert not [form for form in forms_in(page) if form.action.endswith("/preview")]
        client.post(f"{CASE}/claim", data=form_to(page, "/claim").fields)
        case = case_of(petition_now().id)
        assert case is not None
        assert case.claimed_by == mine.actor

    def test_who_was_overtaken_is_told_and_decides_nothing(self, client: CheckingClient) -> None:
        """Behaviour 58."""
        account = waiting(client)
        form = {
            **form_to(client.get(CASE), "/preview").fields,
            "act": "return",
            "comment": "Shorter.",
        }
        claim(actor="account:77", seen=account.actor)
        response = client.post(f"{CASE}/preview", data=form)
        assert response.status_code == 409
        assert "Somebody else is reading this petition now" in text_of_page(response)
        told = client.get(f"{CASE}/reader.json").get_json()
        assert told["reader"] == "account:77"
        assert petition_now().state == "in_moderation"

    def test_two_who_press_at_once_do_not_both_take_it(self, client: CheckingClient) -> None:
        """Behaviour 58."""
        make_submitted()
        moderator(client)
        form = form_to(client.get(CASE), "/claim").fields
        claim(actor="account:77")
        response = client.post(f"{CASE}/claim", data=form)
        assert response.status_code == 409
        assert "Nothing was changed" in text_of_page(response)

    def test_marks_are_set_and_taken_away_and_mail_nobody(self, client: CheckingClient) -> None:
        """Behaviour 55."""
        make_submitted()
        moderator(client)
        for mark, words in (("flagged", "a second pair of eyes"), ("dormant", "set aside")):
            data = {**form_to(client.get(CASE), "/mark").fields, "mark": mark}
            client.post(f"{CASE}/mark", data=data)
            assert words in text_of_page(client.get(CASE))
        client.post(f"{CASE}/mark", data={**data, "mark": ""})
        assert queued_kinds() == []


class TestNotes:
    def test_are_kept_by_the_button_and_survive_a_reload(self, client: CheckingClient) -> None:
        """Behaviour 111."""
        make_submitted()
        moderator(client)
        form = {**form_to(client.get(CASE), "/notes").fields, "notes": "First.\r\nSecond."}
        assert client.post(f"{CASE}/notes", data=form).status_code == 303
        html = html_of(client.get(CASE))
        assert "First.\nSecond." in html
        assert "last word: Kora" in html

    def test_are_kept_while_one_writes(self, client: CheckingClient) -> None:
        """Behaviour 111."""
        make_submitted()
        moderator(client)
        form = {**form_to(client.get(CASE), "/notes").fields, "notes": "One"}
        assert client.post(f"{CASE}/notes.json", data=form).get_json() == {"version": 1}
        refused = client.post(f"{CASE}/notes.json", data={**form, "notes": "Two"})
        assert refused.status_code == 409
        assert "Somebody else wrote" in refused.get_json()["problem"]

    def test_what_was_typed_stays_when_somebody_else_was_quicker(
        self, client: CheckingClient
    ) -> None:
        petition = make_submitted()
        moderator(client)
        form = {**form_to(client.get(CASE), "/notes").fields, "notes": "Mine"}
        with transaction():
            moderating.write_notes(petition.id, "Theirs", version=0, actor="account:9", now=NOON)
        response = client.post(f"{CASE}/notes", data=form)
        assert response.status_code == 409
        assert "Mine</textarea>" in html_of(response)
        assert "Somebody else wrote in these notes" in text_of_page(response)

    def test_editors_do_not_see_them(self, client: CheckingClient) -> None:
        petition = make_submitted()
        with transaction():
            moderating.write_notes(petition.id, "Between us", version=0, actor="a", now=NOON)
        place = make_organisation(f"{SLUG}-lead")
        sign_in_as(client, make_account("Palabre", Role.EDITOR, organisation=place))
        assert "Between us" not in text_of_page(client.get(HUB))


class TestDeciding:
    def test_the_mail_is_seen_word_for_word_before_it_goes(
        self, client: CheckingClient, outbox: Outbox
    ) -> None:
        waiting(client)
        page = previewed(client, act="return", comment="Say which law.\r\nAnd when.")
        text = html_of(page)  # type: ignore[arg-type]
        assert queued_kinds() == []
        assert petition_now().state == "in_moderation"
        assert "clear-criteria-lead@example.org" in text
        decided(client, "yes", act="return", comment="Say which law.\r\nAnd when.")
        mail = outbox.last("clear-criteria-lead@example.org")
        squeezed = re.sub(r"\s+", " ", text_of_page(page))  # type: ignore[arg-type]
        assert re.sub(r"\s+", " ", text_of(mail)).strip() in squeezed
        assert mail["Subject"] in squeezed

    def test_each_organisation_is_told_in_its_own_language(
        self, client: CheckingClient, outbox: Outbox
    ) -> None:
        waiting(client)
        dutch = make_organisation("nederlands", language="nl")
        with transaction():
            db.session.add(
                PetitionOrganisation(
                    petition_id=petition_now().id,
                    organisation_id=dutch.id,
                    position=1,
                    role="partner",
                )
            )
        page = previewed(client, act="return", comment="Korter.")
        assert "Votre pétition" in html_of(page)  # type: ignore[arg-type]
        assert "Jullie petitie" in html_of(page)  # type: ignore[arg-type]

    def test_approving_opens_it_and_mails_only_if_asked(self, client: CheckingClient) -> None:
        """Behaviour 50."""
        waiting(client)
        assert client.get(PUBLIC).status_code == 404
        response = decided(client, act="approve", looked_at="y")
        assert response.location.endswith("done=decided")  # type: ignore[attr-defined]
        assert queued_kinds() == []
        assert client.get(PUBLIC).status_code == 200
        sign()
        assert len(signatures()) == 1

    def test_approving_with_the_mail(self, client: CheckingClient) -> None:
        """Behaviour 50."""
        waiting(client)
        decided(client, "yes", act="approve", looked_at="y")
        assert queued_kinds() == ["petitions/decision_told"]

    def test_pressing_twice_decides_once(self, client: CheckingClient) -> None:
        waiting(client)
        page = previewed(client, act="approve", looked_at="y")
        form = form_to(page, "/decide").fields  # type: ignore[arg-type]
        codes = [
            client.post(f"{CASE}/decide", data={**form, "told": "yes"}).status_code
            for _press in range(2)
        ]
        assert codes == [303, 409]
        assert queued_kinds() == ["petitions/decision_told"]

    def test_rejecting_without_a_reason_keeps_what_was_typed(self, client: CheckingClient) -> None:
        """Behaviour 51."""
        waiting(client)
        response = previewed(client, act="reject", comment="Not like this.")
        assert response.status_code == 422  # type: ignore[attr-defined]
        assert "Choose one of the reasons" in text_of_page(response)  # type: ignore[arg-type]
        assert "Not like this.</textarea>" in html_of(response)  # type: ignore[arg-type]

    def test_no_act_at_all_is_refused(self, client: CheckingClient) -> None:
        waiting(client)
        for act in ("", "burn"):
            assert previewed(client, act=act).status_code == 409  # type: ignore[attr-defined]

    def test_rejected_it_stays_readable_with_its_reason_and_takes_no_signature(
        self, client: CheckingClient
    ) -> None:
        """Behaviour 52."""
        waiting(client)
        decided(client, act="reject", reason="unclear")
        page = client.get(PUBLIC)
        assert page.status_code == 200
        assert "Elle ne demande rien de précis" in text_of_page(page)
        assert not [form for form in forms_in(page) if form.action.endswith("/sign")]
        assert client.get("/fr/petitions").status_code == 200
        assert PUBLIC not in links_of(client.get("/fr/petitions"))

    def test_what_is_missing_before_it_opens_is_named(self, client: CheckingClient) -> None:
        """Behaviour 64."""
        waiting(client)
        reword(letter="Appelez le 0470 12 34 56.")
        response = previewed(client, act="approve", looked_at="y")
        assert response.status_code == 422  # type: ignore[attr-defined]
        assert "No phone number, register number" in text_of_page(response)  # type: ignore[arg-type]

    def test_a_text_that_changed_meanwhile_is_read_again_first(
        self, client: CheckingClient
    ) -> None:
        """Behaviour 58."""
        waiting(client)
        page = previewed(client, act="approve", looked_at="y")
        reword(ask="Something else.")
        form = form_to(page, "/decide").fields  # type: ignore[arg-type]
        response = client.post(f"{CASE}/decide", data={**form, "told": "yes"})
        assert response.status_code == 409
        assert "Something else." in text_of_page(response)
        assert (petition_now().state, queued_kinds()) == ("in_moderation", [])

    def test_one_goes_back_with_what_was_filled_in(self, client: CheckingClient) -> None:
        waiting(client)
        page = previewed(client, act="return", comment="Shorter.")
        back = form_to(page, "/preview").fields  # type: ignore[arg-type]
        response = client.post(f"{CASE}/preview", data={**back, "step": "back"})
        assert "Shorter.</textarea>" in html_of(response)

    def test_the_comments_stand_on_the_hub_of_its_writers(self, client: CheckingClient) -> None:
        waiting(client)
        decided(client, act="return", comment="Say which law.")
        place = make_organisation(f"{SLUG}-lead")
        sign_in_as(client, make_account("Palabre", Role.EDITOR, organisation=place))
        text = text_of_page(client.get(HUB))
        assert "Say which law." in text
        assert "Change the text, then hand it in again" in text

    def test_the_hub_says_how_long_it_waits(self, client: CheckingClient) -> None:
        make_submitted(waits=timedelta(days=12))
        place = make_organisation(f"{SLUG}-lead")
        sign_in_as(client, make_account("Palabre", Role.EDITOR, organisation=place))
        text = text_of_page(client.get(HUB))
        assert "It has waited for 12 days" in text
        assert "nearly too late" in text

    def test_a_delay_is_told_after_a_look_at_the_mail(self, client: CheckingClient) -> None:
        make_submitted(waits=timedelta(days=15))
        administrator(client)
        page = client.post(f"{CASE}/preview", data=form_to(client.get(CASE), "/preview").fields)
        assert "encore d’être lue" in html_of(page)
        form = form_to(page, "/decide").fields
        client.post(f"{CASE}/decide", data={**form, "told": "yes"})
        assert queued_kinds() == ["petitions/decision_told"]
        assert "Its writers were told on" in text_of_page(client.get(CASE))

    def test_a_moderator_does_not_open_the_first_petition(self, client: CheckingClient) -> None:
        make_submitted()
        moderator(client)
        client.post(f"{CASE}/claim", data=form_to(client.get(CASE), "/claim").fields)
        response = previewed(client, act="approve", looked_at="y")
        assert response.status_code == 403  # type: ignore[attr-defined]
        assert "an administrator of the platform decides" in text_of_page(response)  # type: ignore[arg-type]

    def test_a_role_taken_away_meanwhile_decides_nothing(self, client: CheckingClient) -> None:
        account = waiting(client)
        page = previewed(client, act="approve", looked_at="y")
        with transaction():
            db.session.get_one(Account, account.id).is_administrator = False
        form = form_to(page, "/decide").fields  # type: ignore[arg-type]
        assert client.post(f"{CASE}/decide", data=form).status_code == 403
        assert petition_now().state == "in_moderation"

    def test_only_answers_go_through_the_door_of_answers(self, client: CheckingClient) -> None:
        make_petition()
        administrator(client)
        page = previewed(client, stops_as="removed", reason="endangers")
        form = form_to(page, "/stop").fields  # type: ignore[arg-type]
        assert client.post(f"{CASE}/decide", data=form).status_code == 409
        assert petition_now().state == "open"


HIDDEN_FROM = (
    PUBLIC,
    f"{PUBLIC}/count.json",
    f"{PUBLIC}/sign",
    f"{PUBLIC}/share",
    f"{PUBLIC}/card.png",
    f"{PUBLIC}/where",
    f"{PUBLIC}/history.json",
    f"{PUBLIC}/official",
    f"{PUBLIC}/check-mailbox",
)


def seen_in(client: CheckingClient, *addresses: str) -> list[str]:
    """Those of these public pages on which the petition can be found."""
    return [
        address
        for address in addresses
        if SLUG in client.get(address, follow_redirects=True).get_data(as_text=True)
    ]


class TestHiding:
    LISTS = ("/fr/", "/fr/petitions", "/fr/petitions?q=criteria", "/sitemap.xml", "/fr/feed.xml",
             "/fr/instruments/be-chamber-hearing")  # fmt: skip

    def test_a_reason_like_libel_hides_it_everywhere_public_and_not_in_the_workspace(
        self, client: CheckingClient
    ) -> None:
        """Behaviour 53."""
        make_petition()
        make_confirmed()
        for address in (*HIDDEN_FROM, *self.LISTS):
            client.get(address)
        assert seen_in(client, PUBLIC, "/fr/", "/fr/petitions") != []
        administrator(client)
        decided(client, stops_as="hidden", reason="endangers")
        found = {address: client.get(address).status_code for address in HIDDEN_FROM}
        assert set(found.values()) == {404}, found
        assert seen_in(client, *self.LISTS) == []
        for address in (CASE, HUB, f"{QUEUE}?show=stopped"):
            assert "Clear criteria" in text_of_page(client.get(address))

    def test_hidden_before_it_ever_opened(self, client: CheckingClient) -> None:
        """Behaviours 53 and 54."""
        waiting(client)
        decided(client, act="reject", reason="duplicate", is_hidden="y")
        assert client.get(PUBLIC).status_code == 404
        assert "Clear criteria" in text_of_page(client.get(f"{QUEUE}?show=refused"))

    def test_removed_is_gone(self, client: CheckingClient) -> None:
        """Behaviour 101."""
        make_petition()
        administrator(client)
        client.get(PUBLIC)
        decided(client, stops_as="removed", reason="legal_order")
        assert client.get(PUBLIC).status_code == 410
        assert client.get(f"{PUBLIC}/count.json").status_code == 410

    def test_nobody_signs_or_is_written_to_while_it_is_suspended(
        self, client: CheckingClient
    ) -> None:
        make_petition()
        administrator(client)
        decided(client, stops_as="suspended", reason="legal_order")
        page = client.get(PUBLIC)
        assert page.status_code == 200
        assert not [form for form in forms_in(page) if form.action.endswith("/sign")]


class TestRestoring:
    def test_a_moderator_takes_it_down_and_cannot_put_it_back(self, client: CheckingClient) -> None:
        """Behaviour 57."""
        make_petition()
        moderator(client)
        page = client.get(CASE)
        assert 'value="removed"' not in html_of(page)
        decided(client, stops_as="hidden", reason="endangers")
        assert petition_now().state == "hidden"
        page = client.get(CASE)
        assert "Only an administrator of the platform can bring it back" in text_of_page(page)
        data = {**form_to(page, "/notes").fields, "act": "restore", "seen": "x"}
        assert client.post(f"{CASE}/restore", data=data).status_code == 403
        assert petition_now().state == "hidden"

    def test_an_administrator_brings_it_back_as_it_was(self, client: CheckingClient) -> None:
        """Behaviour 56."""
        make_petition()
        decide(Act.STOP, reason="endangers", stops_as="removed")
        administrator(client)
        response = decided(client, "yes")
        assert response.status_code == 303  # type: ignore[attr-defined]
        assert petition_now().state == "open"
        assert client.get(PUBLIC).status_code == 200
        assert queued_kinds() == ["petitions/decision_told"]

    def test_stopping_and_restoring_ask_again_who_it_is(
        self, client: CheckingClient, app: Flask
    ) -> None:
        for name in ("stop_one", "restore_one"):
            view = app.view_functions[f"petitions_workspace.{name}"]
            assert getattr(view, "asks_again", False)

    def test_history_tells_who_decided_what(self, client: CheckingClient) -> None:
        petition: Petition = make_petition()
        account = administrator(client)
        decided(client, stops_as="suspended", reason="legal_order", comment="By order.")
        assert [each.actor for each in decisions_of(petition.id)] == [account.actor]
        text = text_of_page(client.get(CASE))
        assert "By order." in text
        assert "Balafon" in text
