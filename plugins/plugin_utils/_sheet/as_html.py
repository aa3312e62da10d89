# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A sheet as a page: one file, no script, nothing from a network. Jinja2 escapes."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from .page import Page

HERE = Path(__file__).resolve().parent / "templates"
COLORS = Path(__file__).resolve().parents[1] / "_reporting" / "templates" / "report.css"
"""The style sheet of the reports: a sheet looks like them."""


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def render(page: Page) -> str:
    """The sheet as HTML."""
    template = _environment().get_template("sheet.html.j2")
    return template.render(page=page, text=page.wording.text, style=_style())


@cache
def _style() -> Markup:
    """Both style sheets without their comments; they are ours, so they need no escaping."""
    sheets = (path.read_text(encoding="utf-8") for path in (COLORS, HERE / "sheet.css"))
    lines = (line.strip() for sheet in sheets for line in sheet.splitlines())
    kept = [line for line in lines if line and not line.startswith("/*")]
    return Markup("\n").join(map(Markup, kept))
