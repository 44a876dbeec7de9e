"""Verbs of the dashboard: serving it, and who may come in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import ConfigError
from ..terminal import out, print_table
from .app import Folder, OfFolder, app

if TYPE_CHECKING:
    from ..config import Config
    from ..people import People


@app.command()
def dashboard(
    folder: Folder = Path(),
    port: Annotated[int, typer.Option(help="where on this computer", min=1, max=65535)] = 5006,
    address: Annotated[str, typer.Option(help="an IPv4 address to listen on; others need `sign_in`")] = "127.0.0.1",
    origin: Annotated[
        list[str] | None, typer.Option(help="[https://]HOST[:PORT] that people type; again for each further one")
    ] = None,
    prefix: Annotated[str, typer.Option(help="the path it lies under, such as /dq")] = "",
) -> int:
    """Serve what was published to browsers, until Ctrl-C."""
    from ..config import load
    from ..dashboard.entrance.site import site

    config = load(folder)  # mistakes are told before Panel is imported, which takes seconds
    where = site(address, port, origin or [], prefix, config.dashboard.sign_in)
    from ..dashboard.server import serve

    serve(folder, where, lambda line: out.print(line, soft_wrap=True))
    return 0


@app.command()
def people(
    folder: OfFolder,
    add: Annotated[str | None, typer.Option(help="give somebody a new password, which is shown once")] = None,
    remove: Annotated[str | None, typer.Option(help="take somebody's password away")] = None,
) -> int:
    """Show everybody's roles, and who signs in to the dashboard with a password."""
    from ..config import load
    from ..people import People

    config, known = load(folder), People(folder)
    if add and remove:
        raise ConfigError("Give either --add or --remove.")
    if remove:
        known.remove(remove)
    if add:
        out.print(f"The password of {add}, shown this once: {known.add(add)}", highlight=False, soft_wrap=True)
        if config.dashboard.sign_in != "password":
            out.print("Nobody is asked for it yet: put `dashboard: {sign_in: password}` into workbench.yml.")
    names = {name for people in config.roles.values() for name in people} | set(known.names())
    print_table("People", [_line(config, known, name) for name in sorted(names)])
    return 0


def _line(config: Config, known: People, name: str) -> dict[str, str]:
    from ..config.roles import roles_of

    roles = ", ".join(role for role in config.roles if role in roles_of(config, name))
    none = "none: see `roles` in workbench.yml" if config.roles else "all: workbench.yml has no `roles`"
    return {"name": name, "password": "yes" if known.mark(name) else "no", "roles": roles or none}
