"""A small alliance with everything that a public page may stumble over."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from alliance.directory.rules.records import (
    Domain,
    Identifier,
    Membership,
    Name,
    NameKind,
    OrganisationRecord,
    Precision,
    Visibility,
)
from alliance.reactions import commit
from tests.factories.directory import make_organisations, organisation

CANARY = "kanarienvogel"


def _government(name: str, country: str, **values: object) -> OrganisationRecord:
    return organisation(
        name,
        **{
            "category": "government",
            "country": country,
            "memberships": (Membership(date(2012, 12, 5)),),
            **values,
        },
    )


def _records() -> list[OrganisationRecord]:
    secret = Visibility.SECRETARIAT
    return [
        _government("Ethiopia", "ET", names=(Name(NameKind.TRANSLATION, "إثيوبيا", "ar"),)),
        _government("Côte d’Ivoire", "CI", language="fr"),
        _government("Malta", "MT"),
        organisation(
            "Internet Watch Foundation",
            country="GB",
            website="https://iwf.example",
            description="Finds and removes images of abuse.",
            names=(Name(NameKind.ACRONYM, "IWF"), Name(NameKind.FORMER, "Safety Net Foundation")),
            identifiers=(Identifier("lei", "529900T8BM49AURSDO55"),),
            memberships=(Membership(date(2022, 1, 1), Precision.YEAR, is_at_latest=True),),
        ),
        organisation(
            "مؤسسة حماية الطفل",
            language="ar",
            country="JO",
            memberships=(Membership(date(2019, 6, 1), Precision.MONTH),),
        ),
        organisation("Harbour Signals", category="company", country=None),
        organisation(
            "Gone Before",
            category="company",
            country="NO",
            memberships=(Membership(date(2013, 1, 1), ended_on=date(2015, 1, 1)),),
        ),
        organisation("Arrives Later", country="FJ", memberships=(Membership(date(2150, 1, 1)),)),
        organisation("Never Listed", is_listed=False),
        organisation(
            "Discreet Friends",
            country="CH",
            city=f"{CANARY}city",
            description=f"{CANARY}description",
            website=f"https://{CANARY}website.example",
            email=f"{CANARY}email@discreet.example",
            phone="+41446681800",
            street=f"{CANARY}street",
            postcode=f"{CANARY}postcode",
            notes=f"{CANARY}notes",
            source=f"{CANARY}source",
            domains=(Domain(f"{CANARY}domain.example"),),
            names=(Name(NameKind.SHORT, f"{CANARY}shortname"),),
            memberships=(Membership(date(2018, 1, 1)),),
            visibility={
                "description": secret,
                "website": secret,
                "city": secret,
                "names": secret,
            },
        ),
    ]


@pytest.fixture
def alliance(session: Session) -> list[OrganisationRecord]:
    """Eight members of today, one of long ago, one of the far future, one that is not listed."""
    made = make_organisations(session, _records())
    commit(session)
    return made
