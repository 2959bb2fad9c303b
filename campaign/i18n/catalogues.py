"""Templates bound to one language's catalogue, for work outside a request."""

from typing import Any

from babel.support import NullTranslations
from jinja2 import Environment, pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup


def translated(environment: Environment, catalogue: NullTranslations) -> Environment:
    """The same templates with gettext answered by `catalogue`, however the request would choose.

    Parameters are filled in as Jinja's own "newstyle" gettext does: values are escaped in HTML.
    """

    def filled(context: EvalContext, text: str, values: dict[str, Any]) -> str:
        return (Markup(text) if context.autoescape else text) % values  # noqa: S704 -- ours

    @pass_eval_context
    def gettext(context: EvalContext, text: str, /, **values: Any) -> str:
        return filled(context, catalogue.ugettext(text), values)

    @pass_eval_context
    def ngettext(context: EvalContext, one: str, many: str, num: int, /, **values: Any) -> str:
        return filled(context, catalogue.ungettext(one, many, num), {"num": num, **values})

    bound = environment.overlay()
    bound.globals = {**environment.globals, "_": gettext, "gettext": gettext, "ngettext": ngettext}
    return bound
