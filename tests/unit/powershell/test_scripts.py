# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules for the shipped scripts, held on their syntax trees.

They run under Windows PowerShell 5.1 in strict mode, are one step each, and nothing of their
input becomes script text.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from farm.operations.shipped import shipped_operations
from unit.powershell.scripts import (
    OPERATIONS,
    SCRIPTS,
    code,
    header,
    named,
    nodes,
    parse,
    text,
    tree,
)

COMMANDS = frozenset(
    {
        "Add-Member",
        "Add-Type",
        "ConvertFrom-Json",
        "ConvertTo-Json",
        "ForEach-Object",
        "Get-Acl",
        "Get-ChildItem",
        "Get-ExecutionPolicy",
        "Get-NetFirewallAddressFilter",
        "Get-NetFirewallPortFilter",
        "Get-NetFirewallProfile",
        "Get-NetFirewallRule",
        "Get-NetFirewallServiceFilter",
        "Get-ScheduledTask",
        "Get-ScheduledTaskInfo",
        "Get-Service",
        "Get-WinEvent",
        "Install-WindowsFeature",
        "Join-Path",
        "New-Object",
        "New-ScheduledTaskAction",
        "New-ScheduledTaskPrincipal",
        "New-ScheduledTaskSettingsSet",
        "New-ScheduledTaskTrigger",
        "New-TimeSpan",
        "Register-ScheduledTask",
        "Select-Object",
        "Set-StrictMode",
        "Split-Path",
        "Start-Service",
        "Stop-Service",
        "Uninstall-WindowsFeature",
        "Unregister-ScheduledTask",
        "Where-Object",
    }
)
"""Every cmdlet that a script may call, in full and in its own spelling: no alias, nothing that
runs text, nothing that reaches the network."""
PROGRAMS = frozenset({"cmd.exe", "esentutl.exe", "gpupdate.exe", "icacls.exe", "vssadmin.exe"})
LATER = {
    r"\?\?=?": "?? and ??=",
    r"\?\.(?=\w)|\?\[": "?. and ?[",
    r"&&|\|\|": "&& and ||",
    r"(?i)-Parallel\b": "ForEach-Object -Parallel",
    r"(?im)^\s*clean\s*\{": "the clean block",
    r"(?i)::new\(": "the static method new, which 4.0 has not",
    r"(?i)\bclass\s+\w+\s*\{": "classes, which 4.0 has not",
    r"(?i)\$Is(?:Windows|Linux|MacOS|CoreCLR)\b": "automatic variables of 6",
}


def name_of(script: Path) -> str:
    return script.stem


@pytest.mark.parametrize("script", SCRIPTS, ids=name_of)
def test_it_parses(script: Path) -> None:
    wrong = [each for each in nodes(tree(script)) if each.is_error or each.is_missing]
    assert [(each.start_point, text(each)) for each in wrong] == []


@pytest.mark.parametrize("broken", ["if ($x) {", "@{ a = ", "foreach ($x in ) { }", "'open"])
def test_the_grammar_sees_what_does_not_parse(broken: str) -> None:
    assert parse(broken).has_error


@pytest.mark.parametrize("script", OPERATIONS, ids=name_of)
def test_it_takes_its_options_and_nothing_else(script: Path) -> None:
    body = code(script).strip()
    assert body.startswith("param($options)\n")
    assert "$args" not in body
    assert "$input" not in body


@pytest.mark.parametrize("script", OPERATIONS, ids=name_of)
def test_it_uses_the_options_that_it_names(script: Path) -> None:
    used = set(re.findall(r"\$options\.(\w+)", code(script)))
    assert used == named(script, "Options")


@pytest.mark.parametrize("script", OPERATIONS, ids=name_of)
def test_it_says_what_it_does_and_why_it_is_a_script(script: Path) -> None:
    said = header(script)
    assert "Output: " in said
    assert len(said) > 100


@pytest.mark.parametrize("operation", sorted(shipped_operations().known))
def test_the_farm_answers_what_the_header_names(operation: str) -> None:
    known = shipped_operations().known[operation]
    options = set(json.loads(json.dumps(known.input_schema))["properties"])
    if known.takes_blob:
        options.add("blob")
    output = set(json.loads(json.dumps(known.output_schema))["properties"])
    if known.gives_blob:
        output.add("blob")
    assert named(known.script, "Options") == options
    assert output <= set(re.findall(r"\w+", header(known.script)))


def test_the_farm_answers_every_operation() -> None:
    assert set(shipped_operations().known) == {each.stem for each in OPERATIONS}


@pytest.mark.parametrize("script", SCRIPTS, ids=name_of)
def test_it_calls_only_what_it_may(script: Path) -> None:
    called = {text(each) for each in nodes(tree(script), "command_name")}
    assert called <= COMMANDS | PROGRAMS
    for command in nodes(tree(script), "command_name_expr"):
        said = text(command)
        if said not in called:
            # A program by its full path, or a block of the script's own.
            program = re.fullmatch(r'"\$\(\[Environment\]::SystemDirectory\)\\(\w+\.exe)"', said)
            assert (
                said in ("$pack", "$script")
                or (program and program[1] in PROGRAMS)
                or (said.startswith("{"))
            ), said


@pytest.mark.parametrize("script", SCRIPTS, ids=name_of)
def test_nothing_becomes_script_text(script: Path) -> None:
    body = code(script)
    assert not re.search(r"(?i)Invoke-|\biex\b|DownloadString|WebClient|-EncodedCommand", body)
    assert not re.search(r"(?im)Add-Type(?! -AssemblyName System\.IO\.Compression$)", body)
    assert body.count("[ScriptBlock]::Create") == (script.stem == "bootstrap")
    assert not re.search(r"(?i)\bSet-Alias|New-Alias|Import-Module|\. \$", body)


@pytest.mark.parametrize("script", SCRIPTS, ids=name_of)
def test_it_needs_no_later_powershell(script: Path) -> None:
    source = tree(script)
    strings = ("string_literal", "comment")
    body = script.read_bytes()
    spans = sorted({(each.start_byte, each.end_byte) for each in nodes(source, *strings)})
    for start, end in spans:
        body = body[:start] + b"_" * (end - start) + body[end:]
    for pattern, what in LATER.items():
        assert not re.search(pattern, body.decode()), what


@pytest.mark.parametrize("script", SCRIPTS, ids=name_of)
def test_programs_get_lists_of_arguments_and_their_end_is_looked_at(script: Path) -> None:
    body = code(script)
    for program in re.findall(r"& \S*?(\w+)\.exe", body):
        assert "$LASTEXITCODE" in body, program
    for line in body.splitlines():
        if "SystemDirectory" in line:
            assert re.fullmatch(r'\s+& "\$\(.*\)\\\w+\.exe" \$arguments 2>&1', line), line
    assert body.count("$arguments 2>&1") == body.count("$ErrorActionPreference = 'Continue'")


@pytest.mark.parametrize("script", SCRIPTS, ids=name_of)
def test_it_is_small_ascii_and_free_of_aliases(script: Path) -> None:
    source = script.read_bytes()
    assert source.isascii()
    assert b"\r" not in source
    assert b"\t" not in source
    lines = source.decode().splitlines()
    assert len(lines) <= 70
    assert max(map(len, lines[3:])) <= 120
    assert not [line for line in lines if line != line.rstrip()]
    assert not re.search(r"(?i)(?:\| *)(?:\?|%|select|where|foreach|sort) ", code(script))


@pytest.mark.parametrize(
    "script", [each for each in SCRIPTS if each not in OPERATIONS], ids=name_of
)
def test_strict_mode_is_on(script: Path) -> None:
    # The operations run within the bootstrap's: its scope is theirs.
    assert "Set-StrictMode -Version 3.0" in code(script)
    assert "$ErrorActionPreference = 'Stop'" in code(script)


@pytest.mark.parametrize("script", OPERATIONS, ids=name_of)
def test_numbers_of_bytes_fit_what_files_have(script: Path) -> None:
    body = code(script)
    for value in re.findall(r"(?<!\$)\bbytes = (\S+)", body):
        # Without it .NET's own number goes out as it is; a number of 32 bits would break.
        name = value.rstrip(";")
        wide = name.startswith("[long]") or f"{name} = [long]" in body
        assert wide or "if ($inner) { [long]0 } else { [long]$each.Length }" in body, value


@pytest.mark.parametrize("script", OPERATIONS, ids=name_of)
def test_what_it_makes_is_protected_from_the_first_moment(script: Path) -> None:
    body = code(script)
    for sddl in re.findall(r"'(O:[^']*|D:[^']*)'", body):
        assert sddl in (
            "O:BAG:SYD:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)",
            "O:BAG:SYD:P(A;;FA;;;SY)(A;;FA;;;BA)",
        )
    for line in re.findall(r".*\[IO\.FileMode\]::(?:CreateNew|OpenOrCreate).*", body):
        assert "New-Object IO.FileStream" in line or line.startswith("$mode = "), line


@pytest.mark.parametrize("script", OPERATIONS, ids=name_of)
def test_what_it_opens_it_closes(script: Path) -> None:
    body = code(script)
    opened = len(re.findall(r"\[IO\.File\]::Open\(|New-Object IO\.FileStream", body))
    assert body.count("finally {") >= min(opened, 1)
    assert body.count(".Dispose()") >= opened


def test_the_bootstrap_is_as_ansible_leaves_it() -> None:
    (bootstrap,) = (each for each in SCRIPTS if each.stem == "bootstrap")
    source = bootstrap.read_text(encoding="utf-8")
    assert source == "\n".join(each.strip() for each in source.splitlines() if each.strip())
    # cmd.exe takes 8,191 characters, and UTF-16 in base64 makes 2.7 of each.
    assert len(source) < 2900


def test_the_dead_man_never_starts_over_a_missing_folder() -> None:
    (script,) = (each for each in SCRIPTS if each.stem == "dead_man")
    body = code(script)
    check, start = body.index('throw "There is no'), body.index("Start-Service")
    assert body.index("$swap.complete") < body.index("$swap.aside, $swap.folder") < check < start
    assert body.count("Start-Service") == 1
    assert "Remove-Item" not in body
    assert "[IO.Directory]::Delete" not in body
