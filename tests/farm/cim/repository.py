# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The CIM repository of a farm: finds the class, checks the call, asks the provider."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..model.accounts import Identity, Rights
from ..model.host import Host
from .errors import CimError, QueryError, SelectorError, Wbem
from .instance import Instance, Value
from .provider import Call, Provider
from .providers import PROVIDERS
from .schema import ClassDef, Method, load_definitions, namespaces, present_properties
from .wql import Query, WqlError, parse_query


@dataclass(frozen=True, slots=True)
class Selected:
    """The answer to a query: lazily produced instances and the properties asked for."""

    definition: ClassDef
    instances: Iterator[Instance]
    projection: tuple[str, ...] | None


class Repository:
    """CIM as one host offers it to one caller."""

    def __init__(self, host: Host, caller: Identity) -> None:
        self.host = host
        self.caller = caller

    # -- classes ----------------------------------------------------------------------------

    def check_access(self) -> None:
        """Refuse a caller without Remote Enable on the namespace."""
        if self.caller.rights in (Rights.NO_REMOTE_ENABLE, Rights.PLAIN):
            raise CimError(Wbem.ACCESS_DENIED, "the namespace does not grant Remote Enable")

    def find_class(self, namespace: str, name: str) -> ClassDef:
        """The class, or the error that Windows gives when this machine does not have it."""
        self.check_access()
        wanted = namespace.lower()
        self._check_denied(wanted, name.lower())
        if wanted not in namespaces() or not self._has_namespace(wanted):
            raise CimError(Wbem.INVALID_NAMESPACE, f"no namespace {namespace}", namespace)
        definition = load_definitions().get(name.lower())
        if (
            definition is None
            or wanted not in (ns.lower() for ns in definition.namespaces)
            or not self._has_class(definition)
        ):
            raise CimError(Wbem.INVALID_CLASS, f"no class {name} in {namespace}", name)
        return definition

    def _check_denied(self, namespace: str, name: str) -> None:
        """Refuse what the scenario refuses: a namespace or a class."""
        denied = self.host.plan.signals.denied
        if denied and {namespace, name} & {each.lower() for each in denied}:
            raise CimError(Wbem.ACCESS_DENIED, f"no access to {name} in {namespace}", name)

    def _has_namespace(self, namespace: str) -> bool:
        if namespace != "root/rsop/computer":
            return True
        if self.host.plan.rsop == "denied":
            raise CimError(Wbem.ACCESS_DENIED, "no access to the RSoP data", namespace)
        return self.host.plan.rsop != "absent"

    def _has_class(self, definition: ClassDef) -> bool:
        return (
            definition.simulated
            and definition.since <= self.host.release.build
            and (definition.role is None or definition.role in self.host.roles)
        )

    def provider(self, definition: ClassDef) -> Provider:
        """The code behind a class."""
        found = PROVIDERS.get(definition.name)
        if found is None:
            raise CimError(Wbem.PROVIDER_NOT_CAPABLE, f"{definition.name} has no instances")
        return found

    # -- reading ----------------------------------------------------------------------------

    def instances(self, definition: ClassDef, query: Query | None = None) -> Iterator[Instance]:
        """Instances of the class and of its derived classes; a query may leave some out."""
        for instance in self.provider(definition).narrowed(self._call(definition), query):
            yield self._shown(instance)

    def _shown(self, instance: Instance) -> Instance:
        definition = load_definitions()[instance.cls.lower()]
        if definition.role == "licensing" and not self.caller.administrator:
            return Instance(instance.cls, {})
        return instance

    def query(self, namespace: str, text: str) -> Selected:
        """Run a WQL query."""
        self.check_access()
        try:
            query = parse_query(text)
        except WqlError as error:
            raise QueryError(Wbem.INVALID_QUERY, str(error), text) from error
        try:
            definition = self.find_class(namespace, query.cls)
        except CimError as error:
            if error.code is Wbem.INVALID_CLASS:
                raise QueryError(error.code, error.detail, text) from error
            raise
        projection = self._check_query(definition, query, text)
        found = (i for i in self.instances(definition, query) if query.matches(i.properties))
        return Selected(definition, found, projection)

    def _check_query(self, definition: ClassDef, query: Query, text: str) -> tuple[str, ...] | None:
        known = present_properties(definition, self.host.release.build)
        spelled = {name.lower(): name for name in known}
        for name in (*query.select, *query.properties()):
            if name.lower() not in spelled:
                raise QueryError(
                    Wbem.INVALID_QUERY, f"{definition.name} has no property {name}", text
                )
        if not query.select:
            return None
        return tuple(sorted({spelled[n.lower()] for n in query.select}, key=str.lower))

    def get(self, namespace: str, name: str, selectors: Mapping[str, str]) -> Instance:
        """One instance by its keys."""
        definition = self.find_class(namespace, name)
        keys = self._keys(definition, selectors)
        instance = self.provider(definition).find(self._call(definition), keys)
        if instance is not None:
            return self._shown(instance)
        raise CimError(Wbem.NOT_FOUND, f"no such instance of {definition.name}")

    def _keys(self, definition: ClassDef, selectors: Mapping[str, str]) -> dict[str, str]:
        """Check the selectors against the keys: none for a singleton, else exactly the keys."""
        wanted = {} if definition.singleton else {key.lower(): key for key in definition.keys}
        if not wanted and not definition.singleton:
            raise CimError(Wbem.PROVIDER_NOT_CAPABLE, f"{definition.name} has no instances")
        found: dict[str, str] = {}
        for name, value in selectors.items():
            if name.lower() not in wanted:
                raise SelectorError(f"{name} is no key of {definition.name}", unexpected=True)
            found[wanted[name.lower()]] = value
        missing = [key for key in wanted.values() if key not in found]
        if missing:
            raise SelectorError(f"the key {missing[0]} is missing", unexpected=False)
        return found

    # -- writing ----------------------------------------------------------------------------

    def put(
        self, namespace: str, name: str, selectors: Mapping[str, str], given: Mapping[str, Value]
    ) -> Instance:
        """Replace an instance. Every scalar property must be given; only R/W ones may differ."""
        definition = self.find_class(namespace, name)
        old = self.get(namespace, name, selectors)
        known = present_properties(definition, self.host.release.build)
        for prop, kind in known.items():
            if prop not in given and not kind.array:
                raise CimError(Wbem.ILLEGAL_NULL, f"the instance lacks {prop}", prop)
            if given.get(prop) == old.properties.get(prop):
                continue
            if not kind.array and prop not in definition.writable:
                raise CimError(Wbem.READ_ONLY, f"{prop} is read-only", prop)
        if not self.caller.administrator:
            raise CimError(Wbem.ACCESS_DENIED, "only administrators may write")
        changes = {p: given.get(p) for p in definition.writable if p in known}
        self.provider(definition).put(self._call(definition), changes)
        return self.get(namespace, name, selectors)

    def method(self, definition: ClassDef, name: str) -> Method:
        """The method as this machine has it; names are compared exactly."""
        method = definition.methods.get(name)
        if method is None or method.since > self.host.release.build:
            raise CimError(Wbem.INVALID_METHOD, f"{definition.name} has no method {name}", name)
        return method

    def check_target(
        self, definition: ClassDef, method: Method, selectors: Mapping[str, str]
    ) -> Instance | None:
        """The instance a method is called on; None for a static one."""
        if method.static:
            if selectors:
                first = next(iter(selectors))
                raise SelectorError(f"{method.name} is static: no {first}", unexpected=True)
            return None
        return self.get(definition.namespaces[0], definition.name, selectors)

    def invoke(
        self,
        definition: ClassDef,
        method: Method,
        target: Instance | None,
        arguments: Mapping[str, Value],
    ) -> tuple[int, Mapping[str, Value]]:
        """Call a method whose arguments were checked; ReturnValue and out parameters."""
        call = Call(self.host, self.caller, definition, target)
        return self.provider(definition).invoke(call, method.name, arguments)

    def _call(self, definition: ClassDef) -> Call:
        return Call(self.host, self.caller, definition, None)
