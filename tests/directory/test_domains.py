"""Which domain may stand for an organisation (A01, A04), and which name imitates another (A46)."""

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from alliance.core.errors import BadInput
from alliance.core.text import fold
from alliance.directory.operations.saving import save_organisations
from alliance.directory.rules.domains import (
    Provider,
    alike_pattern,
    check_domain,
    looks_like,
    provider_of,
    registered_domain,
    shown_domain,
)
from alliance.directory.rules.records import Domain
from alliance.directory.rules.scripts import suspicious_script
from tests.factories.directory import STAFF, organisation

OPEN_TO_EVERYBODY = [
    "gov.uk", "GOV.UK", "www.gov.uk", "https://gov.uk/", "gov.uk.", "co.uk", "ac.uk", "gouv.fr",
    "gob.mx", "gc.ca", "github.io", "公司.cn", "xn--55qx5d.cn", "go.ke",
]  # fmt: skip
PROVIDERS = [
    ("gmail.com", Provider.FREE),
    ("googlemail.com", Provider.FREE),
    ("yahoo.co.jp", Provider.FREE),
    ("mail.yahoo.com", Provider.FREE),
    ("outlook.de", Provider.FREE),
    ("mail.ru", Provider.FREE),
    ("qq.com", Provider.FREE),
    ("proton.me", Provider.FREE),
    ("mailinator.com", Provider.DISPOSABLE),
    ("team.guerrillamail.net", Provider.DISPOSABLE),
]
NO_DOMAINS = ["127.0.0.1", "[::1]", "localhost", "nowhere", "a b.org", "", "192.0.2.1:80", "-a.org"]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("https://www.harbour-light.example/about", "harbour-light.example"),
        ("Harbour-Light.EXAMPLE.", "harbour-light.example"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("police.service.gov.uk", "police.service.gov.uk"),
        ("foo.github.io", "foo.github.io"),
        ("وزارة.example", "xn--mgbexc3i.example"),
    ],
)
def test_a_domain_is_kept_in_its_ascii_form(typed, kept):
    assert check_domain(typed) == kept
    assert check_domain(check_domain(typed)) == check_domain(typed)


@pytest.mark.parametrize("typed", OPEN_TO_EVERYBODY)
def test_a_public_suffix_is_refused(typed):
    with pytest.raises(BadInput, match="Anybody can have a name under") as refused:
        check_domain(typed)
    assert refused.value.field == "domains"


@pytest.mark.parametrize(("typed", "kind"), PROVIDERS)
def test_a_provider_of_mailboxes_for_anybody_is_refused(typed, kind):
    assert provider_of(typed) is kind
    with pytest.raises(BadInput, match="anybody can have a mailbox"):
        check_domain(typed)


@pytest.mark.parametrize("typed", NO_DOMAINS)
def test_what_is_no_domain_is_refused(typed):
    with pytest.raises(BadInput):
        check_domain(typed)


@pytest.mark.parametrize("typed", ["gmail.example.org", "notgmail.com", "mygmx.org", "un.org"])
def test_a_domain_that_only_contains_a_provider_is_not_one(typed):
    assert check_domain(typed) == typed


@pytest.mark.parametrize("domain", ["gov.uk", "gmail.com", "127.0.0.1"])
def test_such_a_domain_cannot_be_stored_by_whichever_way(session, domain):
    with pytest.raises(BadInput) as refused:
        save_organisations(session, [organisation(domains=(Domain(domain),))], actor=STAFF)
    assert refused.value.field == "domains"
    assert "Harbour Light" in refused.value.message


@pytest.mark.parametrize(
    ("domain", "reason"),
    [
        ("inhope.com", "another ending"),
        ("іnhope.org", "drawn alike"),
        ("lnhope.org", "drawn alike"),
        ("inh0pe.org", "drawn alike"),
        ("inhope-portal.org", "word added"),
        ("my-inhope.org", "word added"),
        ("inhop.org", "one letter different"),
        ("ihnope.org", "one letter different"),
        ("in-hope.org", "different"),
        ("mail.inhope.net", "another ending"),
    ],
)
def test_a_domain_that_could_be_taken_for_a_members_is_flagged(domain, reason):
    (found,) = looks_like(check_domain(domain), ["inhope.org", "iwf.org.uk"])
    assert found.domain == "inhope.org"
    assert reason in found.reason


@pytest.mark.parametrize("domain", ["inhope.org", "mail.inhope.org", "hopeful.org", "un.org"])
def test_a_domain_of_ones_own_or_quite_another_is_not_flagged(domain):
    assert looks_like(domain, ["inhope.org", "iwf.org.uk"]) == ()


def test_a_registered_domain_ends_at_its_public_suffix():
    assert registered_domain("a.b.police.gov.uk") == "police.gov.uk"
    assert shown_domain("xn--bcher-kva.example") == "bücher.example"


@pytest.mark.parametrize(
    "name", ["Ministry of Јustice", "INНOPE", "Αmnesty International", "Haгbour Light"]
)
def test_a_name_that_mixes_look_alike_scripts_in_one_word_is_flagged(name):
    assert "mixes" in (suspicious_script(name) or "")


@pytest.mark.parametrize(
    "name",
    ["Ministry of Justice", "Київ Digital", "東京Digital", "Crédit Ελλάς", "وزارة العدل", "3М"],
)
def test_a_name_in_several_scripts_word_by_word_is_normal(name):
    assert suspicious_script(name) is None


def test_names_that_look_alike_are_not_taken_for_each_other():
    assert fold("Ministry of Јustice") != fold("Ministry of Justice")


LABELS = st.text("abcdeimnorlsvw0135-", min_size=4, max_size=9).filter(
    lambda label: label[0] != "-" and label[-1] != "-"
)


@given(LABELS, LABELS, st.data())
def test_whatever_looks_alike_is_let_through_by_the_first_look(label, other, data):
    at = data.draw(st.integers(0, len(label) - 1))
    drawn = label.translate(str.maketrans("oise", "0153"))
    mistyped = [
        other,
        label[:at] + label[at + 1 :],
        label[:at] + "x" + label[at:],
        label[:at] + label[at : at + 2][::-1] + label[at + 2 :],
        drawn,
        drawn.replace("m", "rn").replace("w", "vv").replace("d", "cl"),
        label.replace("-", ""),
        f"{label[:at]}-{label[at:]}",
        f"{label}-{other}",
        f"{other}-{label}",
    ]
    own = f"{label}.org"
    alike = looks_like(own, [f"{one.strip('-') or 'x'}.example" for one in mistyped])
    assume(alike)
    for one in alike:
        assert re.search(alike_pattern(own), one.domain), one
