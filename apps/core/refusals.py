"""What an action raises when a rule forbids it; views and the API turn it into a sentence, never a 500."""


class Refusal(Exception):
    """A rule forbids this. `code` is stable, `message` is fit to show, `field` names the input it is about."""

    code = "refused"

    def __init__(self, message: object, *, code: str = "", field: str = "") -> None:
        super().__init__(message)
        self.code = code or self.code
        self.field = field

    @property
    def message(self) -> str:
        # Lazy translations are read now, in the language of the reader.
        return str(self.args[0])


class Conflict(Refusal):
    """Somebody else was faster, or the record is no longer in the state the user saw. HTTP 409 in the API."""

    code = "conflict"
