"""What gunicorn serves while measuring: the product and, at /hello, a bare Flask page."""

from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask

from campaign.app import create_app
from config import Config

hello = Flask("hello")
product = create_app(Config.from_env())


@hello.get("/hello")
def say_hello() -> str:
    """The least that Flask can do."""
    return "Hello, world!"


def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Both behind one gunicorn, so that they share its settings, its workers and the minute."""
    site = hello if environ["PATH_INFO"] == "/hello" else product
    return site(environ, start_response)
