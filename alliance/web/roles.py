"""What roles are called."""

from alliance.accounts.permissions import Role
from alliance.web.languages import gettext


def role_name(role: Role | str) -> str:
    """What a role is called, in the reader's language."""
    return {
        Role.ANYONE: gettext("Anyone"),
        Role.ADMINISTRATOR: gettext("Administrator"),
        Role.MEMBERSHIP_MANAGER: gettext("Membership manager"),
        Role.ENGAGEMENT_OFFICER: gettext("Engagement officer"),
        Role.EDITOR: gettext("Editor"),
        Role.AUDITOR: gettext("Auditor"),
    }[Role(role)]
