"""A small service in the frame of the workspace, to see its scripts at work without a database."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask, Response, redirect, render_template_string, request

from alliance.accounts.permissions import Permission, allow
from alliance.web.assets import Assets, register
from alliance.web.frames import desk_parts

ROOT = Path(__file__).parents[2]
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'"
)
FRAME = "{% extends 'layouts/staff.html' %}{% block title %}Desk{% endblock %}"
LIST = (
    FRAME
    + """
{% from "components/list_table.html" import list_table %}
{% from "components/selection.html" import selection_act, selection_bar %}
{% block content %}<h1>Members</h1>
{% call selection_bar("t", 64, [("country", "KE")]) %}{{ selection_act("Act", "/staff/act") }}
{% endcall %}
{% call(row) list_table("Members", [("", none, rows)], ("Name", ""), [("Country", "")]) %}
<td>Kenya</td>{% endcall %}
{% endblock %}"""
)
RECORD = (
    FRAME
    + """
{% from "components/facts.html" import facts %}
{% block content %}<h1>Record</h1>
{{ facts([("city", "City", city, "/staff/edit", "", ""), ("code", "Code", "7", "", "", "")]) }}
{% endblock %}"""
)
EDIT = (
    FRAME
    + """
{% from "components/facts.html" import one_field_form %}
{% from "components/fields.html" import text_field %}
{% block content %}<h1>Edit</h1>
{% call one_field_form("/staff/edit", "t", "/staff/record") %}
{{ text_field("city", "City", city, error=error) }}{% endcall %}{% endblock %}"""
)
FORM = (
    FRAME
    + """
{% from "components/duplicates.html" import duplicates_area %}
{% from "components/picker.html" import picker %}
{% block content %}<h1>New</h1><form method="post" action="/staff/act" data-guard>
<label for="name">Name</label><input id="name" name="name">
{{ duplicates_area("/staff/duplicates", ["name"]) }}
{{ picker("parent", "Stands under", "/staff/pick", optional=true) }}
<fieldset data-repeated="names"><div data-entries><div data-entry>
<input id="names-0-text" name="names-0-text" value="One" aria-label="Text"><button name="remove"
value="names-0">Remove</button></div></div><button name="add" value="names">Add</button></fieldset>
<button>Save</button></form>{% endblock %}"""
)
ROWS = [
    {
        "id": number, "name": f"Member {number}", "language": "", "url": f"/staff/o/{number}",
        "peek_url": f"/staff/o/{number}/peek", "shape": "leaf", "initial": "M", "logo": "",
        "other": "", "archived": False,
    }
    for number in range(1, 6)
]  # fmt: skip


def translated(text: str, **values: Any) -> str:
    return text % values if values else text


def counted(one: str, many: str, number: int, **values: Any) -> str:
    return (one if number == 1 else many) % {"num": number, **values}


def frame(said: list[dict[str, Any]], asset: Callable[[str], str]) -> dict[str, Any]:
    """What the frame takes; `said` is emptied by the page that tells it."""

    def tell() -> list[dict[str, Any]]:
        told = list(said)
        said.clear()
        return told

    places = ("/staff/", "/staff/organisations", "/staff/contacts")
    values: dict[str, Any] = {
        "asset": asset, "alliance": {"name": "Alliance", "mark": "img/mark.svg"},
        "lang": "en", "direction": "ltr", "theme": "light", "languages": [("en", "English")],
        "here": lambda **_: "?",
        "workspace": {
            "navigation": [("", [(place, place, "house", False, None) for place in places])],
            "new": [], "person": {"name": "P", "initials": "P", "email": "", "role": ""},
            "mark_of": lambda mark: mark, "said": tell, "token": lambda: "t",
        },
    }  # fmt: skip
    values["desk_parts"] = lambda workspace, url: desk_parts(values, workspace, url)
    return values


def make_desk() -> Flask:
    """The service. What it is sent stands in its `sent`, the city of its record in `city`."""
    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder=None)
    register(app, Assets(ROOT / "static"))
    app.jinja_env.globals.update(_=translated, gettext=translated, ngettext=counted)
    said: list[dict[str, Any]] = []
    sent: list[dict[str, str]] = []
    state = {"city": "Amman"}
    app.extensions["desk"] = {"sent": sent, "state": state}
    app.context_processor(lambda: frame(said, app.jinja_env.globals["asset"]))
    app.after_request(_guard)
    _pages(app, state)
    _answers(app, state, said, sent)
    return app


def _guard(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    return response


def _pages(app: Flask, state: dict[str, str]) -> None:
    @app.get("/staff/list")
    @allow(Permission.SEE_PUBLIC)
    def show_list() -> str:
        return render_template_string(LIST, rows=ROWS)

    @app.get("/staff/record")
    @allow(Permission.SEE_PUBLIC)
    def show_record() -> str:
        return render_template_string(RECORD, **state)

    @app.get("/staff/form")
    @allow(Permission.SEE_PUBLIC)
    def show_form() -> str:
        return render_template_string(FORM)

    @app.get("/staff/o/<int:number>/peek")
    @allow(Permission.SEE_PUBLIC)
    def peek(number: int) -> str:
        content = "{% block content %}<div data-fragment='peek'><p>Look at {{ n }}</p></div>"
        return render_template_string(f"{FRAME}{content}{{% endblock %}}", n=number)

    @app.get("/staff/")
    @app.get("/staff/organisations")
    @app.get("/staff/search")
    @app.get("/staff/o/<int:number>")
    @allow(Permission.SEE_PUBLIC)
    def place(number: int = 0) -> str:
        return f"<title>place</title>{request.path.replace('<', '')}"


def _answers(
    app: Flask, state: dict[str, str], said: list[dict[str, Any]], sent: list[dict[str, str]]
) -> None:
    @app.route("/staff/edit", methods=["GET", "POST"])
    @allow(Permission.SEE_PUBLIC)
    def edit() -> Any:
        if request.method == "GET":
            return render_template_string(EDIT, error="", **state)
        city = request.form["city"]
        if not city:
            return render_template_string(EDIT, error="Enter a city.", city=""), 422
        state["city"] = city
        said.append({"text": "Saved.", "undo": "/staff/act", "late": False})
        return redirect("/staff/record", 303)

    @app.get("/staff/palette")
    @app.get("/staff/pick")
    @allow(Permission.SEE_PUBLIC)
    def found() -> str:
        asked = request.args["q"]
        if request.path.endswith("pick"):
            options = [(12, f"Body {asked}", "", "Kenya", "", "")]
            source = "{% from 'components/picker.html' import picker_options %}"
            return render_template_string(source + "{{ picker_options(o) }}", o=options)
        options = [(f"Hit {asked} {n}", f"/staff/o/{n}", "", "", "leaf", "H", "") for n in (1, 2)]
        source = "{% from 'components/palette.html' import palette_results %}"
        return render_template_string(source + "{{ palette_results([('Records', o)]) }}", o=options)

    @app.post("/staff/duplicates")
    @app.post("/staff/act")
    @allow(Permission.SEE_PUBLIC)
    def take() -> str:
        values = request.form.to_dict(flat=False)
        sent.append({name: ",".join(all_) for name, all_ in values.items()})
        return f"<p>Like {request.form['name']}</p>" if "name" in request.form else "done"
