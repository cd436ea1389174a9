"""Pages that stand: about the alliance, accessibility, privacy, and the gallery of components."""

from flask import current_app, render_template
from flask.typing import ResponseReturnValue

from alliance.accounts.permissions import Permission, allow
from alliance.web.languages import language
from alliance.web.public import public
from alliance.web.public.context import directory_state, labels, today
from alliance.web.public.samples import sample_form
from alliance.web.public.tally import present_tally
from alliance.web.public.world import outlines


@public.get("/about")
@allow(Permission.SEE_PUBLIC)
def about() -> ResponseReturnValue:
    """What the alliance is and does, and how to ask about joining."""
    state = directory_state()
    counts = present_tally(state, labels(state, language()), today())
    return render_template("public/about.html", counts=counts)


@public.get("/accessibility")
@allow(Permission.SEE_PUBLIC)
def accessibility() -> ResponseReturnValue:
    """How usable the service is for everybody, what is known to fall short, and whom to tell."""
    return render_template("public/accessibility.html")


@public.get("/privacy")
@allow(Permission.SEE_PUBLIC)
def privacy() -> ResponseReturnValue:
    """What is processed about whom and why."""
    return render_template("public/privacy.html")


@public.get("/gallery")
@allow(Permission.SEE_PUBLIC)
def gallery() -> ResponseReturnValue:
    """Every component in every state."""
    drawn = outlines(current_app.extensions["assets"].folder)
    return render_template("public/gallery.html", world=drawn)


@public.get("/gallery/workspace")
@allow(Permission.SEE_PUBLIC)
def gallery_of_the_workspace() -> ResponseReturnValue:
    """Every component of the secretariat's workspace, with made-up records."""
    return render_template("public/gallery_workspace.html", form=sample_form())
