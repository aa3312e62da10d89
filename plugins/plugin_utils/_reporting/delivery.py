# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the modules of the reports do: read the folder, make the report, write what is news."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any

from .ephemeral import vanishes
from .failing import failing, worst_severity
from .farm import Verdict
from .folder import Contents, FolderError, Host, OutputFolder
from .formats import ALL_FORMATS
from .history import Changes
from .model import FactsState, Severity
from .output import MOST_TOLD, Plan, make_plan, render_files
from .renderers.as_csv import timestamp
from .renderers.as_json import body
from .report import Report
from .request import BadRequest, Request

BASE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
MODE = re.compile(r"0?[0-7]{3}")
MOST_MONTHS = 1200
ADVICE_FOLDER = (
    "What to do: see that the account of this task may read and write there (become: true, or "
    "the owner of the folder above) and that the disk is not full, or name another folder in path"
)


class DeliveryError(Exception):
    """No report, or not all of it; the text says why and what to do.

    :param changed: whether something was written before that.
    """

    def __init__(self, why: str, *, changed: bool = False) -> None:
        super().__init__(why)
        self.changed = changed


def deliver(
    params: Mapping[str, Any],
    host: Host,
    *,
    on_controller: bool,
    check_mode: bool,
    with_views: Callable[[Report], Report] | None = None,
) -> dict[str, Any]:
    """Write the report and tell what came of it.

    :param params: the options of the module, ``path`` expanded, ``facts`` and ``hosts`` gathered.
    :param with_views: adds further views to a report of the CALs; without it there are none.
    :param on_controller: whether the folder is in the file system of this process.
    :raises DeliveryError: an option makes no sense, or the folder cannot be read or written.
    """
    _check(params, on_controller=on_controller)
    if with_views is None and not params["hosts"] and not params["facts"]:
        raise DeliveryError(
            "there are no license servers to report on: name them in hosts, or have the group "
            "rds_license_servers in the inventory"
        )
    folder = OutputFolder(host, params["path"], params["name"])
    mode = f"{int(params['mode'], 8):04o}"
    try:
        request = _request(params)
        request.options()
        found = folder.read()
        # Without a history the past is not read either: a trend would end some time ago.
        keep = params["history"] > 0
        report, changes = request.report(found.snapshots if keep else (), params["history"] or 1)
        if with_views is not None:
            report = with_views(report)
        files = render_files(report, params["formats"], params["name"])
        plan = make_plan(
            report,
            files,
            changes if keep else Changes(()),
            found.manifest,
            found.files,
            mode=mode,
            refresh_times=params["refresh_times"],
        )
        if not check_mode:
            folder.write(plan, mode=mode, directory_mode=params["directory_mode"])
    except BadRequest as error:
        raise DeliveryError(f"making the report: {error}") from error
    except FolderError as error:
        raise DeliveryError(
            f"{str(error).rstrip('.')}. {ADVICE_FOLDER}", changed=folder.touched
        ) from error
    return _outcome(report, plan, found, params)


def _check(params: Mapping[str, Any], *, on_controller: bool) -> None:
    path = params["path"]
    if not PurePosixPath(path).is_absolute():
        raise DeliveryError(
            f"path is {path}, which is not an absolute path on the host that the report goes to. "
            "The host has to be POSIX; delegate_to names another one"
        )
    if not BASE_NAME.fullmatch(params["name"]):
        raise DeliveryError(
            f"name is {params['name']}; it may hold letters, digits, points, dashes and underscores"
        )
    for option in ("mode", "directory_mode"):
        if not MODE.fullmatch(params[option]):
            raise DeliveryError(f"{option} is {params[option]}; write it in octal, as in '0640'")
    if not 0 <= params["history"] <= MOST_MONTHS:
        raise DeliveryError(f"history is a number of months, not {params['history']}")
    if on_controller and not params["allow_ephemeral"] and vanishes(path):
        raise DeliveryError(
            f"{path} is inside an execution environment and lost after this job. Mount a folder "
            "of the host there, or write to another host (delegate_to; the role has "
            "cal_inventory_output_host), or set allow_ephemeral: true if something later in the "
            "same job takes the files away"
        )


def _request(params: Mapping[str, Any]) -> Request:
    return Request(
        facts=params["facts"],
        now=datetime.now(UTC),
        hosts=params["hosts"],
        session_hosts=params["session_hosts"],
        backups=params.get("backups"),
        threshold=params["threshold"],
        max_fact_age=params["max_fact_age"],
        expiry_notice=params["expiry_notice"],
        language=params["language"],
        title=params["title"] or "",
    )


def _outcome(
    report: Report, plan: Plan, found: Contents, params: Mapping[str, Any]
) -> dict[str, Any]:
    """The module's return values."""
    inventory = report.inventory
    told = plan.manifest.told if plan.manifest is not None else found.manifest.told
    everything = body(report)
    number = {
        each.value: sum(finding.severity is each for finding in inventory.findings)
        for each in Severity
    }
    names = {
        state.value: [server.name for server in inventory.servers if server.state is state]
        for state in FactsState
        if state is not FactsState.CURRENT
    }
    warnings = [
        f"{name} in {params['path']} is no snapshot of this collection; it was left alone and is "
        "in no trend"
        for name in found.unreadable
    ]
    outcome: dict[str, Any] = {
        "changed": plan.changed,
        "path": params["path"],
        "written": [each.name for each in (*plan.news, *plan.refreshed)],
        "files": [_file(params, name) for name in dict.fromkeys(params["formats"])],
        "digest": report.digest,
        "as_of": timestamp(inventory.as_of) or None,
        "complete": inventory.complete,
        "facts": names,
        "counts": number,
        "stocks": everything["stocks"],
        "findings": everything["findings"][:MOST_TOLD],
        "before": found.manifest.told,
        "after": told,
    }
    outcome |= _views(report)
    return {**outcome, "warnings": warnings} if warnings else outcome


def _views(report: Report) -> dict[str, Any]:
    """What the further views add to the return values."""
    if report.farm is None:
        return {}
    verdicts: dict[str, list[str]] = {str(each): [] for each in Verdict}
    for host in report.farm.hosts:
        verdicts[host.verdict].append(host.name)
    return {
        "worst_verdict": str(report.farm.worst) if report.farm.worst else None,
        "verdicts": {name: len(hosts) for name, hosts in verdicts.items()},
        "hosts": {name: hosts for name, hosts in verdicts.items() if name in _TOLD_BY_NAME},
        "host_findings": report.farm.severities,
        "account_findings": dict(report.audit.severities) if report.audit else None,
        "worst_severity": worst_severity(report),
        "failing": [each.as_dict() for each in failing(report)],
    }


_TOLD_BY_NAME = (Verdict.EXPIRED, Verdict.MISCONFIGURED, Verdict.GRACE, Verdict.UNKNOWN)


def _file(params: Mapping[str, Any], name: str) -> str:
    return str(PurePosixPath(params["path"]) / f"{params['name']}{ALL_FORMATS[name].suffix}")
