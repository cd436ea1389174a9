"""What a feature may raise for the person in front of it; everything else is a bug."""


class NotFound(LookupError):
    """There is no such thing, or this viewer may not know of it."""


class Refused(Exception):
    """The rules say no. The message is for the person and says what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class BadInput(Refused):
    """What was given cannot be used. `field` names the column, parameter or form field."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field
