"""The forms about who works where: taking a role, moving, leaving, and correcting."""

from wtforms import (
    DateField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    validators,
)

from alliance.directory.rules.reference import label_of
from alliance.web.languages import gettext, language
from alliance.web.numbers import whole_number
from alliance.web.public.context import directory_state
from alliance.web.staff.contact.forms import ContactForm, PeopleForm, Pressed
from alliance.web.staff.labels import field_label


def role_choices(category: str | None = None) -> list[tuple[str, str]]:
    """Roles by name; only those that an organisation of this category has, when one is given."""
    return [
        (code, label_of(term.names, language()))
        for code, term in directory_state().reference.roles.items()
        if category is None or term.category in (None, category)
    ]


class RoleForm(PeopleForm):
    """What all forms that give a role have in common."""

    role = SelectField()
    on = DateField()
    job_title = StringField(validators=[validators.Optional()])
    hand_over = RadioField(validators=[validators.Optional()], validate_choice=False, choices=[])
    reason = StringField(validators=[validators.Optional()])

    def prepare_role(self, roles: list[tuple[str, str]]) -> None:
        """Word the fields and offer the roles."""
        self.role.choices = roles
        self.role.label.text = gettext("Role")
        self.on.label.text = gettext("From")
        self.on.description = gettext("The first day in the role. It may lie ahead.")
        self.job_title.label.text = gettext("Job title")
        self.reason.label.text = gettext("Reason")
        self.reason.description = gettext("Stands in the history.")
        self.hand_over.label.text = gettext("Hand the role over")

    @property
    def handed_over_by(self) -> int | None:
        """The contact whose role ends in favour of the new one, if any."""
        return whole_number(str(self.hand_over.data or ""))


class AddPersonForm(RoleForm):
    """Somebody who is known already, or somebody new, takes a role in an organisation."""

    name = StringField()
    email = StringField(validators=[validators.Optional()])
    latin_name = StringField(validators=[validators.Optional()])
    person = RadioField(validators=[validators.Optional()], validate_choice=False, choices=[])

    def prepare(self, roles: list[tuple[str, str]], *, with_details: bool) -> None:
        """Word the form; without the right to see addresses there is no field for one."""
        self.prepare_role(roles)
        self.name.label.text = gettext("Name")
        self.name.description = gettext(
            "Of somebody new, or of a contact who is known already; who fits is offered below."
        )
        self.latin_name.label.text = field_label("contact", "latin_name")
        self.latin_name.description = gettext("Only where the name is written in another script.")
        self.person.label.text = gettext("Who is it?")
        if with_details:
            self.email.label.text = gettext("E-mail address")
            self.email.render_kw = {"inputmode": "email", "dir": "ltr"}
        else:
            del self.email


class AffiliateForm(RoleForm):
    """One contact takes a role in an organisation that is chosen.

    place_id: the organisation that was meant; organisation_offers: those that may be meant.
    """

    place_id: int | None = None
    organisation_offers: list[str] = []  # noqa: RUF012  replaced, never changed
    organisation = StringField()

    def prepare_place(self, roles: list[tuple[str, str]]) -> None:
        """Word the form."""
        self.prepare_role(roles)
        self.organisation.label.text = gettext("Organisation")
        self.organisation.description = gettext("Its name, or its number such as #12.")
        self.organisation.render_kw = {"list": "organisation-offers"}


class MoveForm(AffiliateForm):
    """A contact leaves one organisation and takes a role in another."""

    # Checked when it is worked off: of a second copy the first has left already.
    leaves = SelectField(validate_choice=False)

    def prepare_move(self, roles: list[tuple[str, str]], workplaces: list[tuple[str, str]]) -> None:
        """Word the form."""
        self.prepare_place(roles)
        self.leaves.label.text = gettext("Leaves")
        self.leaves.choices = workplaces
        self.organisation.label.text = gettext("Moves to")
        self.role.label.text = gettext("Role there")
        self.on.label.text = gettext("On")
        self.on.description = gettext(
            "The first day in the new role, and the first without the old."
        )


class LeaveForm(PeopleForm):
    """A contact leaves one organisation, or all."""

    organisation = SelectField(validate_choice=False)
    on = DateField()
    reason = StringField(validators=[validators.Optional()])

    def prepare(self, workplaces: list[tuple[str, str]]) -> None:
        """Word the form."""
        self.organisation.label.text = gettext("Leaves")
        self.organisation.choices = workplaces
        self.on.label.text = gettext("On")
        self.on.description = gettext("The first day without the organisation. It may lie ahead.")
        self.reason.label.text = gettext("Reason")
        self.reason.description = gettext("Stands in the history.")


class AffiliationForm(PeopleForm):
    """What is stored of an affiliation, to be corrected."""

    version = HiddenField()
    role = SelectField()
    job_title = StringField(validators=[validators.Optional()])
    started_on = DateField(validators=[validators.Optional()])
    ended_on = DateField(validators=[validators.Optional()])
    reason = StringField(validators=[validators.Optional()])
    keep = Pressed()

    def prepare(self, roles: list[tuple[str, str]]) -> None:
        """Word the form."""
        self.role.choices = roles
        for field in ("role", "job_title", "started_on", "ended_on"):
            self[field].label.text = field_label("affiliation", field)
        self.ended_on.description = gettext("The first day that is not worked any more.")
        self.reason.label.text = gettext("Reason")
        self.reason.description = gettext("Stands in the history.")


class EndForm(PeopleForm):
    """One role ends on a day."""

    on = DateField()
    reason = StringField(validators=[validators.Optional()])

    def prepare(self) -> None:
        """Word the form."""
        self.on.label.text = gettext("On")
        self.on.description = gettext("The first day without the role. It may lie ahead.")
        self.reason.label.text = gettext("Reason")
        self.reason.description = gettext("Stands in the history.")


class NewContactForm(ContactForm, AffiliateForm):
    """Somebody new, and the role that he takes at once, where there is one."""

    organisation = StringField(validators=[validators.Optional()])
    role = SelectField(validators=[validators.Optional()])
    on = DateField(validators=[validators.Optional()])
