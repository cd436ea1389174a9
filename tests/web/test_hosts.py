"""The service answers to its own names only, so that no forged one ends up in a link."""

from dataclasses import replace

import pytest

from alliance.app import create_app


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1", "127.0.0.1:80"])
def test_this_machines_own_names_are_known(client, host):
    assert client.get("/health/live", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1.nip.example"]
)
def test_another_name_is_refused(client, host):
    answer = client.get("/health/live", headers={"Host": host})
    assert answer.status_code == 400
    assert "evil" not in answer.get_data(as_text=True)


def test_the_public_name_is_known(config):
    app = create_app(replace(config, base_url="https://members.example.org"))
    answer = app.test_client().get("/health/live", headers={"Host": "members.example.org"})
    assert answer.status_code == 200


def test_a_service_for_a_whole_network_without_a_public_name_answers_to_all(config):
    app = create_app(replace(config, host="0.0.0.0", base_url="http://127.0.0.1:8000"))
    answer = app.test_client().get("/health/live", headers={"Host": "192.0.2.7:8000"})
    assert answer.status_code == 200


def test_a_service_on_an_ipv6_number_answers_to_it(config):
    app = create_app(replace(config, host="::1", base_url="http://[::1]:8000"))
    answer = app.test_client().get("/health/live", headers={"Host": "[::1]:8000"})
    assert answer.status_code == 200


def test_a_forwarded_name_counts_only_from_proxies_that_were_announced(config):
    forged = {"X-Forwarded-Host": "evil.example", "X-Forwarded-For": "192.0.2.1"}
    alone = create_app(config).test_client()
    assert alone.get("/health/live", headers=forged).status_code == 200
    proxied = create_app(replace(config, trusted_proxies=1)).test_client()
    assert proxied.get("/health/live", headers=forged).status_code == 400
