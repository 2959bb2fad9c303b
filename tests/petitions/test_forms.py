"""The form: what it asks, and that it says the same as the quick check."""

import re

from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from campaign.petitions.forms import SignForm, show_errors, sign_form
from campaign.petitions.rules.signing import read_application
from tests.petitions.terms import FILLED, terms

ANSWERS = st.sampled_from(
    ["", "y", "yes", "no", "on", "1", "0", "true", "false", "x", "YES", " yes "]
)
TYPED = st.one_of(
    st.sampled_from(
        [
            "Awa",
            "=1",
            "\n=1",
            "www.x",
            "",
            " ",
            "a" * 61,
            "9000",
            "1047",
            "9999",
            "BE",
            "ML",
            "awa@example.org",
        ]
    ),
    st.text(max_size=12),
)
FORMS = st.fixed_dictionaries(
    {},
    optional={
        **{name: st.one_of(st.just(FILLED[name]), TYPED) for name in ("given_name", "family_name", "email", "country", "postal_code")},
        **dict.fromkeys(("age", "consent", "is_public", "updates_7"), ANSWERS),
    },
)  # fmt: skip


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(FORMS, st.sampled_from([None, 13, 16]))
def test_the_quick_check_and_the_form_shown_again_agree(
    application: Flask, fields: dict[str, str], minimum: int | None
) -> None:
    """Behaviour 3: what is wrong is said beside its field, and what the form would send when it
    comes back is read as what was typed."""
    about = terms(minimum)
    with application.test_request_context("/fr/"):
        form = sign_form(about, MultiDict(fields), language="fr")
        show_errors(form, MultiDict(fields), about)
        read, errors = read_application(fields, about)
        assert {control.name for control in form if control.errors} == set(errors)
        again, errors_again = read_application(sent_by(form), about)
    assert {name: refusal.code for name, refusal in errors.items()} == {
        name: refusal.code for name, refusal in errors_again.items()
    }
    assert again == read


def sent_by(form: SignForm) -> dict[str, str]:
    """What a browser sends when somebody presses the button of the form as it was drawn."""
    sent = {}
    for control in form:
        if control.type == "RadioField":
            html = "".join(str(choice()) for choice in control)
            for value in re.findall(r'<input checked [^>]*value="([^"]*)"', html):
                sent[control.name] = value
        elif control.type in {"BooleanField", "TickField"}:
            sent |= {control.name: "y"} if " checked" in str(control()) else {}
        else:
            sent[control.name] = control.data or ""
    return sent
