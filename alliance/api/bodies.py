"""Reading what a program sends: JSON in one meaning only, within limits, and as its schema says."""

import json
import math
import re
from collections.abc import Mapping, Sequence
from hashlib import file_digest
from typing import Any, Final, NoReturn

from flask import request
from marshmallow import Schema, ValidationError, fields, validate

from alliance.api.problems import Trouble
from alliance.api.words import gettext

MOST_BYTES: Final = 1024 * 1024
LARGEST_FILE: Final = 20 * MOST_BYTES
DEEPEST: Final = 32
_MOST_DIGITS: Final = 19
_EXACT: Final = 2**53
_MEDIA_TYPE: Final = "application/json"
# One that does not end goes on to the end of the body, so that nothing is looked at twice.
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_NO_BRACKET = re.compile(rb"[^\[\]{}]+")
_UNPAIRED = re.compile("[\ud800-\udfff]")
Json = Any


def read_body(schema: Schema) -> dict[str, Any]:
    """The body of the request as `schema` reads it. Raises Trouble: 400, 413 or 415."""
    return checked(schema, read_json())


def read_json() -> dict[str, Json]:
    """The JSON object that was sent. Raises Trouble that says what is wrong with it.

    Refused, because two readers might understand them differently: names given twice, numbers that
    are none or that no computer holds, characters that are half of one, other encodings than UTF-8.
    """
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if request.mimetype != _MEDIA_TYPE or charset not in ("utf-8", "utf8"):
        raise Trouble(
            415, gettext("Send the body as JSON in UTF-8, with Content-Type: application/json.")
        )
    request.max_content_length = MOST_BYTES
    data = request.get_data(cache=False)
    _refuse_deep(data)
    try:
        found = json.loads(
            data.decode(),
            object_pairs_hook=_object,
            parse_int=_whole,
            parse_float=_decimal,
            parse_constant=_no_number,
        )
    except UnicodeDecodeError:
        raise Trouble(400, gettext("The body is not UTF-8.")) from None
    except ValueError:
        # Where it broke may hold what somebody typed, so only that it broke is told.
        raise Trouble(400, gettext("The body is not JSON.")) from None
    if not isinstance(found, dict):
        raise Trouble(400, gettext("The body is a JSON object: fields between { and }."))
    _refuse_broken_text(found, "")
    return found


def read_upload(schema: Schema) -> dict[str, Any]:
    """A form with a file named `file`, which stands there as its digest, as `schema` reads it.

    Raises Trouble: 400, 413 or 415.
    """
    if request.mimetype != "multipart/form-data":
        raise Trouble(
            415, gettext("Send the file as a form, with Content-Type: multipart/form-data.")
        )
    request.max_content_length = LARGEST_FILE + MOST_BYTES
    request.max_form_memory_size = MOST_BYTES
    sent: dict[str, Any] = {}
    given: list[tuple[str, list[Any]]] = [*request.form.lists(), *request.files.lists()]
    for name, values in given:
        if len(values) > 1 or name in sent:
            shown = _shown(name)
            words = gettext("`%(name)s` was sent more than once; send it once.", name=shown)
            raise Trouble(400, words, field=shown)
        sent[name] = values[0]
    _refuse_broken_text(sent, "")
    if "file" in sent and "file" not in request.files:
        raise Trouble(400, gettext("`file` must be a file with a name."), field="file")
    found = checked(schema, sent)
    content = found["file"].stream
    found["file"] = file_digest(content, "sha256").hexdigest()
    content.seek(0)
    return found


def checked(schema: Schema, values: Mapping[str, Json]) -> dict[str, Any]:
    """The values as `schema` reads them. Raises Trouble naming the first field at fault."""
    try:
        found: dict[str, Any] = schema.load(values)
    except ValidationError as error:
        _tell(schema, error.normalized_messages())  # type: ignore[no-untyped-call]
    return found


def _refuse_deep(data: bytes) -> None:
    """Look at brackets alone, before anything is built of them. Raises Trouble."""
    level = 0
    for bracket in _NO_BRACKET.sub(b"", _STRING.sub(b"", data)):
        level += 1 if bracket in b"[{" else -1
        if level > DEEPEST:
            raise Trouble(400, gettext("The body is nested more than 32 deep."))


def _object(pairs: Sequence[tuple[str, Json]]) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for name, value in pairs:
        if name in found:
            shown = _shown(name)
            words = gettext("`%(name)s` stands in the body twice; give it once.", name=shown)
            raise Trouble(400, words, field=shown)
        found[name] = value
    return found


def _whole(digits: str) -> int:
    if len(digits.lstrip("-")) > _MOST_DIGITS:
        raise Trouble(400, gettext("A number in the body has more than 19 digits."))
    return int(digits)


def _decimal(digits: str) -> float | int:
    number = float(digits)
    if not math.isfinite(number):
        raise Trouble(400, gettext("A number in the body is too large."))
    if number.is_integer() and abs(number) < _EXACT:
        # In JSON 17 and 17.0 are the same number.
        return int(number)
    return number


def _no_number(name: str) -> NoReturn:
    raise Trouble(400, gettext("%(name)s is no number in JSON.", name=name))


def _refuse_broken_text(value: Json, path: str) -> None:
    if isinstance(value, str):
        if "\0" in value or _UNPAIRED.search(value):
            words = gettext("`%(name)s` holds a character that no text can hold.", name=path)
            raise Trouble(400, words, field=path)
    elif isinstance(value, dict):
        for name, one in value.items():
            shown = _shown(name)
            _refuse_broken_text(name, shown)
            _refuse_broken_text(one, f"{path}.{shown}" if path else shown)
    elif isinstance(value, list):
        for at, one in enumerate(value):
            _refuse_broken_text(one, f"{path}.{at}")


def _tell(schema: Schema, messages: Mapping[Any, Any]) -> NoReturn:
    """Say which field is at fault and what it would have to be. Raises Trouble."""
    path, owner, field, message = _first_fault(schema, messages, [])
    name = ".".join(_shown(str(step)) for step in path)
    if field is None:
        known = ", ".join(owner.fields) if isinstance(owner, Schema) else ""
        words = gettext(
            "There is no field `%(name)s` here. Leave it out; these are known: %(known)s.",
            name=name,
            known=known or "–",
        )
    elif message == field.error_messages["required"]:
        words = gettext("`%(name)s` must be given.", name=name)
    elif message == field.error_messages["null"]:
        words = gettext("`%(name)s` cannot be null.", name=name)
    else:
        words = gettext("`%(name)s` must be %(wanted)s.", name=name, wanted=_wanted(field))
    raise Trouble(400, words, field=name)


def _first_fault(
    owner: Any, messages: Any, path: list[Any]
) -> tuple[list[Any], Any, fields.Field[Any] | None, str]:
    """The way to the first fault, in what it lies, the field that it is, and what was said."""
    found = owner
    while isinstance(messages, Mapping):
        name, messages = next(iter(messages.items()))
        if name == "_schema":
            continue
        path, owner = [*path, name], found
        if isinstance(owner, fields.Nested):
            owner = owner.schema
        if isinstance(owner, fields.List):
            found = owner.inner
        elif isinstance(owner, fields.Dict):
            part, messages = next(iter(messages.items()))
            found = owner.key_field if part == "key" else owner.value_field
        else:
            found = owner.fields.get(name) if isinstance(owner, Schema) else None
    message = messages[0] if isinstance(messages, list) and messages else messages
    return path, owner, found if isinstance(found, fields.Field) else None, str(message)


def _wanted(field: fields.Field[Any]) -> str:
    """What a field takes, in words."""
    for check in field.validators:
        if isinstance(check, validate.OneOf):
            listed = ", ".join(str(one) for one in check.choices if one is not None)
            return gettext("one of %(list)s", list=listed)
    words: str = field.metadata.get("wanted", "")
    for check in field.validators:
        if isinstance(check, validate.Length):
            if isinstance(field, fields.List):
                return gettext("a list of at most %(most)s", most=check.max)
            return gettext("a text of at most %(most)s characters, all of them visible",
                           most=check.max)  # fmt: skip
        if isinstance(check, validate.Range):
            return gettext("a whole number from %(least)s to %(most)s",
                           least=check.min, most=check.max)  # fmt: skip
    return words or _kind(field)


def _kind(field: fields.Field[Any]) -> str:
    if isinstance(field, fields.List):
        return gettext("a list")
    if isinstance(field, fields.Nested | fields.Dict):
        return gettext("an object")
    if isinstance(field, fields.Integer):
        return gettext("a whole number")
    if isinstance(field, fields.Boolean):
        return gettext("true or false")
    if isinstance(field, fields.String):
        return gettext("a text")
    return gettext("a day written as YYYY-MM-DD, for example 2024-06-30")


def _shown(name: str) -> str:
    """A name out of a body as it may be told again."""
    return _UNPAIRED.sub("?", name).replace("\0", "?")[:80]
