# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Classes of a license server. They exist only where RD Licensing is installed."""

from __future__ import annotations

from ..._cim.schema import CimClass, CimType, Element, Method, integer, string

_STATUS = integer("ActivationStatus")

LICENSE_SERVER = CimClass(
    "root/cimv2",
    "Win32_TSLicenseServer",
    "Microsoft Learn: Win32_TSLicenseServer class and its method pages (a singleton)",
    (
        string("FirstName"),
        string("LastName"),
        string("Company"),
        string("CountryRegion"),
        string("eMail"),
        string("OrgUnit"),
        string("Address"),
        string("City"),
        string("State"),
        string("PostalCode"),
        integer("ServerRole"),
        string("DatabasePath"),
        string("ProductId"),
        string("Version"),
        string("VersionNumber"),
    ),
    (
        Method("GetActivationStatus", outputs=(_STATUS,), static=True, reads=True),
        Method(
            "GetLicenseServerId", outputs=(string("sLicenseServerId"),), static=True, reads=True
        ),
        Method("ActivateServer", (string("sLicenseServerId"),), (_STATUS,), static=True),
        Method("ActivateServerAutomatic", outputs=(_STATUS,), static=True),
        Method("DeactivateServer", (string("sConfirmCode"),), (_STATUS,), static=True),
        Method("DeactivateServerAutomatic", outputs=(_STATUS,), static=True),
        Method("ReactivateServer", (string("sNewLicenseServerId"),), (_STATUS,), static=True),
        Method("ReactivateServerAutomatic", (integer("Reason"),), (_STATUS,), static=True),
        Method(
            "IsLSPublished",
            outputs=(Element("Published", CimType.BOOLEAN),),
            static=True,
            reads=True,
        ),
        Method(
            "IsLSRegisteredToSCP",
            outputs=(Element("Registered", CimType.BOOLEAN),),
            static=True,
            reads=True,
        ),
        Method(
            "IsLSinTSLSGroup",
            (string("Domain"),),
            (Element("IsMember", CimType.BOOLEAN),),
            static=True,
            reads=True,
        ),
        Method("AddLStoTSLSGroup", static=True),
        Method("IsLSonDC", outputs=(Element("OnDC", CimType.BOOLEAN),), static=True, reads=True),
    ),
)

_KEY_PACK_ID = integer("KeyPackId")
_RETAIL = (string("sLicenseCode"),)
_OPEN = (
    string("sLicenseNumber"),
    string("sAuthorizationNumber"),
    integer("ProductVersion"),
    integer("ProductType"),
    integer("LicenseCount"),
)
_AGREEMENT = (
    integer("AgreementType"),
    string("sAgreementNumber"),
    integer("ProductVersion"),
    integer("ProductType"),
    integer("LicenseCount"),
)
_OFFLINE = (string("sLicenseKeyPackId"),)
_SOURCE = (string("sSourceLSName"), string("sSourceLSProductId"))


def _pack_method(name: str, *inputs: Element) -> Method:
    # That these are static is inferred: they carry what they are about as a parameter, and
    # public code calls InstallAgreementLicenseKeyPack on the class.
    return Method(name, inputs, (_KEY_PACK_ID,), static=True)


LICENSE_KEY_PACK = CimClass(
    "root/cimv2",
    "Win32_TSLicenseKeyPack",
    "Microsoft Learn: Win32_TSLicenseKeyPack class and its method pages",
    (
        integer("KeyPackId", key=True),
        string("Description"),
        integer("KeyPackType"),
        integer("ProductType"),
        string("ProductVersion"),
        integer("ProductVersionID"),
        integer("TotalLicenses"),
        integer("IssuedLicenses"),
        integer("AvailableLicenses"),
        Element("ExpirationDate", CimType.DATETIME),
        integer("AccessRights"),
        string("TypeAndModel"),
    ),
    (
        _pack_method("InstallRetailPurchaseLicenseKeyPack", *_RETAIL),
        _pack_method("InstallOpenLicenseKeyPack", *_OPEN),
        _pack_method("InstallAgreementLicenseKeyPack", *_AGREEMENT),
        _pack_method("InstallLicenseKeyPack", *_OFFLINE),
        _pack_method("ReinstallRetailPurchaseLicenseKeyPack", *_RETAIL),
        _pack_method("ReinstallOpenPurchaseLicenseKeyPack", *_OPEN),
        _pack_method("ReinstallAgreementLicenseKeyPack", *_AGREEMENT),
        _pack_method("ReinstallLicenseKeyPackOffline", *_OFFLINE),
        _pack_method("ImportRetailPurchaseLicenseKeyPack", *_RETAIL, *_SOURCE),
        _pack_method("ImportOpenPurchaseLicenseKeyPack", *_OPEN, *_SOURCE),
        _pack_method("ImportAgreementLicenseKeyPack", *_AGREEMENT, *_SOURCE),
        _pack_method("ImportLicenseKeyPackOffline", *_OFFLINE, *_SOURCE),
        Method("RemoveLicensesWithIdCount", (_KEY_PACK_ID, integer("LicenseCount")), static=True),
        Method("UninstallLicenseKeyPackWithId", (_KEY_PACK_ID,), static=True),
    ),
)

ISSUED_LICENSE = CimClass(
    "root/cimv2",
    "Win32_TSIssuedLicense",
    "Microsoft Learn: Win32_TSIssuedLicense class; per device CALs only",
    (
        integer("LicenseId", key=True),
        integer("KeyPackId", key=True),
        string("sIssuedToUser"),
        string("sIssuedToComputer"),
        integer("LicenseStatus"),
        Element("IssueDate", CimType.DATETIME),
        Element("ExpirationDate", CimType.DATETIME),
        string("sHardwareId"),
    ),
    (
        Method(
            "Revoke",
            outputs=(
                integer("RevokableCals"),
                Element("NextRevokeAllowedOn", CimType.DATETIME),
            ),
        ),
    ),
)

LICENSE_REPORT_ENTRY = CimClass(
    "root/cimv2",
    "Win32_TSLicenseReportEntry",
    "Microsoft Learn: Win32_TSLicenseReportEntry class (embedded)",
    (
        string("User", key=True),
        Element("ExpirationDate", CimType.DATETIME),
        string("CALType"),
        string("ProductVersion"),
        integer("ProductVersionID"),
    ),
)

LICENSE_REPORT = CimClass(
    "root/cimv2",
    "Win32_TSLicenseReport",
    "Microsoft Learn: Win32_TSLicenseReport class and its method pages",
    (string("FileName", key=True),),
    (
        Method("GenerateReportEx", outputs=(string("FileName"),), static=True),
        Method(
            "FetchReportEntries",
            (integer("StartIndex"), integer("Count")),
            (
                integer("Count"),
                Element("ReportEntries", CimType.OBJECT, array=True, embedded=LICENSE_REPORT_ENTRY),
            ),
            reads=True,
        ),
        Method("DeleteReport"),
    ),
)

CLASSES = (
    LICENSE_SERVER,
    LICENSE_KEY_PACK,
    ISSUED_LICENSE,
    LICENSE_REPORT,
    LICENSE_REPORT_ENTRY,
)
