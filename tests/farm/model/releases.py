# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Windows releases a simulated host can run (Microsoft Learn: operating system version)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Release:
    """One release; ``year`` is None for a client system."""

    name: str
    build: int
    version: str
    caption: str
    ubr: int
    year: int | None
    sku: int = 7
    product_type: int = 3
    max_envelope_kb: int = 500
    max_operations: int = 1500


RELEASES: dict[str, Release] = {
    release.name: release
    for release in (
        Release(
            "2008r2",
            7601,
            "6.1.7601",
            "Microsoft Windows Server 2008 R2 Standard",
            27170,
            2008,
            max_envelope_kb=150,
            max_operations=15,
        ),
        Release(
            "2012r2", 9600, "6.3.9600", "Microsoft Windows Server 2012 R2 Standard", 22074, 2012
        ),
        Release("2016", 14393, "10.0.14393", "Microsoft Windows Server 2016 Standard", 7159, 2016),
        Release("2019", 17763, "10.0.17763", "Microsoft Windows Server 2019 Standard", 6054, 2019),
        Release("2022", 20348, "10.0.20348", "Microsoft Windows Server 2022 Standard", 2582, 2022),
        Release("2025", 26100, "10.0.26100", "Microsoft Windows Server 2025 Standard", 2894, 2025),
        Release(
            "win11-24h2",
            26100,
            "10.0.26100",
            "Microsoft Windows 11 Enterprise",
            2894,
            None,
            sku=4,
            product_type=1,
        ),
    )
}
