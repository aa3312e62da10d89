# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a CIM provider is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..model.accounts import Identity
from ..model.host import Host
from .errors import CimError, Wbem
from .instance import Instance, Value
from .schema import ClassDef
from .wql import Query

Result = tuple[int, Mapping[str, Value]]


@dataclass(frozen=True, slots=True)
class Call:
    """The circumstances of a call: machine, caller, class, and the instance for a method."""

    host: Host
    caller: Identity
    definition: ClassDef
    target: Instance | None


class Provider:
    """Instances and methods of one class. The base has neither."""

    def instances(self, call: Call) -> Iterator[Instance]:
        """Instances of the class and of its derived classes, produced lazily."""
        raise CimError(Wbem.PROVIDER_NOT_CAPABLE, f"{call.definition.name} has no instances")

    def narrowed(self, call: Call, query: Query | None) -> Iterator[Instance]:
        """At least the instances that a query selects; None is an enumeration without one."""
        return self.instances(call)

    def find(self, call: Call, keys: Mapping[str, str]) -> Instance | None:
        """The instance with these keys, compared without case as selectors are."""
        for instance in self.instances(call):
            if all(_same(instance.properties.get(k), v) for k, v in keys.items()):
                return instance
        return None

    def put(self, call: Call, changes: Mapping[str, Value]) -> None:
        """Store new values of the writable properties."""
        raise CimError(Wbem.PROVIDER_NOT_CAPABLE, f"{call.definition.name} cannot be written")

    def invoke(self, call: Call, method: str, arguments: Mapping[str, Value]) -> Result:
        """Run a method of the definition; arguments have the right names and types."""
        raise CimError(Wbem.PROVIDER_NOT_CAPABLE, f"{method} is not simulated")


def _same(value: Value, selector: str) -> bool:
    return str(value).lower() == selector.lower()
