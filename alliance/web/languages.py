"""In which language a page is shown, and the texts of that language."""

from collections.abc import Mapping
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel.support import NullTranslations, Translations
from flask import Flask, Response, current_app, g, request
from flask_babel import Babel
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from alliance.core.settings import SHIPPED_LANGUAGES

OWN_NAMES: Mapping[str, str] = {"en": "English", "ar": "العربية"}
RIGHT_TO_LEFT = frozenset({"ar"})
COOKIE = "lang"
_LONGEST_HEADER = 200
_YEAR = 365 * 24 * 3600
_FOLDER = Path(__file__).parent / "translations"
_texts: Mapping[str, NullTranslations] = {
    code: Translations.load(_FOLDER, [code]) for code in SHIPPED_LANGUAGES
}
# A page asks for some fifty texts; this is looked up twenty times faster than Flask's `g`.
_present: ContextVar[NullTranslations] = ContextVar("texts", default=_texts[SHIPPED_LANGUAGES[0]])


def prepare(app: Flask) -> None:
    """Choose a language for each request and give its texts to the templates.

    The texts are looked up here and not through Flask-Babel, whose look-up of the locale at every
    single string would cost more than the rest of a page.
    """
    Babel(app, locale_selector=language, default_translation_directories=str(_FOLDER))
    app.jinja_env.globals.update(_=gettext, gettext=gettext, ngettext=ngettext)
    app.before_request(_choose)
    app.after_request(_remember)


def language() -> str:
    """The language of this request."""
    chosen: str = g.get("language", SHIPPED_LANGUAGES[0])
    return chosen


def direction(code: str) -> str:
    """Which way a language is written: ltr or rtl."""
    return "rtl" if code in RIGHT_TO_LEFT else "ltr"


def gettext(text: str, /, **values: Any) -> str:
    """`text` in the language of this request, with `%(name)s` filled from `values`."""
    told = _present.get().gettext(text)
    return told % values if values else told


def ngettext(one: str, many: str, number: int, /, **values: Any) -> str:
    """The form of a text that fits `number`, which also fills `%(num)s` unless it is given."""
    told = _present.get().ngettext(one, many, number)
    return told % {"num": number, **values}


def _choose() -> None:
    asked = request.args.get("lang", "")
    kept = request.cookies.get(COOKIE, "")
    if asked in SHIPPED_LANGUAGES:
        g.language = g.language_to_remember = asked
    elif kept in SHIPPED_LANGUAGES:
        g.language = kept
    else:
        g.language = _preferred(request.headers.get("Accept-Language", "")[:_LONGEST_HEADER])
    _present.set(_texts[g.language])


def prefer(code: str | None) -> None:
    """Speak the language that a person has set, unless this browser remembers another choice."""
    chosen_here = request.args.get("lang") or request.cookies.get(COOKIE)
    if code is not None and code in SHIPPED_LANGUAGES and chosen_here not in SHIPPED_LANGUAGES:
        g.language = code
        _present.set(_texts[code])


@lru_cache(maxsize=512)
def _preferred(header: str) -> str:
    """The shipped language that a browser asks for first; browsers ask in few different ways."""
    asked = parse_accept_header(header, LanguageAccept)
    return asked.best_match(SHIPPED_LANGUAGES) or SHIPPED_LANGUAGES[0]


def _remember(response: Response) -> Response:
    code = g.get("language_to_remember")
    if code and response.status_code < 400:
        response.set_cookie(
            COOKIE,
            code,
            max_age=_YEAR,
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
        )
    return response
