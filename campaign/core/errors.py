"""Named refusals: what the product says no to, with the sentence a person reads."""

from typing import Any, ClassVar


class RefusedError(Exception):
    """Something a person asked that the rules refuse. Subclasses give the code and the sentence.

    `message` is a lazily translated string with named parameters, filled with `values`.
    """

    code: ClassVar[str] = "refused"
    http_status: ClassVar[int] = 422
    message: ClassVar[Any] = ""

    def __init__(self, **values: Any) -> None:
        super().__init__(self.code)
        self.values = values

    @property
    def sentence(self) -> str:
        """The refusal in the reader's language."""
        text = str(self.message)
        return text % self.values if self.values else text
