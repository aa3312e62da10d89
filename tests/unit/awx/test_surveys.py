# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Survey questions and extra variables against the argument specs of the roles.

A survey has no booleans and no lists: a boolean arrives as the text true or false, a list of words
as text with commas.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from unit.awx.configuration import COLLECTION, Json, Option, load, options_of, questions

LAUNCH_ONLY = {"rds_sliced"}
"""Extra variables of the project's own playbooks."""
FITTING = {
    "str": {"text", "textarea", "password", "multiplechoice"},
    "bool": {"multiplechoice"},
    "int": {"integer"},
    "float": {"float"},
    "list": {"text", "multiselect"},
}
"""Which questions can be asked for a variable of a type."""
KINDS: dict[str, Any] = {
    "bool": bool,
    "int": int,
    "float": (int, float),
    "dict": dict,
    "list": list,
}
"""What an extra variable of a template has to be, where it is no text."""


def templates_of(objects: dict[str, list[Json]]) -> dict[str, Json]:
    """The job templates by name."""
    return {each["name"]: each for each in objects["controller_templates"]}


def asked(objects: dict[str, list[Json]]) -> list[tuple[Json, Json, list[Option]]]:
    """Each question of each job template, with what the roles say of its variable."""
    found = []
    for template in objects["controller_templates"]:
        known = options_of(template["playbook"])
        for question in questions(template):
            name = question["variable"]
            assert name in known, f"{template['name']}: no role has a variable {name}"
            found.append((template, question, known[name]))
    assert len(found) > 20
    return found


def test_each_question_fits_the_type_of_its_variable(objects: dict[str, list[Json]]) -> None:
    for template, question, options in asked(objects):
        for option in options:
            place = f"{template['name']}: {option.name}"
            assert question["type"] in FITTING[option.type], place
            if option.type == "bool":
                assert question["choices"] == ["true", "false"], place
            if question["type"] in ("multiplechoice", "multiselect") and option.type != "bool":
                assert option.choices, f"{place} offers choices that the role does not know"
            if option.choices:
                assert question["type"] in ("multiplechoice", "multiselect"), place
                assert set(question["choices"]) <= set(option.choices), place
            assert not option.secret or question["type"] == "password", place


def test_what_a_role_requires_is_asked_for_or_set(objects: dict[str, list[Json]]) -> None:
    for template in objects["controller_templates"]:
        given = {each["variable"] for each in questions(template) if each["required"]}
        given |= set(template.get("extra_vars", {}))
        for name, options in options_of(template["playbook"]).items():
            # Those that only collect leave the entry point that reports out.
            collects = template.get("job_tags") in ("collect", "diagnose")
            if collects and name.endswith("_output_path"):
                continue
            if any(option.required for option in options):
                assert name in given, f"{template['name']} lacks {name}"


def test_defaults_are_answers_and_those_of_the_roles(objects: dict[str, list[Json]]) -> None:
    for template, question, options in asked(objects):
        default, place = question["default"], f"{template['name']}: {question['variable']}"
        if question["type"] in ("multiplechoice", "multiselect") and default != "":
            chosen = default if isinstance(default, list) else [default]
            assert set(chosen) <= set(question["choices"]), place
        for option in options:
            if option.default in (None, "", []) or option.required:
                continue
            if option.type == "bool":
                assert default == str(option.default).lower(), place
            else:
                assert default == option.default, place
            if question["type"] == "float":
                assert default.__class__ is float, f"{place}: AWX refuses a default without a point"


def test_an_unanswered_question_means_nothing(objects: dict[str, list[Json]]) -> None:
    """AWX may send an empty text for it, so that has to be what the role takes as not given.

    AWX tags it ``!unsafe``, and ansible-core 2.19 and newer make null of it: text may be that.
    """
    for template, question, options in asked(objects):
        if question["required"]:
            continue
        place = f"{template['name']}: {question['variable']}"
        assert question["type"] == "text", place
        assert all((option.type, option.default) == ("str", "") for option in options), place


def test_questions_have_what_awx_wants(objects: dict[str, list[Json]]) -> None:
    surveyed = [*objects["controller_templates"], *objects["controller_workflows"]]
    for item in surveyed:
        assert item.get("survey_enabled", False) is bool(questions(item)), item["name"]
        if not questions(item):
            continue
        assert set(item["survey_spec"]) == {"name", "description", "spec"}
        names = [each["variable"] for each in questions(item)]
        assert len(names) == len(set(names))
        for each in questions(item):
            place = f"{item['name']}: {each['variable']}"
            needed = {"variable", "question_name", "question_description", "required", "type"}
            choosing = each["type"] in ("multiplechoice", "multiselect")
            limits = set() if choosing else {"max"}
            assert needed | {"default"} | limits <= set(each), place
            assert choosing is ("choices" in each), place
            assert all(each.get(limit, 0).__class__ is int for limit in ("min", "max")), place
            assert each["required"].__class__ is bool, place


def test_extra_variables_are_the_roles_own(objects: dict[str, list[Json]]) -> None:
    for template in objects["controller_templates"]:
        known = options_of(template["playbook"])
        for name, value in template.get("extra_vars", {}).items():
            if name in LAUNCH_ONLY:
                continue
            assert name in known, f"{template['name']}: no role has a variable {name}"
            for option in known[name]:
                wanted = KINDS.get(option.type, str)
                assert isinstance(value, wanted), f"{template['name']}: {name} is {value!r}"
        both = set(template.get("extra_vars", {})) & {e["variable"] for e in questions(template)}
        assert not both, "AWX lets the answer win"


@pytest.mark.parametrize("name", ["lserver_migration_switch", "lserver_migration_deactivate_old"])
def test_what_is_dangerous_is_no_question(objects: dict[str, list[Json]], name: str) -> None:
    """The text false would be taken for true by ansible-core 2.18."""
    assert not any(option["variable"] == name for dummy, option, dummy2 in asked(objects))
    holders = [
        each for each in objects["controller_templates"] if name in each.get("extra_vars", {})
    ]
    assert holders
    assert all(each["extra_vars"][name] is True for each in holders)


CONDITIONALS = {"when", "that", "failed_when", "changed_when", "until"}


def raw_uses(value: Any, variable: str, conditional: bool = False) -> list[str]:
    """Where tasks or variables decide by a variable without making a boolean of it.

    To give it to a module as it is does not count: modules take the texts true and false.
    """
    if isinstance(value, dict):
        pairs = [(each, key in CONDITIONALS) for key, each in value.items()]
        return [use for each, decides in pairs for use in raw_uses(each, variable, decides)]
    if isinstance(value, list):
        return [use for each in value for use in raw_uses(each, variable, conditional)]
    text = str(value)
    name = re.escape(variable)
    raw = re.compile(rf"\b{name}\b(?!\s*\|\s*bool\b)")
    if conditional:
        return [text] if raw.search(text) else []
    handed = re.fullmatch(rf"\{{\{{ {name} \}}\}}", text.strip())
    inside = re.findall(r"\{[{%].*?[%}]\}", text, re.DOTALL)
    return [text] if not handed and any(raw.search(each) for each in inside) else []


def test_the_text_false_is_false() -> None:
    """No role decides by a boolean variable unless it makes one of the text first.

    Surveys and ``-e name=false`` hand over texts, and the text "false" is not empty.
    """
    for specs in (COLLECTION / "roles").glob("*/meta/argument_specs.yml"):
        entry_points = load(specs)["argument_specs"].values()
        variables = {
            name
            for each in entry_points
            for name, option in (each.get("options") or {}).items()
            if option["type"] == "bool"
        }
        for path in specs.parents[1].glob("[tv]a*/*.yml"):
            for variable in variables:
                assert raw_uses(load(path), variable) == [], path


@pytest.mark.parametrize(
    ("task", "raw"),
    [
        ("when: role_verify", True),
        ("when: [other, role_verify]", True),
        ("when: not role_verify", True),
        ("a_block: [{assert: {that: '{{ role_verify }}'}}]", True),
        ("vars: {wanted: '{{ role_verify or other }}'}", True),
        ("when: [role_verify | bool]", False),
        ("a_module: {verify: '{{ role_verify }}'}", False),
        ("a_module: {verify: '{{ role_verify | bool }}'}", False),
        ("msg: set role_verify to true", False),
        ("when: role_verify_all", False),
    ],
)
def test_a_raw_use_is_found(task: str, raw: bool) -> None:
    assert bool(raw_uses(yaml.safe_load(task), "role_verify")) is raw
