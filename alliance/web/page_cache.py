"""Finished pages kept in memory for as long as the directory stands as it was.

A page that everybody sees alike is made once for each state of the directory, day, address,
language and theme; after that one statement, which asks for the state, is all it costs. Pages are
compressed once, too. Nothing here can be stale: a change of the directory changes its state.
"""

import gzip
from collections import OrderedDict
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from threading import Lock

from flask import Flask, Response, g, request

from alliance.core import clock
from alliance.core.db import db
from alliance.core.errors import BadInput
from alliance.directory.queries.directory import open_directory
from alliance.directory.queries.snapshots import DirectoryState, present
from alliance.web.compression import compress, takes_gzip
from alliance.web.languages import language

MOST_BYTES = 24 * 1024 * 1024
LARGEST_PAGE = 512 * 1024
_KEPT_LEVEL = 6
_PAGES = frozenset(
    f"public.{name}"
    for name in ("home", "members", "member", "about", "accessibility", "privacy", "codebook")
)
# These set cookies.
_NOT_KEPT = ("lang", "theme")
_MAKING = frozenset((".py", ".mo", ".html", ".css", ".js", ".svg"))

Key = tuple[bytes, bytes, str, str]


@dataclass(slots=True)
class KeptPage:
    """A page as it is sent; `zipped` once somebody has taken it compressed."""

    body: bytes
    content_type: str
    etag: str
    zipped: bytes | None = None

    def compressed(self) -> bytes:
        """The page as gzip, made when it is first asked for."""
        if self.zipped is None:
            self.zipped = gzip.compress(self.body, _KEPT_LEVEL, mtime=0)
        return self.zipped


class PageCache:
    """The pages of one state of the directory and one day, the least used making room."""

    def __init__(self, build: str) -> None:
        """`build` stands for the program: pages of another one are different pages."""
        self._build = build
        self._state: DirectoryState | None = None
        self._day: date | None = None
        self._pages: OrderedDict[Key, KeptPage] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def find(self, state: DirectoryState, day: date, key: Key) -> KeptPage | None:
        """The page at `key`, if it was made from this very state and on this day."""
        with self._lock:
            if self._state is not state or self._day != day:
                self._state, self._day, self._bytes = state, day, 0
                self._pages.clear()
            if key in self._pages:
                self._pages.move_to_end(key)
            return self._pages.get(key)

    def keep(self, state: DirectoryState, day: date, key: Key, page: KeptPage) -> None:
        """Keep a page unless the directory has moved on since it was begun."""
        size = _room(page)
        with self._lock:
            if self._state is not state or self._day != day or key in self._pages:
                return
            self._pages[key] = page
            self._bytes += size
            while self._bytes > MOST_BYTES:
                _, gone = self._pages.popitem(last=False)
                self._bytes -= _room(gone)

    def etag(self, state: DirectoryState, day: date, key: Key) -> str:
        """Names what a page shows; the same in every process."""
        told = repr((self._build, state.version, day, key))
        return sha256(told.encode()).hexdigest()[:24]


def prepare(app: Flask) -> None:
    """Answer from memory where possible, and send pages compressed to whoever takes that."""
    if app.config["ALLIANCE"].page_cache:
        cache = PageCache(_build(Path(app.root_path).parent))
        app.before_request(lambda: _serve(cache))
        app.after_request(lambda response: _keep(cache, response))
    else:
        app.after_request(compress)


def _serve(cache: PageCache) -> Response | None:
    if request.method not in ("GET", "HEAD") or request.endpoint not in _PAGES:
        return None
    if any(name in request.args for name in _NOT_KEPT):
        return None
    state = _present_state()
    day = clock.today(state.settings.zone)
    theme = request.cookies.get("theme", "")[:8]
    key = (request.path.encode(), request.query_string, language(), theme)
    etag = cache.etag(state, day, key)
    if request.if_none_match.contains_weak(etag):
        response = Response(status=304)
        response.set_etag(etag, weak=True)
        return response
    page = cache.find(state, day, key)
    if page is None:
        g.page_to_keep = (state, day, key, etag)
        return None
    g.page_is_kept = True
    return _sent(page)


def _sent(page: KeptPage) -> Response:
    zipped = takes_gzip()
    response = Response(page.compressed() if zipped else page.body, content_type=page.content_type)
    if zipped:
        response.content_encoding = "gzip"
    response.vary.add("Accept-Encoding")
    response.set_etag(page.etag, weak=True)
    return response


def _present_state() -> DirectoryState:
    """The state of the directory; a search asks for it while looking its words up."""
    typed = request.args.get("q", "").strip()
    if typed and request.endpoint == "public.members":
        try:
            g.opened_directory = opened = open_directory(db.session(), typed)
        except BadInput:
            # The page says why not.
            pass
        else:
            g.directory_state = opened.state
            return opened.state
    g.directory_state = present(db.session())
    state: DirectoryState = g.directory_state
    return state


def _keep(cache: PageCache, response: Response) -> Response:
    wanted = g.pop("page_to_keep", None)
    if (
        wanted is None
        or response.status_code != 200
        or response.is_streamed
        or response.mimetype != "text/html"
    ):
        return response if g.get("page_is_kept") else compress(response)
    state, day, key, etag = wanted
    body = response.get_data()
    if len(body) > LARGEST_PAGE:
        return compress(response)
    page = KeptPage(body, response.content_type or "", etag)
    cache.keep(state, day, key, page)
    response.set_etag(etag, weak=True)
    response.vary.add("Accept-Encoding")
    if takes_gzip():
        response.set_data(page.compressed())
        response.content_encoding = "gzip"
    return response


def _room(page: KeptPage) -> int:
    """What a page may come to take up: compressed pages are about a fifth as long."""
    return len(page.body) * 6 // 5


def _build(root: Path) -> str:
    """A digest of everything that pages are made by."""
    digest = sha256()
    for folder in ("alliance", "templates", "static"):
        for file in sorted((root / folder).rglob("*")):
            if file.suffix in _MAKING and "node_modules" not in file.parts:
                digest.update(file.read_bytes())
    return digest.hexdigest()
