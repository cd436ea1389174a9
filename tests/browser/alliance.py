"""Members that pages are likely to stumble over, and the addresses of pages to look at."""

from dataclasses import replace
from datetime import date
from itertools import count

from sqlalchemy.orm import Session

from alliance.directory.queries.reference import reference
from alliance.directory.rules.records import (
    Identifier,
    Membership,
    Name,
    NameKind,
    OrganisationRecord,
    Precision,
)
from alliance.reactions import commit
from tests.factories.directory import make_organisations, organisation

HOSTILE = (
    "<script>window.ran = 1</script>",
    '"><img src=x onerror="window.ran = 1">',
    "</title><svg onload='window.ran = 1'></svg>",
    "<a href='javascript:window.ran=1' style='position:fixed;inset:0'>{{ 7 * 7 }}</a>",
)
LONG_NAME = (
    "Intergovernmental Commission for the Protection of Children and Young People in the Digital "
    "Environment of the Southern Hemisphere and the Neighbouring Island States, Permanent Joint "
    "Secretariat"
).ljust(200, ".")
LONG_WORD = "Donaudampfschifffahrtsgesellschaft" * 6
ARABIC = (
    "المؤسسة الوطنية لحماية الأطفال والشباب من الاستغلال في البيئة الرقمية (NCP 2024)، فرع عمّان"
)
HEBREW = "העמותה להגנה על ילדים ברשת – Safe Net"

SLUG_LONG_NAME, SLUG_LONG_WORD, SLUG_ARABIC = "a-long-name", "a-long-word", "an-arabic-name"
SLUG_HOSTILE, SLUG_FORMER = "a-hostile-name-1", "a-former-member"

REFUSED = "/members?as_of=soon&sort=colour"

# Each under a short name that its tests go by.
PAGES = {
    "home": "/",
    "list": "/members",
    "list-end": "/members?page=5",
    "list-filtered": "/members?q=a&category=government&region=africa&region=europe&sort=name",
    "list-misspelt": "/members?q=Ethopia",
    "list-empty": "/members?q=zqxjkv",
    "list-refused": "/members?as_of=soon&country=Ethiopia",
    "list-past": "/members?as_of=2015-06-01",
    "table": "/members?view=table",
    "map": "/members?view=map",
    "organisation": "/members/internet-watch-foundation",
    "organisation-hostile": f"/members/{SLUG_HOSTILE}",
    "organisation-long-name": f"/members/{SLUG_LONG_NAME}",
    "organisation-long-word": f"/members/{SLUG_LONG_WORD}",
    "organisation-arabic": f"/members/{SLUG_ARABIC}",
    "organisation-former": f"/members/{SLUG_FORMER}",
    "about": "/about",
    "accessibility": "/accessibility",
    "privacy": "/privacy",
    "codebook": "/members/codebook",
    "gallery": "/gallery",
    "gallery-workspace": "/gallery/workspace",
    "api": "/api/v1/",
    "console": "/api/v1/console",
    "missing": "/nowhere",
}
# What cannot be answered with 200 on purpose.
ANSWERS = {PAGES["list-refused"]: 400, PAGES["missing"]: 404, REFUSED: 400}
# The vendored console is another project's page in a frame of ours.
OWN_PAGES = {name: path for name, path in PAGES.items() if name != "console"}


def add_nasty_members(session: Session) -> None:
    """Store them. Their names begin with A, so that the first page of the list shows them."""
    everything = tuple(reference(session).sectors)
    made = make_organisations(session, [*_hostile(), *_long(everything), *_others()])
    parent = next(one for one in made if one.slug == SLUG_LONG_NAME)
    chapter = organisation("A chapter of a long name", parent_id=parent.id, country="PT")
    merged = organisation(
        "A member that merged",
        merged_into_id=parent.id,
        dissolved_on=date(2019, 2, 1),
        country="ZW",
        memberships=(Membership(date(2016, 2, 1), ended_on=date(2019, 2, 1)),),
    )
    make_organisations(session, [chapter, merged])
    commit(session)


def _hostile() -> list[OrganisationRecord]:
    numbers = count(1)
    return [
        organisation(
            f"A {text}",
            slug=f"a-hostile-name-{next(numbers)}",
            description=text,
            city=text,
            street=text,
            notes=text,
            source=text,
            category="company",
            names=tuple(Name(kind, f"{kind} {text}") for kind in NameKind),
            memberships=(
                Membership(date(2013, 1, 1), ended_on=date(2014, 1, 1), end_reason=text),
                Membership(date(2024, 5, 1)),
            ),
        )
        for text in HOSTILE
    ]


def _long(sectors: tuple[int, ...]) -> list[OrganisationRecord]:
    long_name = organisation(
        LONG_NAME,
        slug=SLUG_LONG_NAME,
        category="regional_organisation",
        description=f"{LONG_NAME} {LONG_NAME}\n\n{LONG_NAME}",
        sectors=sectors,
        countries=("KE", "UG", "TZ", "RW", "BI", "CD", "GB", "VC", "BO", "VE", "KR", "TT"),
        country="GB",
        names=(
            Name(NameKind.FORMER, LONG_NAME.upper(), None, date(2001, 1, 1), date(2019, 12, 31)),
            Name(NameKind.TRANSLATION, ARABIC, "ar"),
        ),
        identifiers=(Identifier("lei", "529900T8BM49AURSDO55"),),
    )
    long_word = replace(
        long_name,
        name=f"A{LONG_WORD}",
        slug=SLUG_LONG_WORD,
        category="civil_society",
        description=LONG_WORD * 3,
        city=LONG_WORD[:120],
        names=(Name(NameKind.ACRONYM, LONG_WORD.upper()),),
        website=f"https://www.{LONG_WORD[:60].lower()}.example/{LONG_WORD}",
        identifiers=(),
    )
    return [long_name, long_word]


def _others() -> list[OrganisationRecord]:
    arabic = organisation(
        ARABIC,
        slug=SLUG_ARABIC,
        language="ar",
        country="JO",
        city="عمّان",
        description=f"{ARABIC}. {ARABIC}!",
        names=(Name(NameKind.LATIN, "A National Foundation"), Name(NameKind.ACRONYM, "م.و.ح")),
        memberships=(Membership(date(2024, 3, 1), Precision.MONTH),),
    )
    former = organisation(
        "A former member",
        slug=SLUG_FORMER,
        country=None,
        dissolved_on=date(2022, 1, 1),
        memberships=(Membership(date(2013, 1, 1), Precision.YEAR, True, date(2021, 6, 1)),),
    )
    return [
        arabic,
        organisation(HEBREW, slug="a-hebrew-name", language="he", country="IL", description=HEBREW),
        organisation("A 子ども安全ネットワーク", language="ja", country="JP", category="company"),
        former,
    ]
