# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A license server in place of a session: state in, answers out; what was called is kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, cast

from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.errors import (
    CimError,
    Fault,
    MethodFailed,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.schema import CimClass
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.session import (
    CimSession,
)

FAR = datetime(2038, 1, 1, tzinfo=UTC)
LICENSE_SERVER_ID = "A" * 35
CODE = "B" * 35


def pack_row(key_pack_id: int = 2, /, **changes: Any) -> dict[str, Any]:
    """A row of Win32_TSLicenseKeyPack: 50 user CALs of 2022, bought retail."""
    return {
        "KeyPackId": key_pack_id,
        "Description": "C50-10.01-S",
        "KeyPackType": 1,
        "ProductType": 1,
        "ProductVersion": "Windows Server 2022",
        "ProductVersionID": 7,
        "TotalLicenses": 50,
        "IssuedLicenses": 12,
        "AvailableLicenses": 38,
        "ExpirationDate": FAR,
        "AccessRights": 7,
        "TypeAndModel": "RDS Per User CAL",
        **changes,
    }


def issued_row(license_id: int = 1, /, **changes: Any) -> dict[str, Any]:
    """A row of Win32_TSIssuedLicense: active."""
    return {
        "LicenseId": license_id,
        "KeyPackId": 2,
        "sIssuedToUser": "",
        "sIssuedToComputer": f"PC{license_id}",
        "LicenseStatus": 2,
        "IssueDate": datetime(2026, 1, 1, tzinfo=UTC),
        "ExpirationDate": datetime(2026, 12, 31, tzinfo=UTC),
        "sHardwareId": f"0x{license_id:08x}",
        **changes,
    }


class StubLicenseServer:
    """Answers as CimSession does, from its fields."""

    def __init__(self) -> None:
        self.installed = True
        self.activation = 1
        self.properties: dict[str, Any] = {
            **dict.fromkeys(("FirstName", "LastName", "Company", "CountryRegion", "eMail"), ""),
            **dict.fromkeys(("OrgUnit", "Address", "City", "State", "PostalCode")),
            "ServerRole": 1,
            "DatabasePath": "C:\\Windows\\system32\\LServer",
            "ProductId": "00000-00000-00000-AA000",
            "Version": "10.0",
            "VersionNumber": "10.0",
        }
        self.packs: list[dict[str, Any]] = []
        self.issued: list[dict[str, Any]] = []
        self.users: list[dict[str, Any]] = []
        self.reports = ["of somebody else"]
        self.largest_page = 10_000
        self.methods: dict[str, Any] = {}
        """By method: outputs, or an error to raise."""
        self.lose_answer_of: str | None = None
        """A method that is done, but whose answer gets lost."""
        self.refuses: dict[str, int] = {}
        """By method: a ReturnValue other than success."""
        self.calls: list[tuple[str, dict[str, Any]]] = []

    @property
    def session(self) -> CimSession:
        """This, for the type checker."""
        return cast("CimSession", self)

    def patient(self) -> StubLicenseServer:
        self.calls.append(("patient", {}))
        return self

    def get(self, cls: CimClass, keys: Mapping[str, str] | None = None) -> dict[str, Any]:
        del cls, keys
        if not self.installed:
            raise Fault(0x80338000, "DestinationUnreachable")
        return dict(self.properties)

    def put(
        self, cls: CimClass, values: Mapping[str, Any], keys: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        del keys
        self.calls.append((f"put {cls.name}", dict(values)))
        self.properties = dict(values)
        return dict(values)

    def enumerate(
        self, cls: CimClass, names: object = None, where: str | None = None
    ) -> Iterator[dict[str, Any]]:
        del names, where
        rows = {
            "Win32_TSLicenseKeyPack": self.packs,
            "Win32_TSIssuedLicense": self.issued,
            "Win32_TSLicenseReport": [{"FileName": name} for name in self.reports],
            "Win32_OperatingSystem": [{"CSName": "LS1", "BuildNumber": "26100"}],
        }
        yield from rows[cls.name]

    def invoke(
        self,
        cls: CimClass,
        method: str,
        inputs: Mapping[str, Any] | None = None,
        keys: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        del keys
        self.calls.append((method, dict(inputs or {})))
        if method in self.refuses:
            nothing = dict.fromkeys(each.name for each in cls.method(method).outputs)
            return {**nothing, "ReturnValue": self.refuses[method]}
        found = self.methods.get(method)
        if isinstance(found, CimError):
            raise found
        outputs = found if found is not None else getattr(self, f"_{method}")(**(inputs or {}))
        if self.lose_answer_of == method:
            raise Fault(0x80338029, "TimedOut")
        return {"ReturnValue": 0, **outputs}

    def call(
        self,
        cls: CimClass,
        method: str,
        inputs: Mapping[str, Any] | None = None,
        keys: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        outputs = self.invoke(cls, method, inputs, keys)
        if outputs["ReturnValue"] != 0:
            raise MethodFailed(cls.name, method, outputs["ReturnValue"])
        return outputs

    def _GetActivationStatus(self) -> dict[str, Any]:  # noqa: N802  # the method's own name
        return {"ActivationStatus": self.activation}

    def _GetLicenseServerId(self) -> dict[str, Any]:  # noqa: N802
        return {"sLicenseServerId": LICENSE_SERVER_ID if self.activation == 0 else None}

    def _ActivateServerAutomatic(self) -> dict[str, Any]:  # noqa: N802
        self.activation = 0
        return {"ActivationStatus": 0}

    def _ActivateServer(self, sLicenseServerId: str) -> dict[str, Any]:  # noqa: N802, N803
        del sLicenseServerId
        self.activation = 0
        return {"ActivationStatus": 0}

    def _ReactivateServerAutomatic(self, Reason: int) -> dict[str, Any]:  # noqa: N802, N803
        del Reason
        return {"ActivationStatus": self.activation}

    def _DeactivateServerAutomatic(self) -> dict[str, Any]:  # noqa: N802
        self.activation = 1
        return {"ActivationStatus": 1}

    def _GenerateReportEx(self) -> dict[str, Any]:  # noqa: N802
        self.reports.append("report-1")
        return {"FileName": "report-1"}

    def _DeleteReport(self) -> dict[str, Any]:  # noqa: N802
        self.reports.remove("report-1")
        return {}

    def _FetchReportEntries(  # noqa: N802
        self,
        StartIndex: int,  # noqa: N803
        Count: int,  # noqa: N803
    ) -> dict[str, Any]:
        if Count > self.largest_page:
            raise Fault(0x80338102, "InternalError", "too large")
        page = self.users[StartIndex : StartIndex + Count]
        return {"Count": len(page), "ReportEntries": page}
