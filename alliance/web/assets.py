"""Static files under names that follow their content, so that browsers may keep them for ever."""

from __future__ import annotations

import gzip
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from posixpath import normpath

from flask import Blueprint, Flask, Response, abort, request

from alliance.accounts.permissions import Permission, allow

SERVED = {
    ".css": "text/css; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
}
COMPRESSED = {".css", ".js", ".svg", ".txt"}
# What joined sheets are called, and the list of them; the second is for the workspace alone.
BUNDLES = {"css": ("site.css", "order.txt"), "css/staff": ("staff.css", "staff.txt")}
A_YEAR = 365 * 24 * 60 * 60
REFERENCE = re.compile(r'url\("([^"]+)"\)')
IMPORT = re.compile(r'^(import [^"]*)"(\.[^"]+)";$', re.MULTILINE)


@dataclass(frozen=True)
class StaticFile:
    """One file as it is sent: `name` below /static with the hash in it, and its bytes."""

    name: str
    content_type: str
    body: bytes
    compressible: bool

    @cached_property
    def gzipped(self) -> bytes:
        """The body as gzip, the same bytes each time."""
        return gzip.compress(self.body, 9, mtime=0)


class Assets:
    """The static folder of one process, read once.

    The sheets that css/order.txt lists become one, known as "css"; those of css/staff.txt become
    "css/staff". Everything else is known by its path in the folder ("js/facets.js"). Our own
    modules import one another by relative paths, which are made addresses here. With `fresh` the
    folder is read anew for each address, for work on the design.
    """

    def __init__(self, folder: Path, *, root: str = "/static", fresh: bool = False) -> None:
        self.folder = folder
        self.root = root
        self.fresh = fresh
        self._read()

    def url(self, path: str) -> str:
        """The address of a static file, named "css" or by its path such as "js/facets.js".

        Raises KeyError when the folder holds no such file.
        """
        if self.fresh:
            self._read()
        return f"{self.root}/{self._by_path[path].name}"

    def find(self, name: str) -> StaticFile | None:
        """The file that was given out under this name, hash included; None for any other name."""
        return self._by_name.get(name)

    def _read(self) -> None:
        files: dict[str, StaticFile] = {}
        for file in sorted(self.folder.rglob("*")):
            path = file.relative_to(self.folder).as_posix()
            own_sheet = path.startswith("css/")
            if file.suffix in SERVED and not own_sheet and "node_modules/" not in path:
                files[path] = _static_file(path, file.read_bytes())
        for path in [path for path in files if path.startswith("js/")]:
            self._module(files, path, ())
        for bundle, (name, order) in BUNDLES.items():
            if (self.folder / "css" / order).is_file():
                files[bundle] = _static_file(name, self._bundle(files, order).encode())
        # At once and whole: other threads may be asking.
        self._by_path = files
        self._by_name = {found.name: found for found in files.values()}

    def _module(
        self, files: dict[str, StaticFile], path: str, importers: tuple[str, ...]
    ) -> StaticFile:
        """A file that modules import; if it is our own, first those that it imports itself.

        Raises ValueError when modules import one another in a circle.
        """
        if path in importers:
            raise ValueError(f"{path} imports itself by way of {', '.join(importers)}")

        def absolute(match: re.Match[str]) -> str:
            target = normpath(f"{path}/../{match[2]}")
            found = self._module(files, target, (*importers, path))
            return f'{match[1]}"{self.root}/{found.name}";'

        if path.startswith("js/"):
            text = (self.folder / path).read_text(encoding="utf-8")
            files[path] = _static_file(path, IMPORT.sub(absolute, text).encode())
        return files[path]

    def _bundle(self, files: Mapping[str, StaticFile], order_name: str) -> str:
        order = (self.folder / "css" / order_name).read_text(encoding="utf-8").split("\n")
        sheets = [line.strip() for line in order if line.strip() and not line.startswith("#")]
        return "".join(self._sheet(files, f"css/{sheet}") for sheet in sheets)

    def _sheet(self, files: Mapping[str, StaticFile], path: str) -> str:
        """One sheet without comments and indentation, its relative addresses made absolute."""
        text = (self.folder / path).read_text(encoding="utf-8")
        text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
        text = re.sub(r"\s*\n\s*", "\n", text).lstrip()

        def absolute(match: re.Match[str]) -> str:
            target = normpath(f"{path}/../{match[1]}")
            return f'url("{self.root}/{files[target].name}")'

        return REFERENCE.sub(absolute, text)


def _static_file(path: str, body: bytes) -> StaticFile:
    stem, _, suffix = path.rpartition(".")
    digest = sha256(body).hexdigest()[:12]
    kind = SERVED[f".{suffix}"]
    return StaticFile(f"{stem}.{digest}.{suffix}", kind, body, f".{suffix}" in COMPRESSED)


def register(app: Flask, assets: Assets) -> None:
    """Serve the folder and give templates, imported macros included, `asset(path)`."""
    app.extensions["assets"] = assets
    # A global and not a value of the context, which imported macros would not see.
    app.jinja_env.globals["asset"] = assets.url
    app.register_blueprint(asset_blueprint(assets))


def asset_blueprint(assets: Assets) -> Blueprint:
    """The one public endpoint, "assets.serve_asset", that answers for everything below /static."""
    blueprint = Blueprint("assets", __name__)

    @blueprint.get(f"{assets.root}/<path:name>")
    @allow(Permission.SEE_PUBLIC)
    def serve_asset(name: str) -> Response:
        """A static file by its hashed name; 404 for every other name, stale ones included."""
        file = assets.find(name)
        if file is None:
            abort(404)
        zipped = file.compressible and request.accept_encodings["gzip"] > 0
        response = Response(file.gzipped if zipped else file.body, content_type=file.content_type)
        response.cache_control.public = True
        response.cache_control.max_age = A_YEAR
        response.cache_control.immutable = True
        response.headers["X-Content-Type-Options"] = "nosniff"
        if zipped:
            response.content_encoding = "gzip"
        if file.compressible:
            response.vary.add("Accept-Encoding")
        return response

    return blueprint
