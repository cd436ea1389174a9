"""A logo is shown where its organisation is, and nothing else lies under its address."""

import io

import pytest
from PIL import Image

from alliance.directory.operations.logos import store_logo
from alliance.reactions import commit
from tests.factories.directory import STAFF, make_organisation


@pytest.fixture
def logo(app, session):
    """The name of a stored logo, of the organisation at /members/harbour-light."""
    one = make_organisation(session)
    picture = io.BytesIO()
    Image.new("RGB", (40, 40), "teal").save(picture, "PNG")
    folder = app.config["ALLIANCE"].instance_path / "logos"
    name = store_logo(session, one.id, picture.getvalue(), folder=folder, actor=STAFF)
    commit(session)
    return name


@pytest.mark.parametrize("path", ["/members", "/members/harbour-light"])
def test_pages_show_the_logo_from_its_address(client, logo, path):
    assert f'src="/logos/{logo}"' in client.get(path).get_data(as_text=True)


def test_a_logo_may_be_kept_for_ever(client, logo):
    response = client.get(f"/logos/{logo}")
    assert response.mimetype == "image/webp"
    assert response.cache_control.immutable
    assert Image.open(io.BytesIO(response.data)).size == (40, 40)


@pytest.mark.parametrize(
    "name", ["other.webp", f"{'0' * 64}.webp", "..%2fsecret_key", ".%2e/secret_key", "%00.webp"]
)
def test_nothing_else_is_handed_out(client, logo, name):
    assert client.get(f"/logos/{name}").status_code == 404
