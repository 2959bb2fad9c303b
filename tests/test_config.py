"""Settings: read from the environment, and refused when they would endanger people."""

import re
from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest

from config import Config, UnsafeConfigurationError

STRONG = "kq3VtC9uXw7RzP1mLsE5bYhN8dJ2fGoA-0_TiQ"
SAFE = {
    "SECRET_KEY": STRONG,
    "BASE_URL": "https://petitions.example.org/",
    "MAIL_SERVER": "mail.example.org",
    "MAIL_DEFAULT_SENDER": "Portevoix <reply@example.org>",
}


def test_a_safe_production_instance_starts() -> None:
    config = Config.from_env(SAFE)
    assert config.is_production
    assert config.base_url == "https://petitions.example.org"


def test_nothing_said_means_production() -> None:
    with pytest.raises(UnsafeConfigurationError):
        Config.from_env({})


@pytest.mark.parametrize(
    ("change", "variable"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"SECRET_KEY": "change-me"}, "SECRET_KEY"),
        ({"SECRET_KEY": "a" * 64}, "SECRET_KEY"),
        ({"SECRET_KEY": "abcabcabc" * 9}, "SECRET_KEY"),
        ({"FLASK_DEBUG": "1"}, "FLASK_DEBUG"),
        ({"DEV_MAILBOX": "true"}, "DEV_MAILBOX"),
        ({"FLASK_DEBUG": "2"}, "FLASK_DEBUG"),
        ({"READ_ONLY": "maybe"}, "READ_ONLY"),
        ({"MAIL_SERVER": ""}, "MAIL_SERVER"),
        ({"MAIL_SERVER": " "}, "MAIL_SERVER"),
        ({"MAIL_USE_TLS": "1", "MAIL_USE_SSL": "1"}, "MAIL_USE_SSL"),
        ({"MAIL_DEFAULT_SENDER": "me@localhost"}, "MAIL_DEFAULT_SENDER"),
        ({"MAIL_DEFAULT_SENDER": "Portevoix"}, "MAIL_DEFAULT_SENDER"),
        ({"MAIL_DEFAULT_SENDER": "Portevoix <>"}, "MAIL_DEFAULT_SENDER"),
        ({"BASE_URL": ""}, "BASE_URL"),
        ({"BASE_URL": "http://petitions.example.org"}, "BASE_URL"),
        ({"BASE_URL": "https://"}, "BASE_URL"),
        ({"BASE_URL": "https:///petitions"}, "BASE_URL"),
        ({"BASE_URL": "https://localhost"}, "BASE_URL"),
        ({"BASE_URL": "https://localhost:8000"}, "BASE_URL"),
        ({"BASE_URL": "https://example.org/petitions"}, "BASE_URL"),
        ({"BASE_URL": "https://petitions example.org"}, "BASE_URL"),
        ({"PORT": "http"}, "PORT"),
        ({"MAIL_PORT": "-1"}, "MAIL_PORT"),
        ({"MAIL_PORT": "²"}, "MAIL_PORT"),
        ({"TRUSTED_PROXIES": "one"}, "TRUSTED_PROXIES"),
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL"),
        ({"PORTEVOIX_ENV": "prod"}, "PORTEVOIX_ENV"),
        ({"PORTEVOIX_ENV": ""}, "PORTEVOIX_ENV"),
    ],
)
def test_an_unsafe_start_is_refused_naming_the_variable_and_the_remedy(
    change: dict[str, str], variable: str
) -> None:
    with pytest.raises(UnsafeConfigurationError) as refusal:
        Config.from_env({**SAFE, **change})
    said = str(refusal.value)
    assert variable in said
    assert re.search(rf"(Set|Unset) (it|{variable})\b|must be (a|one of) ", said), "and the remedy"


@pytest.mark.parametrize(
    "change",
    [
        {"FLASK_DEBUG": "1"},
        {"DEV_MAILBOX": "1"},
        {"MAIL_SERVER": ""},
        {"BASE_URL": "http://x"},
        {"SECRET_KEY": ""},
    ],
)
def test_what_is_refused_in_production_is_allowed_to_whoever_develops(
    change: dict[str, str],
) -> None:
    """So that each refusal above is the environment's doing, and not of everybody."""
    config = Config.from_env({**SAFE, **change, "PORTEVOIX_ENV": "development"})
    with pytest.raises(UnsafeConfigurationError):
        config.check_safe_for_production()


def test_a_refusal_never_shows_the_secret() -> None:
    with pytest.raises(UnsafeConfigurationError) as refusal:
        Config.from_env({**SAFE, "SECRET_KEY": "hunter2"})
    assert "hunter2" not in str(refusal.value)


def test_secrets_are_not_shown_when_settings_are_printed() -> None:
    secrets = {
        "MAIL_PASSWORD": "mail-secret",
        "DATABASE_URL": "postgresql://portevoix:database-secret@db/portevoix",
        "REDIS_URL": "redis://:redis-secret@cache:6379/0",
    }
    shown = repr(Config.from_env({**SAFE, **secrets}))
    for secret in (STRONG, "mail-secret", "database-secret", "redis-secret"):
        assert secret not in shown


@pytest.mark.parametrize("environment", ["development", "test"])
def test_elsewhere_a_start_without_mail_server_or_https_is_allowed(environment: str) -> None:
    config = Config.from_env({"PORTEVOIX_ENV": environment, "PORT": "8000"})
    assert not config.is_production
    assert config.base_url == "http://127.0.0.1:8000"


def test_a_setting_cannot_be_changed_afterwards() -> None:
    with pytest.raises(FrozenInstanceError):
        Config.from_env(SAFE).port = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("postgres://u:p@host/db", "postgresql+psycopg://u:p@host/db"),
        ("postgresql://host/db", "postgresql+psycopg://host/db"),
        ("postgresql+psycopg://host/db", "postgresql+psycopg://host/db"),
        ("sqlite:////srv/p.sqlite", "sqlite:////srv/p.sqlite"),
        ("", "sqlite:////srv/state/portevoix.sqlite"),
    ],
)
def test_the_database_address_is_written_for_the_driver_we_ship(written: str, read: str) -> None:
    assert (
        Config.from_env({**SAFE, "DATABASE_URL": written, "STATE_DIR": "/srv/state"}).database_url
        == read
    )


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("1", True),
        ("true", True),
        (" YES ", True),
        ("on", True),
        ("", False),
        ("0", False),
        ("no", False),
        ("off", False),
    ],
)
def test_switches_are_read_in_the_usual_spellings(written: str, read: bool) -> None:
    assert Config.from_env({**SAFE, "READ_ONLY": written}).read_only is read


def test_every_variable_reaches_its_setting() -> None:
    config = Config.from_env(
        {
            **SAFE, "PORT": "81", "STATE_DIR": "/srv/state", "REDIS_URL": "redis://r", "READ_ONLY": "1", "TRUSTED_PROXIES": "2",
            "LOG_LEVEL": "warning", "MAIL_PORT": "587", "MAIL_USERNAME": "u", "MAIL_PASSWORD": "p", "MAIL_USE_TLS": "1",
        }
    )  # fmt: skip
    assert (config.port, config.state_dir, config.redis_url, config.read_only) == (
        81,
        Path("/srv/state"),
        "redis://r",
        True,
    )
    assert (config.trusted_proxies, config.log_level, config.mail_server, config.mail_port) == (
        2,
        "WARNING",
        "mail.example.org",
        587,
    )
    assert (
        config.mail_username,
        config.mail_password,
        config.mail_use_tls,
        config.mail_use_ssl,
    ) == ("u", "p", True, False)
    assert Config.from_env({**SAFE, "MAIL_USE_SSL": "1"}).mail_use_ssl


def test_every_setting_has_a_safe_default() -> None:
    defaults = Config()
    assert {field.name for field in fields(Config)} >= {
        "environment",
        "database_url",
        "secret_key",
        "base_url",
        "port",
    }
    assert defaults.is_production
    assert not (defaults.debug)
    assert not (defaults.dev_mailbox)
    assert not (defaults.read_only)
