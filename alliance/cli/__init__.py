"""Commands at the console, all under `flask`, each the same operation that a page or job calls."""

from collections.abc import Mapping
from importlib import import_module

import click
from flask import Flask
from flask.cli import AppGroup

# Name of the command, and where it is. Loaded when it is called: a web worker carries none of them.
COMMANDS: Mapping[str, str] = {
    "housekeeping": "alliance.cli.housekeeping:housekeeping",
    "tokens": "alliance.cli.tokens:tokens",
    "accounts": "alliance.cli.accounts:accounts",
    "history": "alliance.cli.history:history",
    "import": "alliance.cli.imports:imports",
    "listings": "alliance.cli.listings:listings",
    "organisations": "alliance.cli.organisations:organisations",
    "export": "alliance.cli.exports:export",
    "serve": "alliance.cli.serve:serve",
    "settings": "alliance.cli.settings:settings",
}


class Commands(AppGroup):
    """The commands above, loaded one by one as they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, for `flask --help`."""
        return sorted({*super().list_commands(ctx), *COMMANDS})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command called `cmd_name`, or None."""
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        module, _, attribute = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command


def register(app: Flask) -> None:
    """Add the commands to `flask`."""
    already = app.cli.commands
    app.cli = Commands(app.name, commands=already)
