"""An erased person leaves no recoverable trace outside backups: every file is read for their words,
their keys and the very bytes that the database held of them."""

import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from campaign.app import create_app
from campaign.core.db import db
from campaign.core.email_address import canonical_email
from campaign.core.leftovers import rewrite, take_away
from campaign.outbox.operations import address_key
from campaign.petitions.operations.signing import email_key
from campaign.privacy.retention import TABLES
from campaign.web.form_token import make_form_token
from campaign.worker import run_once
from config import Config
from tests.databases import kind_under_test
from tests.factories.petitions import (
    NOON,
    form_fields,
    make_confirmed,
    make_petition,
    signatures,
    token_of,
)
from tests.mail_server import running_mail_server
from tests.mailbox import Outbox, links_in
from tests.pages.client import CheckingClient
from tests.pages.forms import form_to

pytestmark = pytest.mark.usefixtures("clock")
ADDRESS, SECOND = "Zoe.Trace+sign@gmail.com", "zoe.second@example.org"
WORDS = (
    "zoe.trace",
    "zoetrace@gmail.com",
    "zoe.second",
    "Zoulikha",
    "Tracesdottir",
    "Tracesdotter",
)


@pytest.fixture
def site(app: Flask, test_config: Config, tmp_path: Path) -> Iterator[Flask]:
    """The site as on a server: the limits in a file, a mail server, a folder of its own."""
    with running_mail_server() as server:
        config = replace(
            test_config, state_dir=tmp_path, dev_mailbox=False,
            mail_server="127.0.0.1", mail_port=server.port, redis_url="",
        )  # fmt: skip
        made = create_app(config)
        made.test_client_class = CheckingClient
        with made.app_context():
            yield made
            db.session.remove()
            db.engine.dispose()


def bytes_held(ref: bytes) -> list[bytes]:
    """What the database holds of a person, as it stands in its files: ciphertext and keys."""
    found: list[bytes] = []
    names = ("email_key", "name_key", "given_name", "family_name", "email", "confirm_digest", "ref")
    statement = f"SELECT {', '.join(names)} FROM signature WHERE ref = :ref"
    found += [
        bytes(each) for each in db.session.execute(db.text(statement), {"ref": ref}).one() if each
    ]
    for table, column in (
        ("outbox_message", "sealed"),
        ("address_change", "address"),
        ("link_request", "address"),
    ):
        rows = db.session.scalars(
            db.text(f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL")
        )
        found += [bytes(each) for each in rows]
    db.session.rollback()
    return found


def whole_life(client: CheckingClient, outbox: Outbox, site: Flask) -> tuple[list[bytes], str]:
    """Sign, confirm, say yes, ask for the links, take away, correct, move to another mailbox; gives
    what was held on the way, and the link to the end."""
    petition = make_petition(updates=True)
    yes = {f"updates_{petition.carriers[0].organisation_id}": "yes"}
    typed = form_fields(given_name="Zoulikha", family_name="Tracesdottir", email=ADDRESS, **yes)
    token = make_form_token("clear-criteria", NOON)
    client.post("/fr/petitions/clear-criteria/sign", data={**typed, "token": token, "step": "send"})
    signature = signatures()[0]
    ref, seen = bytes(signature.ref), bytes_held(signature.ref)
    tokens = [token_of(signature)]
    client.post(f"/fr/confirm/{tokens[0]}")
    client.post("/fr/my-signature", data={"email": ADDRESS})
    seen += bytes_held(ref)
    own = next(link for link in links_in(outbox.last(ADDRESS)) if "/signature/" in link)
    run_once(site, NOON)
    client.get(f"{own}/data.json")
    form = form_to(client.get(f"{own}/correct"), "/correct")
    form.send(client, family_name="Tracesdotter", postal_code="1000")
    client.post(f"{own}/address", data={"email": SECOND})
    seen += bytes_held(ref)
    link = next(link for link in links_in(outbox.last(SECOND)) if "/address/" in link)
    moved = client.post(link).location.partition("?")[0]
    seen += bytes_held(ref)
    tokens += [own.rpartition("/")[2], moved.rpartition("/")[2], link.rpartition("/")[2]]
    keys = [email_key(petition.id, address) for address in (ADDRESS, SECOND)]
    return [*seen, *keys, *(token.encode() for token in tokens)], moved


def kept_files(folder: Path, config: Config) -> Iterator[Path]:
    """Every file in which something could have stayed: database, log beside it, limits, mail."""
    yield from (path for path in folder.rglob("*") if path.is_file())
    if kind_under_test() == "postgresql":
        yield from heap_files()
        return
    database = Path(config.database_url.removeprefix("sqlite:///"))
    yield from database.parent.glob(f"{database.stem}.sqlite*")


def contents_of(path: Path) -> bytes:
    """Read by another process: closing the file in this one would drop the locks SQLite has on it."""
    return subprocess.run(["cat", path], check=True, capture_output=True).stdout


def traces(marks: list[bytes], paths: Iterator[Path]) -> list[str]:
    """Which marks stand in which files."""
    texts = [(path.name, contents_of(path)) for path in paths]
    lowered = [(name, text.lower()) for name, text in texts]
    found = [f"{mark!r} in {name}" for mark in marks for name, text in texts if mark in text]
    words = [word.lower().encode() for word in WORDS]
    return found + [
        f"{word!r} in {name}" for word in words for name, text in lowered if word in text
    ]


def test_an_erased_person_is_in_no_file(
    site: Flask, tmp_path: Path, test_config: Config, capfd: Any
) -> None:
    """Behaviours 85 and 94, GDPR art. 17."""
    client, outbox = site.test_client(), Outbox(site, test_config)
    assert isinstance(client, CheckingClient)
    held, own = whole_life(client, outbox, site)
    assert len(held) > 15
    for number in range(20):  # others come and go around them
        make_confirmed(email=f"p{number}@example.org")
    take_away(TABLES)
    assert traces(held, kept_files(tmp_path, test_config)), "while held, it is found"
    assert client.post(f"{own}/erase", data={"never_write": "y"}).status_code == 303
    run_once(site, NOON)
    assert take_away(TABLES)
    assert rewrite(TABLES) == []
    with db.engine.connect() as connection:
        assert connection.scalar(db.text("SELECT count(*) FROM suppression")) == 1
    site.extensions["limits"]._limiter._storage.reset()
    assert traces(held, kept_files(tmp_path, test_config)) == []
    said = "".join(capfd.readouterr())
    assert not [word for word in WORDS if word.lower() in said.lower()], "the log names nobody"
    assert not [mark for mark in held if mark.decode("latin-1") in said]
    assert address_key(SECOND) not in held
    assert canonical_email(ADDRESS) == "zoetrace@gmail.com"


def heap_files() -> Iterator[Path]:
    """The files of PostgreSQL's tables and indexes, once everything is written."""
    with db.engine.connect() as connection:
        home = Path(connection.scalar(db.text("SHOW data_directory")))
        paths = connection.scalars(
            db.text(
                "SELECT pg_relation_filepath(c.oid) FROM pg_class c JOIN pg_namespace n"
                " ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relkind IN ('r', 'i', 't')"
            )
        ).all()
        connection.exec_driver_sql("CHECKPOINT")
    return (home / path for path in paths if (home / path).exists())
