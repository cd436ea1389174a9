"""A form of every kind of field, for the gallery of the workspace."""

from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    FieldList,
    Form,
    FormField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    URLField,
)
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from alliance.web.languages import gettext


class _Name(Form):
    text = StringField()
    kind = SelectField(validators=[Optional()])


class _Sample(Form):
    name = StringField(validators=[InputRequired()])
    email = EmailField(validators=[InputRequired()])
    website = URLField(validators=[Optional()])
    about = TextAreaField(validators=[Optional()])
    country = SelectField()
    joined = DateField(validators=[Optional()])
    share = RadioField()
    sectors = SelectMultipleField(
        validators=[Optional()], widget=ListWidget(), option_widget=CheckboxInput()
    )
    parent = StringField(validators=[Optional()])
    listed = BooleanField()
    names = FieldList(FormField(_Name), min_entries=2)
    domains = FieldList(StringField(), min_entries=1)

    def hidden_tag(self) -> str:
        """No hidden fields: this form is looked at, never sent."""
        return ""


def sample_form() -> Form:
    """A form with answers, an error among them, and words in the reader's language."""
    form = _Sample(
        data={
            "name": "مؤسسة حماية الطفل",
            "email": "name@",
            "country": "JO",
            "share": "staff",
            "sectors": ["helplines"],
            "listed": True,
            "names": [{"text": "Child Protection Foundation", "kind": "latin"}, {"text": "CPF"}],
            "domains": ["childprotection.example"],
        }
    )
    _word(form)
    form.country.choices = [
        SelectChoice("JO", gettext("Jordan")),
        SelectChoice("KE", gettext("Kenya")),
    ]
    form.share.choices = [
        SelectChoice("public", gettext("Everyone")),
        SelectChoice("staff", gettext("Staff only")),
    ]
    form.sectors.choices = [
        SelectChoice("helplines", gettext("Helplines")),
        SelectChoice("research", gettext("Research")),
    ]
    wrong = gettext("Enter an e-mail address such as name@example.org.")
    form.email.errors = [wrong]
    return form


def _word(form: Form) -> None:
    labels = {
        "name": gettext("Name"),
        "email": gettext("E-mail address"),
        "website": gettext("Website"),
        "about": gettext("Description"),
        "country": gettext("Home country"),
        "joined": gettext("Member since"),
        "share": gettext("Who may see this?"),
        "sectors": gettext("Sectors"),
        "parent": gettext("Stands under"),
        "listed": gettext("Shown to the public"),
        "names": gettext("Other names"),
        "domains": gettext("Web domains"),
    }
    for name, text in labels.items():
        form[name].label.text = text
    form.name.description = gettext("In its own script, as it is registered.")
    for entry in form.names:
        entry.form.text.label.text = gettext("Name")
        entry.form.kind.label.text = gettext("Kind of name")
        entry.form.kind.choices = [
            SelectChoice("latin", gettext("In Latin letters")),
            SelectChoice("acronym", gettext("Acronym")),
        ]
