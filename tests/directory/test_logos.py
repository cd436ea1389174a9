"""Logos: taken by what they hold, limited before unpacking, always drawn anew (A37, A39)."""

import io
import struct
import zlib

import pytest
from PIL import Image, PngImagePlugin

from alliance.core.errors import BadInput, NotFound
from alliance.directory.operations.logos import logo_path, redrawn, remove_logo, store_logo
from alliance.directory.queries.records import get_record
from tests.factories.directory import STAFF, make_organisation


def picture(kind: str = "PNG", size=(400, 200), mode="RGB", **values) -> bytes:
    written = io.BytesIO()
    Image.new(mode, size, 1 if mode == "1" else None).save(written, kind, **values)
    return written.getvalue()


def png_bomb(width: int, height: int) -> bytes:
    """A PNG of few bytes that says it has very many pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\x00" * 100_000)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_logo_is_kept_as_a_small_webp_under_the_name_of_its_bytes(session, tmp_path, kind):
    stored = make_organisation(session)
    folder = tmp_path / "logos"
    name = store_logo(session, stored.id, picture(kind), folder=folder, actor=STAFF)
    assert get_record(session, stored.id).logo == name
    with Image.open(logo_path(folder, name)) as kept:
        assert (kept.format, kept.size) == ("WEBP", (256, 128))
    assert [path.name for path in folder.iterdir()] == [name]
    again = store_logo(session, stored.id, picture(kind), folder=folder, actor=STAFF)
    assert again == name


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_pictures_of_every_depth_are_taken(mode):
    assert redrawn(picture("PNG", mode=mode))[8:12] == b"WEBP"


def test_nothing_but_the_picture_is_kept():
    told = PngImagePlugin.PngInfo()
    told.add_text("Author", "ZqAuthor")
    exif = Image.Exif()
    exif[0x010E] = "ZqExif"
    kept = redrawn(picture("PNG", pnginfo=told, exif=exif, icc_profile=b"ZqProfile"))
    for mark in (b"Zq", b"EXIF", b"ICCP", b"XMP"):
        assert mark not in kept


def test_a_picture_that_says_it_lies_on_its_side_is_put_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    with Image.open(io.BytesIO(redrawn(picture("JPEG", size=(400, 200), exif=exif)))) as kept:
        assert kept.size == (128, 256)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (
            b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>",
            "save the logo as PNG",
        ),
        (b"\xef\xbb\xbf<?xml version='1.0'?><svg/>", "save the logo as PNG"),
        ("<svg/>".encode("utf-16"), "save the logo as PNG"),
        (b"<!DOCTYPE html><html>", "save the logo as PNG"),
        (b"GIF89a<script>alert(1)</script>", "damaged"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "damaged"),
        (b"%PDF-1.7", "no picture"),
        (b"MZ\x90\x00", "no picture"),
        (b"BM" + b"\x00" * 100, "no picture"),
        (picture()[:-40], "damaged"),
        (picture(size=(8, 8)), "only 8 x 8 pixels"),
        (picture() + b"\x00" * 2 * 1024 * 1024, "make it smaller than 2 MB"),
        (png_bomb(50_000, 50_000), "far too many pixels"),
        (png_bomb(5_000, 5_000), "5000 x 5000 pixels"),
        (png_bomb(3_000, 3_000), "damaged"),
    ],
)
def test_what_is_no_small_picture_is_refused_with_a_remedy(data, words):
    with pytest.raises(BadInput, match=words) as refused:
        redrawn(data)
    assert refused.value.field == "logo"


def test_a_refused_logo_changes_nothing_and_leaves_no_file(session, tmp_path):
    stored = make_organisation(session)
    with pytest.raises(BadInput):
        store_logo(session, stored.id, b"<svg/>", folder=tmp_path, actor=STAFF)
    with pytest.raises(NotFound):
        store_logo(session, stored.id + 1, picture(), folder=tmp_path, actor=STAFF)
    assert list(tmp_path.iterdir()) == []
    assert get_record(session, stored.id) == stored


def test_a_logo_can_be_taken_away(session, tmp_path):
    stored = make_organisation(session)
    store_logo(session, stored.id, picture(), folder=tmp_path, actor=STAFF)
    remove_logo(session, stored.id, actor=STAFF)
    assert get_record(session, stored.id).logo is None


@pytest.mark.parametrize(
    "name",
    [
        "", ".", "..", "../secret_key", "/etc/passwd", "..%2fsecret_key", "a.webp",
        "A" * 64 + ".webp",
        "0" * 64 + ".png", "0" * 64 + ".webp", "0" * 64 + ".webp\n", "0" * 64 + ".webp/",
        "x\x00.webp",
    ],
)  # fmt: skip
def test_only_the_name_of_a_stored_logo_leads_to_a_file(tmp_path, name):
    (tmp_path.parent / "secret_key").write_text("secret")
    (tmp_path / "a.webp").write_bytes(b"x")
    with pytest.raises(NotFound):
        logo_path(tmp_path, name)


def test_a_link_that_somebody_put_among_the_logos_is_not_followed(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("secret")
    link = tmp_path / ("0" * 64 + ".webp")
    link.symlink_to(secret)
    with pytest.raises(NotFound):
        logo_path(tmp_path, link.name)
