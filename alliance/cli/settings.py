"""`flask settings`: name, mark, contact address, zone and languages of the alliance."""

import json
from dataclasses import asdict

import click
from flask.cli import AppGroup

from alliance.cli.console import actor, changing
from alliance.core.db import db
from alliance.core.settings import alliance_settings
from alliance.directory.operations.settings import change_setting, typed_setting

settings = AppGroup("settings", help="What makes this alliance this one.")


@settings.command("list")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
def list_settings(as_json: bool) -> None:
    """Show the settings in force, whether stored or by default."""
    in_force = asdict(alliance_settings(db.session()))
    for key in ("names", "visibility"):
        in_force[key] = dict(in_force[key])
    if as_json:
        click.echo(json.dumps(in_force, ensure_ascii=False, indent=2))
        return
    for key, value in in_force.items():
        shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        click.echo(f"{key:16} {shown}")


@settings.command("set")
@click.argument("key")
@click.argument("value", required=False)
@click.option("--default", "is_default", is_flag=True, help="Go back to the default.")
@click.option("--reason", help="Why; kept in the history.")
def set_setting(key: str, value: str | None, is_default: bool, reason: str | None) -> None:
    """Set KEY to VALUE: names as JSON by language, languages with commas between, else text."""
    if (value is None) != is_default:
        raise click.UsageError("Give either a value or --default.")
    with changing() as session:
        wanted = None if value is None else typed_setting(key, value)
        change_setting(session, key, wanted, actor=actor(), reason=reason)
    click.echo(f"{key} is set")
