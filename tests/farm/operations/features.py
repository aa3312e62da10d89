# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Operations on Windows features and on the computer's group policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import cast

from ..json_schema import Schema
from ..model.features import FeatureChange, FeatureError
from ..model.host import Host
from .protocol import SCRIPTS, Operation, OperationError, signed
from .schemas import BOOLEAN, COUNT, INTEGER, NAME, STRING, array, choice, record

_FIRST_CMDLETS = 9200

_RESULT = record(
    success=BOOLEAN,
    restart_needed=choice("no", "yes", "maybe"),
    exit_code=STRING,
    changed=array(STRING),
)


def _gpupdate(host: Host, dummy: Mapping[str, object]) -> Mapping[str, object]:
    host.refresh_policy()
    return {"exit_code": 0}


def _change_features(host: Host, given: Mapping[str, object], *, install: bool) -> FeatureChange:
    if host.release.build < _FIRST_CMDLETS:
        raise OperationError("The cmdlet is not recognized.", signed(0x80131501))
    names = [str(name) for name in cast("list[object]", given["names"])]
    try:
        if install:
            return host.features.install(names, tools=bool(given["management_tools"]))
        return host.features.remove(names)
    except FeatureError as error:
        raise OperationError(str(error), signed(error.code)) from error


def _feature_operation(name: str, options: Schema, *, install: bool) -> Operation:
    def run(host: Host, given: Mapping[str, object]) -> Mapping[str, object]:
        change = _change_features(host, given, install=install)
        return {**asdict(change), "changed": list(change.changed)}

    return Operation(name, SCRIPTS / f"{name}.ps1", options, _RESULT, run)


OPERATIONS = (
    Operation(
        "gpupdate",
        SCRIPTS / "gpupdate.ps1",
        record(wait_seconds=COUNT),
        record(exit_code=INTEGER),
        _gpupdate,
    ),
    _feature_operation(
        "install_feature", record(names=array(NAME), management_tools=BOOLEAN), install=True
    ),
    _feature_operation("remove_feature", record(names=array(NAME)), install=False),
)
