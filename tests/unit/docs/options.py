# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hold the options of an example against the spec that a module or a role really has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

from .pages import NAME

SPECS = f"ansible_collections.{NAME}.plugins.module_utils._specs"


def module_spec(module: str) -> Mapping[str, Any]:
    """The options of a module of this collection."""
    options: Mapping[str, Any] = import_module(f"{SPECS}.{module}").SPEC.options
    return options


def faults(given: Mapping[str, Any], spec: Mapping[str, Any], where: str) -> Iterator[str]:
    """Say what an example gives that is not taken, or leaves out that is required."""
    aliases = {alias for option in spec.values() for alias in option.get("aliases", ())}
    for name in sorted(given.keys() - spec.keys() - aliases):
        yield f"{where} has no {name}"
    for name, option in spec.items():
        if option.get("required") and not {name, *option.get("aliases", ())} & given.keys():
            yield f"{where} needs {name}"
        if name in given:
            yield from value_faults(given[name], option, f"{where}.{name}")


def value_faults(value: Any, option: Mapping[str, Any], where: str) -> Iterator[str]:
    """The same for one option; what a template will give is not known."""
    if isinstance(value, str) and "{{" in value:
        return
    values = value if isinstance(value, list) else [value]
    if "choices" in option:
        yield from (
            f"{where} is never {each}"
            for each in values
            if str(each) not in map(str, option["choices"]) and "{{" not in str(each)
        )
    below = option.get("options")
    for each in values:
        if below and isinstance(each, Mapping):
            yield from faults(each, below, where)
