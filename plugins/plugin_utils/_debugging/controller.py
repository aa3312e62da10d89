# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The controller's software: ansible-core, Python, and the libraries of the connections.

Which library does what: the documentation of the connection plugins ansible.builtin.winrm and
ansible.builtin.psrp, and the extras that pywinrm and pypsrp declare.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from .._surroundings import surroundings
from .findings import Area, Finding, Status

MINIMUM_CORE = (2, 18, 0)
"""requires_ansible of meta/runtime.yml; a test holds them together."""
MINIMUM_PYTHON = (3, 11)
"""What the oldest supported ansible-core needs on a controller."""


@dataclass(frozen=True, slots=True)
class Library:
    """A Python distribution that a connection may need.

    :param module: what is imported.
    :param install: the arguments of ``python -m pip install``.
    :param plugins: the connections that it serves.
    :param methods: the authentication methods that it serves; none: all of them.
    :param least: the oldest version that works, where that is known; a test holds it against
        meta/ee-requirements.txt.
    """

    name: str
    module: str
    install: str
    plugins: tuple[str, ...]
    methods: tuple[str, ...] = ()
    least: tuple[int, ...] = ()

    def needed(self, plugin: str, methods: Collection[str]) -> bool:
        """Whether a connection with these methods cannot do without it."""
        if plugin not in self.plugins:
            return False
        return not self.methods or bool(set(self.methods) & set(methods))


LIBRARIES = (
    Library("pywinrm", "winrm", '"pywinrm>=0.5.0"', ("winrm",), least=(0, 5, 0)),
    Library("xmltodict", "xmltodict", "xmltodict", ("winrm",)),
    Library("requests_ntlm", "requests_ntlm", "requests_ntlm", ("winrm",), ("ntlm",)),
    Library("pykerberos", "kerberos", '"pywinrm[kerberos]"', ("winrm",), ("kerberos",)),
    Library("pypsrp", "pypsrp", '"pypsrp>=0.9.0"', ("psrp",), least=(0, 9, 0)),
    Library("gssapi", "gssapi", '"pypsrp[kerberos]"', ("psrp",), ("kerberos",)),
    Library("krb5", "krb5", '"pypsrp[kerberos]"', ("psrp",), ("kerberos",)),
    Library("requests", "requests", "requests", ("winrm", "psrp")),
    Library("pyspnego", "spnego", "pyspnego", ("psrp",)),
    Library(
        "requests-credssp", "requests_credssp", "requests-credssp", ("winrm", "psrp"), ("credssp",)
    ),
)


def installed(name: str) -> str | None:
    """The version of a distribution, None when it is not installed."""
    return surroundings().installed(name)


def versions() -> dict[str, str | None]:
    """The versions of all libraries, None for those that are not installed."""
    return {each.name: installed(each.name) for each in LIBRARIES}


def look_at_software(plugin: str, methods: Collection[str]) -> list[Finding]:
    """Look at everything on the controller that this connection needs."""
    found = [look_at_core(surroundings().core()), look_at_python(surroundings().python())]
    found += [look_at_library(each) for each in LIBRARIES if each.needed(plugin, methods)]
    if plugin == "winrm" and "kerberos" in methods:
        found.append(look_at_kinit())
    return found


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(each) for each in re.findall(r"\d+", text)[:3])


def look_at_core(text: str) -> Finding:
    """Whether ansible-core is new enough."""
    least = ".".join(map(str, MINIMUM_CORE))
    if _numbers(text) >= MINIMUM_CORE:
        says = f"ansible-core {text} (at least {least} is needed)"
        return Finding(Area.CONTROLLER, "ansible-core", Status.OK, says)
    return Finding(
        Area.CONTROLLER,
        "ansible-core",
        Status.FAILED,
        f"ansible-core {text} is older than {least}: the collection is not tested with it",
        f'python -m pip install "ansible-core>={least}", or run with an execution environment '
        "that has it (ansible --version tells which one runs)",
    )


def look_at_python(text: str) -> Finding:
    """Whether the controller's Python is new enough."""
    least = ".".join(map(str, MINIMUM_PYTHON))
    if _numbers(text)[:2] >= MINIMUM_PYTHON:
        says = f"Python {text} (at least {least} is needed)"
        return Finding(Area.CONTROLLER, "python", Status.OK, says)
    return Finding(
        Area.CONTROLLER,
        "python",
        Status.FAILED,
        f"Python {text} is older than {least}",
        f"run Ansible with Python {least} or newer",
    )


def look_at_library(library: Library) -> Finding:
    """Whether a library is there and can be imported: a compiled one may lack its own parts."""
    advice = (
        f"python -m pip install {library.install}, into the Python that runs Ansible "
        "(ansible --version names it); in AWX, into the execution environment"
    )
    what = f"{library.name}, which ansible_connection {' and '.join(library.plugins)} needs"
    if library.methods:
        what += f" for {' and '.join(library.methods)}"
    has = installed(library.name)
    why = surroundings().why_not_importable(library.module)
    if why is not None:
        if has is None:
            return _missing(library, f"{what}, is missing", advice)
        said = " ".join(why.split())[:200]
        return _missing(library, f"{what}, is there ({has}) and cannot be loaded: {said}", advice)
    if has is not None and _numbers(has) < library.least:
        least = ".".join(map(str, library.least))
        return _missing(library, f"{library.name} {has} is older than {least}", advice)
    return Finding(Area.CONTROLLER, library.name, Status.OK, f"{library.name} {has or '(unknown)'}")


def _missing(library: Library, says: str, advice: str) -> Finding:
    return Finding(Area.CONTROLLER, library.name, Status.FAILED, says, advice)


def look_at_kinit() -> Finding:
    """Whether kinit is there, with which the winrm plugin gets Kerberos tickets."""
    if surroundings().has_program("kinit"):
        return Finding(Area.CONTROLLER, "kinit", Status.OK, "kinit is there")
    return Finding(
        Area.CONTROLLER,
        "kinit",
        Status.WARNING,
        "there is no program kinit: the winrm connection gets no Kerberos ticket by itself",
        "install krb5-user (Debian, Ubuntu) or krb5-workstation (Red Hat), or get the ticket "
        "otherwise and set ansible_winrm_kinit_mode to manual",
    )
