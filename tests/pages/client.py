"""The test client that checks every page it is given."""

from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.pages.checks import check_page


class CheckingClient(FlaskClient):
    """Opens addresses like a browser would; any HTML page answered is checked on the way."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = super().open(*args, **kwargs)
        is_page = response.mimetype == "text/html" and response.request.method != "HEAD"
        if is_page and response.data and not 300 <= response.status_code < 400:
            check_page(response.text, response.headers, host=response.request.host.split(":")[0])
        return response
