"""Composing is quick because it keeps what is alike; what it writes must not differ for that."""

from email import message_from_bytes
from email.policy import default as modern
from typing import Any

import pytest
from flask import Flask, g, render_template
from flask_babel import force_locale, get_locale

from campaign.core import clock as product_clock
from campaign.i18n.languages import LANGUAGES
from campaign.outbox.composing import Composer, Letter, UnrenderableError
from tests.mail_server import BASE_URL, SENDER, make_composer

SIGNATURE = {
    "title": "Rights & <papers> 100 %",
    "petition_path": "/fr/petitions/rights",
    "confirm_path": "/fr/confirm/a-b_c",
    "not_me_path": "/fr/confirm/a-b_c#not-me",
    "rights_path": "/fr/signature/d&e",
    "updates": ["First & Co"],
    "expires_on": "2026-03-16",
    "signed_on": "2026-03-02",
    "is_support": False,
    "has_official_channel": True,
    "official_path": "/fr/petitions/rights/official",
    "answer_path": "/fr/official/f-g_h",
}
CONTEXTS: dict[str, dict[str, Any]] = {
    "accounts/invitation": {
        "organisation": "Rights & <papers>",
        "role": "data_officer",
        "inviter": "Palabre <3",
        "is_reset": False,
        "accept_path": "/workspace/invitation/a-b_c",
        "expires_on": "2026-03-16",
    },
    "accounts/new_password": {"password_path": "/workspace/password/a-b_c"},
    "accounts/confirm_address": {"confirm_path": "/workspace/address/a-b_c", "is_new": True},
    "accounts/security_changed": {
        "what": "passkey_added",
        "account_path": "/workspace/account",
    },
    "petitions/confirm_signature": SIGNATURE,
    "petitions/confirm_reminder": SIGNATURE | {"updates": [], "is_support": True},
    "petitions/already_signed": SIGNATURE,
    "petitions/official_reminder": SIGNATURE | {"closes_on": "2026-05-31"},
    "petitions/your_links": {
        "lines": [
            {
                "title": "Rights & <papers>",
                "name": "<Awa>",
                "signed_on": "2026-03-02",
                "rights_path": "/fr/signature/d&e",
            }
        ]
    },
    "petitions/confirm_address": {
        "title": "Rights & <papers>",
        "address_path": "/fr/address/a-b_c",
        "about": "0a1b",
    },
    "petitions/address_asked": {
        "title": "Rights & <papers>",
        "rights_path": "/fr/signature/d&e",
    },
    "petitions/petition_update": {
        "title": "Rights & <papers>",
        "organisation": "First & Co",
        "subject": "They <listen>",
        "body_text": "On **Tuesday** & later",
        "body_html": "<p>On <strong>Tuesday</strong></p>",
        "is_test": False,
        "petition_path": "/fr/petitions/rights",
        "stop_path": "/fr/unsubscribe/a-b_c",
        "rights_path": "/fr/signature/d&e",
    },
    "petitions/threshold_crossed": {
        "title": "Rights & <papers>",
        "petition_path": "/fr/petitions/rights",
        "stratum": "VLG",
        "is_undone": False,
        "counted": 14500,
        "minimum": 14500,
        "crossed_at": "2026-03-02T10:00:00+00:00",
        "is_member": True,
        "stop_path": "/workspace/mails/stop/a-b_c",
    },
    "petitions/export_ready": {
        "title": "Rights & <papers>",
        "export_path": "/workspace/petitions/rights/exports/7",
        "until": "2026-03-04T10:00:00+00:00",
        "is_member": True,
        "stop_path": "/workspace/mails/stop/a-b_c",
    },
    "petitions/burst_noticed": {
        "title": "Rights & <papers>",
        "measured": 80,
        "expected": 4,
        "abuse_path": "/workspace/petitions/rights/abuse",
        "is_member": True,
        "stop_path": "/workspace/mails/stop/a-b_c",
    },
    "petitions/emergency_asked": {
        "asker": "Palabre <3",
        "about": "Rights & <papers>",
        "is_erasure": False,
        "until": "2026-03-03T10:00:00+00:00",
        "emergency_path": "/workspace/emergencies",
    },
    "petitions/decision_told": {
        "title": "Rights & <papers>",
        "outcome": "reject",
        "reason": "unclear",
        "comment": "Say <who> & when.",
        "is_public": True,
        "petition_path": "/fr/petitions/rights",
        "hub_path": "/workspace/petitions/rights",
        "is_member": True,
        "stop_path": "/workspace/mails/stop/t",
    },
    "petitions/stage_reminder": {
        "title": "Rights & <papers>",
        "stages_path": "/workspace/petitions/rights/stages",
        "stage": "hearing",
        "remind_on": "2026-05-31",
    },
    "petitions/where_it_stands": {
        "title": "Rights & <papers>",
        "petition_path": "/fr/petitions/rights",
        "days_left": 14,
        "is_member": False,
        "stop_path": "",
        "closes_on": "2026-03-16",
        "behind": ["VLG"],
        "lines": [
            {
                "stratum": "VLG", "counted": 8160, "minimum": 14500, "missing": 6340,
                "needed": 453, "pace": 128, "low": 9000, "high": 11000, "is_behind": True,
            },
            {
                "stratum": "BRU", "counted": 2500, "minimum": 2500, "missing": 0,
                "needed": 0, "pace": 40, "low": 3000, "high": 3600, "is_behind": False,
            },
            {
                "stratum": "WAL", "counted": 10, "minimum": 8000, "missing": 7990,
                "needed": None, "pace": None, "low": None, "high": None, "is_behind": False,
            },
        ],
    },
}  # fmt: skip


def letter_of(kind: str, **changes: Any) -> Letter:
    values: dict[str, Any] = {
        "message_key": bytes(16),
        "kind": kind,
        "language": "fr",
        "recipient": "reader@example.org",
        "context": CONTEXTS.get(kind, {}),
        "unsubscribe_path": "",
    }
    return Letter(**(values | changes))


def test_every_kind_of_message_is_tried_here(app: Flask) -> None:
    assert app.jinja_loader is not None
    names = app.jinja_loader.list_templates()
    kinds = {
        name[5:-12] for name in names if name.startswith("mail/") and name.endswith("/subject.txt")
    }
    assert kinds == set(CONTEXTS)


@pytest.mark.parametrize("kind", CONTEXTS)
@pytest.mark.parametrize("language", [language.code for language in LANGUAGES])
def test_what_is_kept_between_letters_changes_nothing_in_them(
    app: Flask, kind: str, language: str
) -> None:
    composer = Composer(app, base_url=BASE_URL, sender=SENDER)
    for token in ("first", "second&<"):
        context = {
            name: f"/{token}/{name}" if name.endswith("_path") else value
            for name, value in CONTEXTS[kind].items()
        }
        letter = letter_of(kind, language=language, context=context)
        assert composer.rendered(letter) == composer.render(kind, language, context)
        if context != CONTEXTS[kind]:  # some have their links in lines, alike for nobody
            assert token in composer.rendered(letter)[1]
    assert len(composer._rendered) == 1


@pytest.mark.parametrize("kind", CONTEXTS)
@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.code)
def test_a_mail_reads_as_flask_would_render_it(app: Flask, kind: str, language: Any) -> None:
    composer = Composer(app, base_url=BASE_URL, sender=SENDER)
    subject, text, html = composer.render(kind, language.code, CONTEXTS[kind])
    values = CONTEXTS[kind] | {"base_url": BASE_URL, "lang": language}
    with force_locale(language.code):
        assert render_template(f"mail/{kind}/body.txt", **values).strip() == text.strip()
        assert render_template(f"mail/{kind}/body.html", **values).strip() == html.strip()
        assert " ".join(render_template(f"mail/{kind}/subject.txt", **values).split()) == subject


def test_composing_leaves_the_language_around_it_alone(app: Flask) -> None:
    with app.test_request_context("/"):
        g.language = "nl"
        make_composer(app).render("tests/letter", "ar", {"greeting": "x", "name": "y", "path": "/"})
        assert g.language == "nl"
        assert str(get_locale()) == "nl"


@pytest.mark.parametrize(
    "address",
    ["", "nobody", "@example.org", "a b@example.org", "a@example.org\r\nBcc: b@example.org",
     "a@example.org>", "é@example.org", "a,b@example.org"],
)  # fmt: skip
def test_an_address_that_would_break_the_mail_is_refused(app: Flask, address: str) -> None:
    composer = Composer(app, base_url=BASE_URL, sender=SENDER)
    with pytest.raises(UnrenderableError):
        composer.compose(
            letter_of("petitions/already_signed", recipient=address), now=product_clock.now()
        )


def test_names_and_domains_with_accents_are_written_in_ascii(app: Flask) -> None:
    composer = Composer(app, base_url=BASE_URL, sender="Porte-voix des mère·s <a@example.org>")
    letter = letter_of("petitions/already_signed", recipient="reader@bücher.example")
    content = composer.compose(letter, now=product_clock.now()).as_bytes()
    assert content.isascii()
    mail = message_from_bytes(content, policy=modern)
    assert mail["To"] == "reader@xn--bcher-kva.example"
    assert mail["From"] == "Porte-voix des mère·s <a@example.org>"
    assert "Rights & <papers>" in mail["Subject"]
