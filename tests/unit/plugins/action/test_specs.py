# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The spec of a module, its documentation and its action plugin agree."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

COLLECTION = "ansible_collections.remote_desktop.licensing.plugins"
PLUGINS = Path(__file__).parents[4] / "plugins"
NAMES = sorted(
    each.stem for each in (PLUGINS / "modules").glob("*.py") if not each.stem.startswith("_")
)


def module(kind: str, name: str) -> ModuleType:
    return importlib.import_module(f"{COLLECTION}.{kind}.{name}")


def documented(name: str) -> dict[str, Any]:
    """The options of a module with those of its fragments."""
    main = yaml.safe_load(module("modules", name).DOCUMENTATION)
    options = dict(main.get("options") or {})
    for fragment in main.get("extends_documentation_fragment") or []:
        parts = fragment.removeprefix("remote_desktop.licensing.").split(".")
        holder = module("doc_fragments", parts[0]).ModuleDocFragment
        text = getattr(holder, parts[1].upper() if len(parts) > 1 else "DOCUMENTATION")
        for option, said in (yaml.safe_load(text).get("options") or {}).items():
            options[option] = {**said, **options.get(option, {})}
    return options


def test_there_are_modules() -> None:
    assert {"rds_license_server", "rds_licensing_mode"} <= set(NAMES)
    actions = {each.stem for each in (PLUGINS / "action").glob("[!_]*.py")}
    assert actions == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_the_action_uses_the_module_s_spec(name: str) -> None:
    spec = module("module_utils._specs", name).SPEC
    assert module("action", name).ActionModule.SPEC is spec
    assert set(spec.as_arguments()) == {"argument_spec", *spec.rules}
    # Builds, so every rule is one that Ansible knows.
    ArgumentSpecValidator(**spec.as_arguments())


@pytest.mark.parametrize("name", NAMES)
def test_documentation_and_spec_agree(name: str) -> None:
    spec = module("module_utils._specs", name).SPEC.options
    options = documented(name)
    assert set(options) == set(spec)
    for option, said in options.items():
        for key in ("type", "elements", "choices", "default", "required"):
            assert said.get(key) == spec[option].get(key), (option, key)


@pytest.mark.parametrize("name", NAMES)
def test_every_return_value_is_described(name: str) -> None:
    returned = yaml.safe_load(module("modules", name).RETURN)
    assert returned
    for key, said in returned.items():
        assert {"description", "returned", "type"} <= set(said), key
