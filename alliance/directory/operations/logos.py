"""Keeping the logo of an organisation: always a small picture that we have drawn anew."""

import hashlib
import io
import os
import warnings
from dataclasses import replace
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError
from sqlalchemy.orm import Session

from alliance.core.actor import Actor
from alliance.core.errors import BadInput, NotFound
from alliance.directory.operations.organisations import held_record
from alliance.directory.operations.saving import save_organisations
from alliance.directory.rules.logos import LONGEST_SIDE, check_size, is_logo_name, picture_kind


def store_logo(
    session: Session,
    organisation_id: int,
    data: bytes,
    *,
    folder: Path,
    actor: Actor,
    reason: str | None = None,
) -> str:
    """Make `data` the organisation's logo and return the name of its file in `folder`.

    data: a PNG, JPEG, WebP or GIF file. It is stored as WebP of at most 256 pixels a side, without
    anything but the picture. Raises NotFound, and BadInput for what is none or too large.
    """
    before = held_record(session, organisation_id)
    name = keep_picture(data, folder=folder)
    save_organisations(session, [replace(before, logo=name)], actor=actor, reason=reason)
    return name


def keep_picture(data: bytes, *, folder: Path) -> str:
    """Draw a picture anew, keep it in `folder` and return the name of its file. Raises BadInput.

    Written before a transaction ends: a file that no record names harms nobody.
    """
    picture = redrawn(data)
    name = f"{hashlib.sha256(picture).hexdigest()}.webp"
    _write(folder, name, picture)
    return name


def remove_logo(
    session: Session, organisation_id: int, *, actor: Actor, reason: str | None = None
) -> None:
    """Show no logo for an organisation any more. Raises NotFound."""
    before = held_record(session, organisation_id)
    save_organisations(session, [replace(before, logo=None)], actor=actor, reason=reason)


def logo_path(folder: Path, name: str) -> Path:
    """The file of a stored logo. Raises NotFound for any name that is not exactly one."""
    path = folder / name if is_logo_name(name) else None
    if path is None or path.is_symlink() or not path.is_file():
        raise NotFound("There is no such logo.")
    return path


def redrawn(data: bytes) -> bytes:
    """The picture as WebP, at most 256 pixels a side, without metadata. Raises BadInput."""
    kind = picture_kind(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=[kind]) as source:
                check_size(*source.size)
                return _drawn(source)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise BadInput(
            "The picture has far too many pixels; make it smaller than 3000 x 3000.", field="logo"
        ) from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        raise BadInput(
            "This picture is damaged; open it in a drawing program and save it anew as PNG.",
            field="logo",
        ) from None


def _drawn(source: Image.Image) -> bytes:
    source.thumbnail((2 * LONGEST_SIDE, 2 * LONGEST_SIDE))
    upright = ImageOps.exif_transpose(source).convert("RGBA")
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    # Pasted onto an empty picture, so that nothing the file brought along is written again.
    clean = Image.new("RGBA", upright.size)
    clean.paste(upright)
    written = io.BytesIO()
    clean.save(written, "WEBP", quality=88, method=4)
    return written.getvalue()


def _write(folder: Path, name: str, picture: bytes) -> None:
    """Write under another name first, so that nobody is ever given half a picture."""
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f".{name}.{os.getpid()}"
    draft.write_bytes(picture)
    draft.replace(folder / name)
