# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Parse speed and memory for issued licenses, against a bare expat pass over the same bytes.

The pages are as Windows sends them: whole instances, about 75 kB a page.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from xml.parsers import expat

TREE = Path(__file__).resolve().parents[5]
_PER_PAGE = 100
_ROUNDS = 5
_HEAD = (
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"'
    ' xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"'
    ' xmlns:n="http://schemas.xmlsoap.org/ws/2004/09/enumeration"'
    ' xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"><s:Header>'
    "<a:RelatesTo>uuid:BENCH</a:RelatesTo></s:Header><s:Body><n:PullResponse>"
    "<n:EnumerationContext>uuid:1</n:EnumerationContext><n:Items>"
)
_TAIL = "</n:Items></n:PullResponse></s:Body></s:Envelope>"
_URI = "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/Win32_TSIssuedLicense"


def pages(instances: int) -> Iterator[bytes]:
    """Make the pages one by one."""
    for start in range(0, instances, _PER_PAGE):
        items = "".join(_item(number) for number in range(start, min(start + _PER_PAGE, instances)))
        yield f"{_HEAD}{items}{_TAIL}".encode()


def _item(number: int) -> str:
    return (
        f'<p:Win32_TSIssuedLicense xmlns:p="{_URI}"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        ' xmlns:cim="http://schemas.dmtf.org/wbem/wscim/1/common"'
        ' xsi:type="p:Win32_TSIssuedLicense_Type">'
        f"<p:ExpirationDate><cim:Datetime>2026-03-11T10:00:{number % 60:02}Z</cim:Datetime>"
        "</p:ExpirationDate><p:IssueDate><cim:Datetime>2026-01-11T10:00:00Z</cim:Datetime>"
        f"</p:IssueDate><p:KeyPackId>3</p:KeyPackId><p:LicenseId>{number}</p:LicenseId>"
        f"<p:LicenseStatus>{1 + number % 2}</p:LicenseStatus>"
        f"<p:sHardwareId>0x{number:040x}</p:sHardwareId>"
        f"<p:sIssuedToComputer>PC{number:06}</p:sIssuedToComputer>"
        f"<p:sIssuedToUser>CORP\\user{number}</p:sIssuedToUser></p:Win32_TSIssuedLicense>"
    )


def expat_pass(data: list[bytes]) -> None:
    """Namespaces on; start, end and character handlers that do nothing."""

    def start(name: str, attributes: dict[str, str]) -> None:
        pass

    def end(name: str) -> None:
        pass

    def characters(text: str) -> None:
        pass

    for page in data:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = start
        parser.EndElementHandler = end
        parser.CharacterDataHandler = characters
        parser.Parse(page, True)


def read(source: Iterator[bytes]) -> int:
    """Read the instances and keep a total only."""
    sys.path.insert(0, str(TREE))
    from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim import (  # noqa: PLC0415
        answer,
        values,
    )
    from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.schema import (  # noqa: PLC0415
        license_server,
    )

    decoder = values.InstanceDecoder(license_server.ISSUED_LICENSE.properties)
    active = 0
    for page in source:
        found = answer.read_page(answer.body_of(page, "uuid:BENCH"))
        active += sum(each["LicenseStatus"] == 2 for each in answer.read_instances(found, decoder))
    return active


def report(instances: int) -> None:
    """Print times, their ratio, and the peak memory of a reader of its own."""
    # First: Linux counts what the parent holds when it starts a process as that one's peak.
    peak, bare = _peak(instances), _peak(0)
    data = list(pages(instances))
    size = sum(map(len, data)) / 1e6
    ratios, ours = [], []
    for dummy in range(_ROUNDS):
        times = [time.process_time()]
        expat_pass(data)
        times.append(time.process_time())
        total = read(iter(data))
        times.append(time.process_time())
        if total != instances // 2:
            raise RuntimeError(f"{total} active licenses were read, not {instances // 2}")
        ours.append(times[2] - times[1])
        ratios.append(ours[-1] / (times[1] - times[0]))
    ratios.sort()
    ours.sort()
    print(f"\n== parsing {instances:,} issued licenses ({size:.0f} MB) ==")
    print(
        f"CPU {ours[_ROUNDS // 2]:.2f} s; {ratios[_ROUNDS // 2]:.2f} times a bare expat pass",
        end="",
    )
    print(f" (from {ratios[0]:.2f} to {ratios[-1]:.2f})")
    print(f"peak memory {peak / 1e3:.0f} MB, the interpreter with its imports {bare / 1e3:.0f} MB")


def _peak(instances: int) -> int:
    """The peak memory (kB) of a process that makes the pages and reads them."""
    command = [sys.executable, str(Path(__file__)), str(instances)]
    return int(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout)


if __name__ == "__main__":
    read(pages(int(sys.argv[1])))
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
