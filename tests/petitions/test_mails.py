"""The mails of signing: what they say, and all that they lead to."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask_babel import force_locale

from campaign.i18n.formats import long_date
from campaign.outbox.composing import Letter
from campaign.petitions import jobs
from config import Config
from tests.factories.petitions import NOON, make_confirmed, make_petition, sign
from tests.mailbox import Outbox, html_of, links_in, text_of

pytestmark = pytest.mark.usefixtures("app", "clock")
LANGUAGES = ("fr", "nl", "de", "en", "ar", "bm")
REMINDED = NOON + timedelta(days=3)


def letters_of_signing(outbox: Outbox) -> list[Letter]:
    """A confirmation, a reminder, and the answer to one who signed before."""
    make_petition()
    sign()
    jobs.send_reminders(REMINDED)
    make_confirmed(email="twice@example.org")
    sign(email="twice@example.org")
    kinds = ("confirm_signature", "confirm_reminder", "already_signed")
    return [outbox.letters(kind=f"petitions/{kind}")[0] for kind in kinds]


def addresses_in(outbox: Outbox, letter: Letter) -> set[str]:
    """Every address in either form of a mail."""
    mail = outbox.written(letter)
    return set(links_in(mail)) | set(re.findall(r'(?:href|src|action)="([^"]+)"', html_of(mail)))


def test_one_signature_is_one_confirmation_with_one_link_to_press(outbox: Outbox) -> None:
    """R9."""
    make_petition()
    sign()
    [mail] = outbox.mails()
    assert str(mail["To"]) == "awa@example.org"
    links = [link for link in links_in(mail) if "/confirm/" in link]
    assert len(set(links)) == 2, "confirm, and say that it was not me"
    assert {link.partition("#")[0] for link in links} == {links[0].partition("#")[0]}


def test_every_yes_is_told_and_a_no_is_told_as_a_no(outbox: Outbox) -> None:
    """R9: what is confirmed is the signature and each yes."""
    petition = make_petition(updates=True)
    field = f"updates_{petition.carriers[0].organisation_id}"
    sign(email="yes@example.org", **{field: "yes"})
    sign(email="no@example.org", **{field: "no"})
    yes, no = outbox.mails()
    question = "May we write? (fr)"
    for written in (text_of, html_of):
        assert f"{question} Oui" in written(yes), "in the words that were agreed to"
        assert question not in written(no)


def test_no_mail_promises_a_day_on_which_its_link_is_over(outbox: Outbox) -> None:
    """Behaviour 25: the petition may end sooner than the link's seven days."""
    make_petition(closes_at=NOON + timedelta(days=4))
    sign()
    jobs.send_reminders(REMINDED)
    last_day = (NOON + timedelta(days=5)).date().isoformat()
    assert [letter.context["expires_on"] for letter in outbox.letters()] == [last_day] * 2


def test_support_is_never_called_a_signature(outbox: Outbox) -> None:
    """Where our form does not count in law, no mail of ours says "signed"."""
    for letter in letters_of_signing(outbox):
        mail = outbox.written(letter)
        words = f"{mail['Subject']} {text_of(mail)} {re.sub('<[^>]*>', ' ', html_of(mail))}"
        words = re.sub(r"https?://\S+", "", words)
        # What is given to the authority itself is a signature, and the mail leads to it.
        words = re.sub(r"la signature qui compte en droit|Signer là où ça compte", "", words)
        assert re.search("soutien|souten", words)
        assert not re.search(r"\bsign(é|er|ée|ature)\b", words), words


def test_a_signature_is_called_so_where_our_form_counts(outbox: Outbox) -> None:
    make_petition("own", instrument_id="none", goal=10)
    sign("own")
    sign("own", now=NOON + timedelta(hours=1))
    make_confirmed("own", email="twice@example.org")
    sign("own", email="twice@example.org")
    for mail in outbox.mails():
        assert "sign" in text_of(mail)
        assert "souten" not in text_of(mail)


def test_who_signed_before_is_told_the_day_and_that_nothing_changed(outbox: Outbox) -> None:
    """R11: on the screen the same as ever, in the mail the truth."""
    make_petition()
    make_confirmed(email="twice@example.org")
    sign(email="twice@example.org", now=NOON + timedelta(days=20))
    mail = outbox.mails()[-1]
    with force_locale("fr"):
        assert long_date(NOON) in text_of(mail)
    assert "rien n’a été changé" in text_of(mail)


def test_they_lead_to_the_petition_the_link_and_ones_own_page_and_nowhere_else(
    outbox: Outbox, test_config: Config
) -> None:
    """R9: no other promotion, no picture, nothing on another host that would tell of the reading."""
    for letter in letters_of_signing(outbox):
        for address in addresses_in(outbox, letter):
            parts = urlsplit(address)
            assert f"{parts.scheme}://{parts.netloc}" == test_config.base_url, address
            assert parts.query == "", "nothing to count clicks by"
            assert re.fullmatch(
                r"/fr/(petitions/clear-criteria(/official)?|official/[\w-]{40,}|confirm/[\w-]{43,}"
                r"|signature/[\w-]{40,})|/?(fr/?)?",
                parts.path,
            ), address
        assert "<img" not in html_of(outbox.written(letter))


def test_no_link_carries_anything_of_the_person(outbox: Outbox) -> None:
    """R9: nor anything that can be computed from the address."""
    for letter in letters_of_signing(outbox):
        for address in addresses_in(outbox, letter):
            told = address.lower()
            assert not [word for word in ("awa", "exemple", "twice", "@", "%40") if word in told]


def test_nobody_unsubscribes_from_a_confirmation(outbox: Outbox) -> None:
    """R9: one-click unsubscription is for updates only."""
    for letter in letters_of_signing(outbox):
        mail = outbox.written(letter)
        assert mail["List-Unsubscribe"] is None
        assert "/unsubscribe/" not in text_of(mail) + html_of(mail)


def test_what_somebody_typed_as_a_name_is_in_no_mail(outbox: Outbox) -> None:
    """R9: whoever types another's address sends them no words of their own."""
    make_petition()
    sign(given_name="Come to our party", family_name="Bcc x")
    [mail] = outbox.mails()
    assert mail["Bcc"] is None
    for told in (str(mail), text_of(mail), html_of(mail)):
        assert "party" not in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_last_day_of_the_link_is_said_in_the_readers_language(
    app: Flask, outbox: Outbox, language: str
) -> None:
    """R9: seven days, and the reminder says the same day."""
    make_petition()
    sign(language=language)
    jobs.send_reminders(REMINDED)
    with app.test_request_context(f"/{language}/"), force_locale(language):
        day = long_date((NOON + timedelta(days=7)).date())
    for mail in outbox.mails():
        assert " ".join(day.split()) in " ".join(text_of(mail).split())
        assert " ".join(day.split()) in " ".join(html_of(mail).split())


def test_the_one_who_signed_before_is_told_the_truth_and_given_no_link_to_press(
    outbox: Outbox,
) -> None:
    """Behaviour 11, R11."""
    *_others, repeated = letters_of_signing(outbox)
    assert repeated.recipient == "twice@example.org"
    addresses = addresses_in(outbox, repeated)
    assert not [address for address in addresses if "/confirm/" in address]
    assert [address for address in addresses if "/signature/" in address]
