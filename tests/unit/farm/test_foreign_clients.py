# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The farm against clients that nobody here wrote: pywinrm, pypsrp, Debian's wsl."""

from __future__ import annotations

import os
import shutil
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest
import requests
from farm import Farm, Fault, Rights
from pypsrp.exceptions import AuthenticationError, WinRMTransportError, WSManFaultError
from pypsrp.host import PSHost
from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.shell import Process, SignalCode, WinRS
from pypsrp.wsman import SelectorSet, WSMan
from winrm import Session
from winrm.exceptions import (
    InvalidCredentialsError,
    WinRMOperationTimeoutError,
)
from winrm.exceptions import WinRMTransportError as WinrmTransportError
from winrm.exceptions import (
    WSManFaultError as WinrmFault,
)
from winrm.protocol import Protocol

from .conftest import FarmOf
from .soap_client import CIMV2, REGISTRY, SETTING, WQL, N, W, X, envelope, header

OS = CIMV2 + "Win32_OperatingSystem"
GET = envelope(header(X + "/Get", OS), "")
TRANSPORTS = [
    ("ntlm", "http", {}),
    ("ntlm", "https", {}),
    ("ntlm", "https", {"message_encryption": "always"}),
    ("basic", "https", {}),
    ("ssl", "https", {}),
]


def _protocol(
    farm: Farm, transport: str = "ntlm", scheme: str = "http", **options: str
) -> Protocol:
    user, password = farm.login("sh1", auth="ntlm" if transport == "ntlm" else "basic")
    return Protocol(
        farm.endpoint("sh1", scheme),
        transport=transport,
        username=options.pop("username", user),
        password=options.pop("password", password),
        ca_trust_path=str(farm.ca_path),
        read_timeout_sec=5,
        operation_timeout_sec=2,
        **options,
    )


def _wsman(farm: Farm, auth: str = "ntlm", scheme: str = "http", **options: str) -> WSMan:
    user, password = farm.login("sh1", auth="basic" if auth == "basic" else "ntlm")
    given = {"username": user, "password": password, **options}
    return WSMan(
        farm.hosts["sh1"].address,
        port=farm.ports["sh1"][0 if scheme == "http" else 1],
        ssl=scheme == "https",
        auth=auth,
        cert_validation=str(farm.ca_path),
        operation_timeout=5,
        **given,
    )


# -- pywinrm --------------------------------------------------------------------------------


@pytest.mark.parametrize(("transport", "scheme", "options"), TRANSPORTS)
def test_pywinrm_sends_raw_messages(
    farm: Farm, transport: str, scheme: str, options: dict[str, str]
) -> None:
    protocol = _protocol(farm, transport, scheme, **options)
    for dummy in range(2):
        assert b"<p:BuildNumber>20348" in protocol.transport.send_message(GET)
    sealed = transport == "ntlm" and (scheme == "http" or "message_encryption" in options)
    seen = [r.operation for r in farm.hosts["sh1"].requests]
    legs = {"ntlm": 3 if sealed else 2}.get(transport, 0)
    assert seen == ["auth"] * legs + ["Get"] * 2


@pytest.mark.parametrize(("transport", "scheme", "options"), TRANSPORTS)
def test_pywinrm_runs_commands(
    farm: Farm, transport: str, scheme: str, options: dict[str, str]
) -> None:
    user, password = farm.login("sh1", auth="ntlm" if transport == "ntlm" else "basic")
    session = Session(
        farm.endpoint("sh1", scheme),
        (user, password),
        transport=transport,
        ca_trust_path=str(farm.ca_path),
        **options,
    )
    assert session.run_cmd("hostname").std_out == b"sh1\r\n"
    refused = session.run_cmd("format", ["c:"])
    assert (refused.status_code, b"not recognized" in refused.std_err) == (1, True)
    assert session.run_ps("exit 3").status_code == 3
    assert farm.services["sh1"].shells.open == 0


@pytest.mark.parametrize(("transport", "scheme"), [("ntlm", "http"), ("basic", "https")])
def test_pywinrm_with_a_wrong_password(farm: Farm, transport: str, scheme: str) -> None:
    protocol = _protocol(farm, transport, scheme, password="wrong")
    with pytest.raises(InvalidCredentialsError):
        protocol.transport.send_message(GET)


def test_pywinrm_without_rights(farm: Farm) -> None:
    user = farm.login("sh1", rights=Rights.PLAIN)[0]
    with pytest.raises(InvalidCredentialsError):
        _protocol(farm, username=user).transport.send_message(GET)


def test_pywinrm_unencrypted_over_http_is_refused(farm: Farm) -> None:
    with pytest.raises(WinrmTransportError) as caught:
        _protocol(farm, message_encryption="never").transport.send_message(GET)
    assert (caught.value.code, caught.value.response_text) == (500, "")


def test_pywinrm_checks_the_certificate(farm: Farm) -> None:
    protocol = _protocol(farm, "basic", "https")
    protocol.transport.ca_trust_path = "/etc/ssl/certs/ca-certificates.crt"
    with pytest.raises(requests.exceptions.SSLError):
        protocol.transport.send_message(GET)


def test_pywinrm_reads_a_fault(farm: Farm) -> None:
    protocol = _protocol(farm)
    with pytest.raises(WinrmFault) as caught:
        protocol.send_message(GET.replace(b"Win32_OperatingSystem", b"Win32_No").decode())
    assert caught.value.wsman_fault_code == 2150858752
    assert caught.value.fault_subcode == "a:DestinationUnreachable"


def test_pywinrm_reads_a_quota_fault(farm: Farm) -> None:
    farm.hosts["sh1"].faults.add(Fault("quota"))
    with pytest.raises(WinrmFault) as caught:
        _protocol(farm).send_message(GET.decode())
    assert caught.value.wmierror_code == 2150859174


def test_pywinrm_sees_a_timeout(farm: Farm) -> None:
    farm.hosts["sh1"].faults.add(Fault("timed_out", seconds=0))
    with pytest.raises(WinRMOperationTimeoutError):
        _protocol(farm).send_message(GET.decode())


def test_pywinrm_after_a_dropped_connection(farm: Farm) -> None:
    farm.hosts["sh1"].faults.add(Fault("drop", at=2))
    transport = _protocol(farm).transport
    assert b"BuildNumber" in transport.send_message(GET)
    with pytest.raises(requests.exceptions.ConnectionError):
        transport.send_message(GET)
    with pytest.raises(WinrmTransportError) as caught:
        transport.send_message(GET)
    assert caught.value.code == 400
    transport.close_session()
    transport.encryption = None
    assert b"BuildNumber" in transport.send_message(GET)


def test_pywinrm_keeps_its_shell_between_commands(farm: Farm) -> None:
    protocol = _protocol(farm)
    shell = protocol.open_shell(codepage=65001, env_vars={"A": "b"}, working_directory="C:\\")
    for line in ("hostname", "whoami"):
        command = protocol.run_command(shell, line, skip_cmd_shell=True, console_mode_stdin=False)
        assert protocol.get_command_output(shell, command)[2] == 0
        protocol.cleanup_command(shell, command)
    protocol.close_shell(shell)
    with pytest.raises(WinrmFault) as caught:
        protocol.run_command(shell, "hostname")
    assert caught.value.wsman_fault_code == 2150858843


# -- pypsrp ---------------------------------------------------------------------------------

AUTHS = [("ntlm", "http"), ("negotiate", "http"), ("basic", "https"), ("negotiate", "https")]


@pytest.mark.parametrize(("auth", "scheme"), AUTHS)
def test_pypsrp_sends_raw_messages(farm: Farm, auth: str, scheme: str) -> None:
    with _wsman(farm, auth, scheme) as wsman:
        assert b"<p:BuildNumber>20348" in wsman.transport.send(GET)


@pytest.mark.parametrize(("auth", "scheme"), AUTHS)
def test_pypsrp_gets_enumerates_pulls_and_invokes(farm: Farm, auth: str, scheme: str) -> None:
    with _wsman(farm, auth, scheme) as wsman:
        selectors = SelectorSet()
        selectors.add_option("ServerName", "SH1")
        body = wsman.get(SETTING, selector_set=selectors)
        assert body.findtext(f".//{{{SETTING}}}LicensingType") == "5"
        names = _pypsrp_query(wsman, "SELECT Name FROM Win32_Service")
        assert names == ["EventLog", "TermService", "WinRM"]
        call = ET.Element(f"{{{REGISTRY}}}EnumKey_INPUT")
        for name, text in (("hDefKey", "2147483650"), ("sSubKeyName", "SOFTWARE")):
            ET.SubElement(call, f"{{{REGISTRY}}}{name}").text = text
        answer = wsman.invoke(f"{REGISTRY}/EnumKey", REGISTRY, call)
        assert answer.findtext(f".//{{{REGISTRY}}}ReturnValue") == "0"


def _pypsrp_query(wsman: WSMan, text: str) -> list[str | None]:
    request = ET.Element(f"{{{N}}}Enumerate")
    ET.SubElement(request, f"{{{W}}}OptimizeEnumeration")
    ET.SubElement(request, f"{{{W}}}Filter", Dialect=WQL).text = text
    body = wsman.enumerate(CIMV2 + "*", request)
    names: list[str | None] = []
    while True:
        names += [e.text for e in body.iter("Name")]
        context = body.findtext(f".//{{{N}}}EnumerationContext")
        if not context:
            return names
        pull = ET.Element(f"{{{N}}}Pull")
        ET.SubElement(pull, f"{{{N}}}EnumerationContext").text = context
        body = wsman.pull(CIMV2 + "*", pull)


@pytest.mark.parametrize(("auth", "scheme"), AUTHS)
def test_pypsrp_runs_commands(farm: Farm, auth: str, scheme: str) -> None:
    with _wsman(farm, auth, scheme) as wsman, WinRS(wsman) as shell:
        process = Process(shell, "whoami")
        process.invoke()
        process.signal(SignalCode.TERMINATE)
        assert process.rc == 0
        assert process.stdout.endswith(b"\\administrator\r\n")
    assert farm.services["sh1"].shells.open == 0


@pytest.mark.parametrize(("auth", "scheme"), AUTHS)
def test_pypsrp_opens_runspaces(farm: Farm, auth: str, scheme: str) -> None:
    host = PSHost(None, None, False, "test", None, None, None)
    with _wsman(farm, auth, scheme) as wsman, RunspacePool(wsman, host=host) as pool:
        assert (pool.protocol_version, wsman.max_envelope_size) == ("2.3", 512000)
        for script, output, code in (("hostname", ["sh1"], None), ("exit 3", [], 3)):
            shell = PowerShell(pool)
            shell.add_script(script)
            assert (shell.invoke(), shell.had_errors, host.rc) == (output, False, code)
        shell = PowerShell(pool)
        shell.add_script("Get-Service")
        assert (shell.invoke(), len(shell.streams.error)) == ([], 1)
        assert "is not recognized" in str(shell.streams.error[0])
    assert farm.services["sh1"].shells.open == 0


@pytest.mark.parametrize(("auth", "scheme"), AUTHS)
def test_pypsrp_with_a_wrong_password(farm: Farm, auth: str, scheme: str) -> None:
    with _wsman(farm, auth, scheme, password="wrong") as wsman, pytest.raises(AuthenticationError):
        wsman.transport.send(GET)


def test_pypsrp_unencrypted_over_http_is_refused(farm: Farm) -> None:
    with _wsman(farm, encryption="never") as wsman, pytest.raises(WinRMTransportError) as caught:
        wsman.transport.send(GET)
    assert caught.value.code == 500


def test_pypsrp_reads_faults(farm: Farm) -> None:
    with _wsman(farm) as wsman:
        with pytest.raises(WSManFaultError) as caught:
            wsman.get(CIMV2 + "Win32_No")
        assert caught.value.code == 2150858752
        assert caught.value.provider == "WMI Provider"
        selectors = SelectorSet()
        selectors.add_option("Wrong", "x")
        with pytest.raises(WSManFaultError) as caught:
            wsman.get(SETTING, selector_set=selectors)
        assert caught.value.code == 2150858843


# -- Debian's wsl ---------------------------------------------------------------------------

_INSTALL = "apt-get install wsl curl libxml2-utils uuid-runtime"
Wsl = Callable[..., ET.Element]


@pytest.fixture
def wsl(farm_of: FarmOf, tmp_path: Path) -> Wsl:
    """Run one of the wsl commands; the parsed last answer comes back."""
    if shutil.which("wslenum") is None or shutil.which("uuidgen") is None:
        if os.environ.get("RDS_REQUIRE_FOREIGN") == "1":
            pytest.fail(f"wsl is missing: {_INSTALL}")
        pytest.skip(f"wsl is not installed: {_INSTALL}")
    farm = farm_of(
        top={"allow_unencrypted": True}, sh1={"roles": ["licensing"], "issued_licenses": 300}
    )
    user, password = farm.login("sh1", auth="basic")

    def run(*words: str, password: str = password) -> ET.Element:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "WSNOSSL": "true",
            "WSENDPOINT": f"{farm.hosts['sh1'].address}:{farm.ports['sh1'][0]}",
            "WSUSER": user,
            "WSPASS": password,
            "IPINTERACTIVE": "no",
        }
        for old in tmp_path.glob("response*.xml"):
            old.unlink()
        # Its exit code says little: the answers are in the files it leaves.
        subprocess.run(
            words,
            cwd=tmp_path,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=60,
            check=False,
        )
        root = ET.Element("answers")
        for path in sorted(tmp_path.glob("response-*.xml")) or tmp_path.glob("response.xml"):
            if path.stat().st_size:
                root.append(ET.parse(path).getroot())
        return root

    return run


def test_wsl_identifies(wsl: Wsl) -> None:
    root = wsl("wslid", "check")
    assert [e.text for e in root.iter() if e.tag.endswith("}ProductVendor")] == [
        "Microsoft Corporation"
    ]


def test_wsl_enumerates_everything(wsl: Wsl) -> None:
    uri = CIMV2 + "Win32_TSIssuedLicense"
    root = wsl("wslenum", uri, "-o", "100")
    numbers = [e.text for e in root.iter(f"{{{uri}}}LicenseId")]
    assert numbers == [str(n) for n in range(1, 301)]
    assert len(list(root)) == 4


def test_wsl_pulls_one_by_one_without_optimization(wsl: Wsl) -> None:
    uri = CIMV2 + "Win32_Service"
    root = wsl("wslenum", uri)
    assert [e.text for e in root.iter(f"{{{uri}}}Name")] == [
        "EventLog",
        "TermServLicensing",
        "WinRM",
    ]
    assert len(list(root)) == 5


def test_wsl_filters_by_wql(wsl: Wsl) -> None:
    query = "SELECT Name,State FROM Win32_Service WHERE Name='WinRM'"
    root = wsl("wslenum", CIMV2 + "*", "-o", "100", "-dialect", WQL, "-filter", query)
    assert [e.text for e in root.iter("State")] == ["Running"]


def test_wsl_gets_an_instance_by_key(wsl: Wsl) -> None:
    root = wsl("wslget", SETTING, "ServerName=SH1")
    assert [e.text for e in root.iter(f"{{{SETTING}}}TerminalServerMode")] == ["0"]


def test_wsl_shows_a_fault(wsl: Wsl) -> None:
    root = wsl("wslget", CIMV2 + "Win32_No")
    codes = [e.get("Code") for e in root.iter() if e.tag.endswith("}WSManFault")]
    assert codes[0] == "2150858752"


def test_wsl_with_a_wrong_password(wsl: Wsl) -> None:
    assert list(wsl("wslget", OS, password="wrong")) == []
    assert len(list(wsl("wslget", OS).iter(f"{{{OS}}}Caption"))) == 1
