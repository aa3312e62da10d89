# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules about the CALs that the license servers of a session host hold for it.

They decide by the facts of those license servers. Where one of the list has none, it may be the
one that holds them: then nothing is concluded.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..session_hosts.modes import LicensingMode
from ..version_matrix import VERSIONS, host_accepts
from .findings import Blocks, Evidence, Hit, Rule, Scope, Severity, listed
from .observations import Observed, Pack, Stock


def _stocks(observed: Observed) -> tuple[Stock, ...]:
    """The license servers of the list; empty where the packs of one are not known."""
    entries = observed.listed or ()
    stocks = [each.stock for each in entries if each.stock is not None]
    known = [stock for stock in stocks if stock.packs is not None]
    return tuple(known) if len(known) == len(entries) else ()


def _giving(observed: Observed) -> tuple[Pack, ...] | None:
    """The packs that hold CALs; None where not all are known, or none is asked for."""
    settings, stocks = observed.working, _stocks(observed)
    if settings is None or not settings.asks_for_cals or not stocks:
        return None
    return tuple(pack for stock in stocks for pack in stock.packs or () if pack.gives)


def _of_mode(packs: tuple[Pack, ...], mode: LicensingMode) -> list[Pack]:
    """Those for a mode; one of a type that is not known may be."""
    return [pack for pack in packs if pack.type in (str(mode), "unknown")]


def _fits(pack: Pack, version: str | None) -> bool:
    """Whether a host of a version takes it; what is not known may fit."""
    if version not in VERSIONS or pack.version not in VERSIONS:
        return True
    return host_accepts(version, pack.version)


def _evidence(observed: Observed) -> Evidence:
    settings = observed.working
    return {
        "mode": str(settings.mode) if settings else None,
        "version": observed.system.version,
        "servers": listed(stock.name for stock in _stocks(observed)),
    }


def _no_cals_installed(observed: Observed) -> Iterator[Hit]:
    if _giving(observed) == ():
        yield Hit(_evidence(observed))


def _cals_of_other_type(observed: Observed) -> Iterator[Hit]:
    packs, settings = _giving(observed), observed.working
    if packs and settings is not None and not _of_mode(packs, settings.mode):
        held = listed(dict.fromkeys(pack.type for pack in packs))
        yield Hit({**_evidence(observed), "held": held})


def _cals_too_old(observed: Observed) -> Iterator[Hit]:
    packs, settings = _giving(observed), observed.working
    if not packs or settings is None:
        return
    wanted = _of_mode(packs, settings.mode)
    if wanted and not any(_fits(pack, observed.system.version) for pack in wanted):
        held = listed(sorted({pack.version for pack in wanted}))
        yield Hit({**_evidence(observed), "held": held})


def _device_packs(observed: Observed) -> list[Pack]:
    """The packs that a host in Per Device mode gets its CALs from."""
    packs, settings = _giving(observed), observed.working
    if not packs or settings is None or settings.mode is not LicensingMode.PER_DEVICE:
        return []
    return [pack for pack in _of_mode(packs, settings.mode) if _fits(pack, observed.system.version)]


def _no_free_cals(observed: Observed) -> Iterator[Hit]:
    packs = _device_packs(observed)
    if packs and all(not pack.unlimited and pack.available == 0 for pack in packs):
        total = sum(pack.total or 0 for pack in packs)
        yield Hit({**_evidence(observed), "total": total})


def _no_device_cal_issued(observed: Observed) -> Iterator[Hit]:
    packs = _device_packs(observed)
    if packs and all(pack.issued == 0 for pack in packs):
        total = sum(pack.total or 0 for pack in packs)
        yield Hit({**_evidence(observed), "total": total})


def _listed_not_activated(observed: Observed) -> Iterator[Hit]:
    for each in observed.listed or () if observed.working else ():
        if each.stock is not None and each.stock.activated is False:
            yield Hit({"server": each.stock.name}, about=each.stock.name)


def _none_activated(observed: Observed) -> Iterator[Hit]:
    settings, entries = observed.working, observed.listed or ()
    stocks = [each.stock for each in entries if each.stock is not None]
    if settings is None or not stocks or len(stocks) < len(entries):
        return
    if all(stock.activated is False for stock in stocks):
        yield Hit({"servers": listed(stock.name for stock in stocks)})


_TABLES = "Microsoft Learn: License your RDS deployment with client access licenses (the tables)"
_HOST = Scope.SESSION_HOST
_READS = ("facts of the license servers", "GetSpecifiedLicenseServerList", "LicensingType")

RULES = (
    Rule(
        "no_cals_installed",
        Severity.ERROR,
        _HOST,
        _READS,
        _TABLES,
        _no_cals_installed,
        rows=("R10",),
        blocks=Blocks.CALS,
    ),
    Rule(
        "cals_of_other_type",
        Severity.ERROR,
        _HOST,
        _READS,
        "Microsoft Learn: Win32_TSLicenseKeyPack class, ProductType",
        _cals_of_other_type,
        rows=("R9",),
        blocks=Blocks.CALS,
    ),
    Rule(
        "cals_too_old",
        Severity.ERROR,
        _HOST,
        (*_READS, "BuildNumber"),
        _TABLES,
        _cals_too_old,
        rows=("R8",),
        blocks=Blocks.CALS,
    ),
    Rule(
        "no_activated_license_server",
        Severity.ERROR,
        _HOST,
        ("facts of the license servers", "GetSpecifiedLicenseServerList"),
        "Microsoft Learn: Activate the Remote Desktop Services license server",
        _none_activated,
        rows=("R5",),
        blocks=Blocks.CALS,
    ),
    Rule(
        "listed_server_not_activated",
        Severity.ERROR,
        _HOST,
        ("facts of the license servers",),
        "Microsoft Learn: Activate the Remote Desktop Services license server",
        _listed_not_activated,
        rows=("R5",),
    ),
    Rule(
        "no_free_cals",
        Severity.ERROR,
        _HOST,
        _READS,
        "Microsoft Learn: License your RDS deployment with client access licenses (per device)",
        _no_free_cals,
        rows=("R9", "R12"),
    ),
    Rule(
        "no_device_cal_issued",
        Severity.WARNING,
        _HOST,
        _READS,
        "Microsoft Learn: License your RDS deployment with client access licenses (per device)",
        _no_device_cal_issued,
        rows=("R2",),
    ),
)
