"""Tables of the directory."""

from alliance.directory.models.change_sets import ChangeSet
from alliance.directory.models.contacts import Affiliation, Contact, ContactAddress, ContactPhone
from alliance.directory.models.desk import ContactWord, OrganisationWord
from alliance.directory.models.listings import Listing, ListingWord, SearchVariant
from alliance.directory.models.notes import StaffNote
from alliance.directory.models.organisations import (
    FormerSlug,
    MembershipRow,
    Organisation,
    OrganisationCountry,
    OrganisationDomain,
    OrganisationIdentifier,
    OrganisationName,
    OrganisationSector,
)
from alliance.directory.models.people import ContactOrder
from alliance.directory.models.reference import (
    AffiliationRole,
    BodyKind,
    Category,
    Country,
    IdentifierScheme,
    Region,
    Sector,
)

__all__ = [
    "Affiliation",
    "AffiliationRole",
    "BodyKind",
    "Category",
    "ChangeSet",
    "Contact",
    "ContactAddress",
    "ContactOrder",
    "ContactPhone",
    "ContactWord",
    "Country",
    "FormerSlug",
    "IdentifierScheme",
    "Listing",
    "ListingWord",
    "MembershipRow",
    "Organisation",
    "OrganisationCountry",
    "OrganisationDomain",
    "OrganisationIdentifier",
    "OrganisationName",
    "OrganisationSector",
    "OrganisationWord",
    "Region",
    "SearchVariant",
    "Sector",
    "StaffNote",
]
