"""What machines look for at fixed addresses: sitemap, robots, security contact, small picture."""

from datetime import timedelta
from xml.sax.saxutils import escape

from flask import Response, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from alliance.accounts.permissions import Permission, allow
from alliance.core import clock
from alliance.core.db import db
from alliance.directory.queries.listings import listed_slugs
from alliance.web.languages import OWN_NAMES
from alliance.web.public import public
from alliance.web.public.context import base_url, directory_state, today

ADDRESSES_A_FILE = 50_000
SECURITY_CONTACT_VALID = timedelta(days=180)
_NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_PAGES = ("home", "members", "about", "accessibility", "privacy", "codebook")


@public.get("/sitemap.xml")
@allow(Permission.SEE_PUBLIC)
def sitemap() -> ResponseReturnValue:
    """All public pages; an index of files when one file cannot hold them."""
    files = -(-(directory_state().snapshot.size + len(_PAGES)) // ADDRESSES_A_FILE)
    if files <= 1:
        return _sitemap_file(1)
    address = f"{base_url()}{url_for('public.sitemap_file', number=0)}"
    entries = (f"<sitemap><loc>{address[:-5]}{n}.xml</loc></sitemap>" for n in range(1, files + 1))
    return _xml(f"<sitemapindex {_NAMESPACE}>{''.join(entries)}</sitemapindex>")


@public.get("/sitemap-<int:number>.xml")
@allow(Permission.SEE_PUBLIC)
def sitemap_file(number: int) -> ResponseReturnValue:
    """One of the files of a sitemap, counted from 1."""
    files = -(-(directory_state().snapshot.size + len(_PAGES)) // ADDRESSES_A_FILE)
    if not 1 <= number <= max(files, 1):
        abort(404)
    return _sitemap_file(number)


def _sitemap_file(number: int) -> Response:
    paths = [url_for(f"public.{name}") for name in _PAGES] if number == 1 else []
    # The first file gives room to the pages that stand.
    first = (number - 1) * ADDRESSES_A_FILE - (len(_PAGES) if number > 1 else 0)
    slugs = listed_slugs(
        db.session(), today=today(), offset=first, limit=ADDRESSES_A_FILE - len(paths)
    )
    members = url_for("public.members")
    paths += [f"{members}/{slug}" for slug in slugs]
    base = base_url()
    entries = "".join(f"<url><loc>{escape(base + path)}</loc></url>\n" for path in paths)
    return _xml(f"<urlset {_NAMESPACE}>\n{entries}</urlset>")


def _xml(body: str) -> Response:
    declared = f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'
    return Response(declared, content_type="application/xml; charset=utf-8")


@public.get("/robots.txt")
@allow(Permission.SEE_PUBLIC)
def robots() -> ResponseReturnValue:
    """Search engines may see public pages; endless combinations of filters help nobody."""
    lines = (
        "User-agent: *",
        "Disallow: /*?*sector=",
        "Disallow: /*?*as_of=",
        "Disallow: /*?*theme=",
        "Allow: /",
        f"Sitemap: {base_url()}{url_for('public.sitemap')}",
    )
    return _plain(lines)


@public.get("/.well-known/security.txt")
@allow(Permission.SEE_PUBLIC)
def security_txt() -> ResponseReturnValue:
    """Whom to tell of a weakness (RFC 9116)."""
    settings = directory_state().settings
    expires = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    expires += SECURITY_CONTACT_VALID
    languages = ", ".join(one for one in settings.languages if one in OWN_NAMES)
    return _plain(
        (
            f"Contact: mailto:{settings.contact_address}",
            f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
            f"Preferred-Languages: {languages}",
            f"Canonical: {base_url()}{request.path}",
        )
    )


def _plain(lines: tuple[str, ...]) -> Response:
    return Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@public.get("/favicon.ico")
@allow(Permission.SEE_PUBLIC)
def favicon() -> ResponseReturnValue:
    """Browsers that ask without reading the page are led to the picture."""
    return redirect(current_app.extensions["assets"].url("img/favicon.svg"), 302)
