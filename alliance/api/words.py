"""Words in the language of whoever reads the answer."""

import flask_babel


def gettext(message: str, **values: object) -> str:
    """The message in the reader's language, with the values put in."""
    found: str = flask_babel.gettext(message, **values)
    return found
