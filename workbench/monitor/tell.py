"""Telling people of what fell: a program of theirs, or an address that is posted to. Names and figures, no values."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from ..config.monitor import MonitorConfig
from ..language import gettext as _

PATIENCE = 60.0
"""Seconds that a program, and each step of a post, may take."""


def ways(settings: MonitorConfig) -> list[str]:
    """The ways to people that workbench.yml names."""
    return [way for way in ("command", "webhook") if getattr(settings, way)]


def tell(root: Path, settings: MonitorConfig, way: str, said: Mapping[str, Any]) -> str:
    """Tell people by one way; what went wrong with that, in words, nothing where it went well."""
    text = json.dumps(said, ensure_ascii=False, default=str)
    if way == "command":
        return _run(root, settings.command or [], text)
    return _post((settings.webhook or "")[2:-1], text)


def _run(root: Path, command: list[str], text: str) -> str:
    """Give a program the JSON; it, and what it started, ends when its time is over."""
    name = command[0]
    try:
        program = subprocess.Popen(command, stdin=subprocess.PIPE, cwd=root, text=True, encoding="utf-8",
                                   stdout=subprocess.DEVNULL, start_new_session=True)  # fmt: skip
    except OSError as error:
        return _("The command {name} cannot be started: {why}.").format(name=name, why=error.strerror)
    try:
        program.communicate(text, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        os.killpg(program.pid, signal.SIGKILL) if hasattr(os, "killpg") else program.kill()
        program.wait()
        return _("The command {name} did not end in {seconds:.0f} seconds.").format(name=name, seconds=PATIENCE)
    if program.returncode:
        return _("The command {name} failed with code {code}.").format(name=name, code=program.returncode)
    return ""


def _post(variable: str, text: str) -> str:
    """Post the JSON to the address in a variable, which is told to nobody, also not where it fails."""
    name = f"${{{variable}}}"
    if not (address := os.environ.get(variable)):
        return _("The webhook {name} was not called: the variable is not set.").format(name=name)
    try:
        with httpx.Client(timeout=PATIENCE, trust_env=False) as client:
            answer = client.post(address, content=text.encode(), headers={"Content-Type": "application/json"})
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return _("The webhook {name} cannot be reached ({why}).").format(name=name, why=type(error).__name__)
    if not answer.is_success:
        return _("The webhook {name} answered {code}.").format(name=name, code=answer.status_code)
    return ""
