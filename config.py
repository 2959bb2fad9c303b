"""Every setting of Portevoix, its default and the environment variable that sets it."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from pathlib import Path

ROOT = Path(__file__).resolve().parent
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
ENVIRONMENTS = ("production", "development", "test")
PLACEHOLDER_SECRETS = frozenset(
    {"changeme", "change-me", "secret", "dev", "development", "password"}
)
# The links in mails are made of it; a host alone, since the site stands at its root.
PUBLIC_ADDRESS = re.compile(r"https://(?!localhost\b)[^\s/?#@:]+(:\d+)?")
YES, NO = frozenset({"1", "true", "yes", "on"}), frozenset({"", "0", "false", "no", "off"})


class UnsafeConfigurationError(Exception):
    """A setting that would endanger people in production; the message names it and the remedy."""


@dataclass(frozen=True, kw_only=True)
class Config:
    """The settings of one running instance. `from_env` reads them; tests build one directly."""

    environment: str = "production"
    database_url: str = field(default="", repr=False)
    secret_key: str = field(default="", repr=False)
    base_url: str = "http://127.0.0.1:5000"
    port: int = 5000
    state_dir: Path = ROOT / "var"
    redis_url: str = field(default="", repr=False)
    read_only: bool = False
    debug: bool = False
    dev_mailbox: bool = False
    trusted_proxies: int = 0
    log_level: str = "INFO"
    mail_server: str = ""
    mail_port: int = 25
    mail_username: str = ""
    mail_password: str = field(default="", repr=False)
    mail_use_tls: bool = False
    mail_use_ssl: bool = False
    mail_default_sender: str = "Portevoix <ne-pas-repondre@localhost>"
    contact_email: str = ""
    page_cache_seconds: float = 1.0
    proof_of_work_max: int = 20_000
    minimum_form_seconds: int = 3

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> "Config":
        """Read the settings from the environment.

        Raises UnsafeConfigurationError when a production instance would start unsafe.
        """
        env = os.environ if environ is None else environ
        state_dir = Path(env.get("STATE_DIR", str(ROOT / "var")))
        environment = _environment(env)
        port = _whole_number(env, "PORT", 5000)
        # Nobody but oneself opens an instance that is not in production.
        local_url = "" if environment == "production" else f"http://127.0.0.1:{port}"
        config = cls(
            environment=environment,
            database_url=_database_url(env.get("DATABASE_URL", ""), state_dir),
            secret_key=env.get("SECRET_KEY", ""),
            base_url=env.get("BASE_URL", local_url).rstrip("/"),
            port=port,
            state_dir=state_dir,
            redis_url=env.get("REDIS_URL", ""),
            read_only=_is_on(env, "READ_ONLY"),
            debug=_is_on(env, "FLASK_DEBUG"),
            dev_mailbox=_is_on(env, "DEV_MAILBOX"),
            trusted_proxies=_whole_number(env, "TRUSTED_PROXIES", 0),
            log_level=_log_level(env),
            contact_email=env.get("CONTACT_EMAIL", ""),
            mail_server=env.get("MAIL_SERVER", "").strip(),
            mail_port=_whole_number(env, "MAIL_PORT", 25),
            mail_username=env.get("MAIL_USERNAME", ""),
            mail_password=env.get("MAIL_PASSWORD", ""),
            mail_use_tls=_is_on(env, "MAIL_USE_TLS"),
            mail_use_ssl=_is_on(env, "MAIL_USE_SSL"),
            mail_default_sender=env.get("MAIL_DEFAULT_SENDER", cls.mail_default_sender),
        )
        if config.environment == "production":
            config.check_safe_for_production()
        return config

    @property
    def is_production(self) -> bool:
        """True for the instance that real people use."""
        return self.environment == "production"

    def check_safe_for_production(self) -> None:
        """Refuse the first unsafe setting, naming the variable and the remedy."""
        for is_unsafe, message in self._dangers():
            if is_unsafe:
                raise UnsafeConfigurationError(message)

    def _dangers(self) -> list[tuple[bool, str]]:
        weak = len(self.secret_key) < 32 or self.secret_key.lower() in PLACEHOLDER_SECRETS
        few_letters = len(set(self.secret_key)) < 10
        sender = parseaddr(self.mail_default_sender)[1]
        no_sender = "@" not in sender or sender.endswith("@localhost")
        return [
            (
                weak or few_letters,
                "SECRET_KEY is missing or weak. Set it to at least 32 random characters: "
                "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'",
            ),
            (self.debug, "FLASK_DEBUG is on. Unset FLASK_DEBUG: it shows the inside to strangers."),
            (self.dev_mailbox, "DEV_MAILBOX is on. Unset DEV_MAILBOX: it shows everybody's mail."),
            (not self.mail_server, "MAIL_SERVER is missing. Set MAIL_SERVER to your SMTP server."),
            (
                self.mail_use_tls and self.mail_use_ssl,
                "MAIL_USE_TLS and MAIL_USE_SSL are both on. Unset MAIL_USE_SSL for port 587, or "
                "MAIL_USE_TLS for port 465.",
            ),
            (no_sender, "MAIL_DEFAULT_SENDER is missing. Set it to an address of your own domain."),
            (
                PUBLIC_ADDRESS.fullmatch(self.base_url) is None,
                "BASE_URL is missing, has no host of its own, or is not https. Set BASE_URL to the "
                "public address, without a path, for example https://petitions.example.org",
            ),
        ]


def _environment(env: Mapping[str, str]) -> str:
    name = env.get("PORTEVOIX_ENV", "production")
    if name not in ENVIRONMENTS:  # a misspelt "production" must not start without its checks
        raise UnsafeConfigurationError(
            f"PORTEVOIX_ENV must be one of {', '.join(ENVIRONMENTS)}, not {name!r}. Unset it in production."
        )
    return name


def _log_level(env: Mapping[str, str]) -> str:
    level = env.get("LOG_LEVEL", "").strip().upper() or "INFO"
    if level not in LOG_LEVELS:
        raise UnsafeConfigurationError(
            f"LOG_LEVEL must be one of {', '.join(LOG_LEVELS)}, not {level!r}."
        )
    return level


def _database_url(url: str, state_dir: Path) -> str:
    if not url:
        return f"sqlite:///{state_dir / 'portevoix.sqlite'}"
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _is_on(env: Mapping[str, str], name: str) -> bool:
    word = env.get(name, "").strip().lower()
    if word not in YES | NO:  # whoever wrote it meant something: Flask takes any other word for yes
        raise UnsafeConfigurationError(f"{name} must be one of 1 and 0, not {word!r}.")
    return word in YES


def _whole_number(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name, "").strip()
    if not text:
        return default
    if not text.isdecimal():
        raise UnsafeConfigurationError(f"{name} must be a whole number, not {text!r}.")
    return int(text)
