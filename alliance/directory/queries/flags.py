"""What a reviewer should look at before trusting an organisation's names and domains."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from alliance.directory.models import Organisation, OrganisationDomain
from alliance.directory.rules.domains import alike_pattern, looks_like, shown_domain
from alliance.directory.rules.records import OrganisationRecord
from alliance.directory.rules.scripts import suspicious_script


def flags_of(session: Session, record: OrganisationRecord) -> tuple[str, ...]:
    """Sentences on names that imitate by their script and on domains that others have, or nearly.

    Empty when nothing is to be said; one statement at most.
    """
    texts = (record.name, *(one.text for one in record.names))
    told = [found for text in texts if (found := suspicious_script(text)) is not None]
    if not record.domains:
        return tuple(told)
    owners: dict[str, list[str]] = {}
    for domain, name in session.execute(
        select(OrganisationDomain.domain, Organisation.name)
        .join(Organisation, Organisation.id == OrganisationDomain.organisation_id)
        .where(
            Organisation.id != record.id,
            or_(
                *(
                    OrganisationDomain.domain.regexp_match(alike_pattern(one.domain))
                    for one in record.domains
                )
            ),
        )
        .order_by(OrganisationDomain.domain, Organisation.id)
    ):
        owners.setdefault(domain, []).append(name)
    for own in record.domains:
        shown = shown_domain(own.domain)
        for name in owners.get(own.domain, ()):
            told.append(f"{shown} is claimed by “{name}” too.")
        for alike in looks_like(own.domain, owners):
            for name in owners[alike.domain]:
                other = shown_domain(alike.domain)
                told.append(f"{shown} could be taken for {other} of “{name}”: {alike.reason}.")
    return tuple(told)
