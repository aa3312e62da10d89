# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The manners of AnsibleModule for action plugins, and the one place where errors end.

Modules of this collection run on the controller, through the host's own connection. This base
class validates the options, refuses what cannot work (become, async, other connections), masks
secrets in everything that leaves, and turns typed errors into results: ``unreachable`` for the
connection, ``failed`` for what Windows refused.
"""

from __future__ import annotations

import copy
from abc import abstractmethod
from contextlib import suppress
from typing import Any, ClassVar

from ansible import constants, context
from ansible.errors import AnsibleConnectionFailure, AnsibleError
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.parameters import remove_values, sanitize_keys
from ansible.module_utils.errors import UnsupportedError
from ansible.plugins.action import ActionBase

from ..module_utils._specs import ModuleSpec

# For what its import does: it refuses a Python that the imports below cannot run on.
from . import _floor  # noqa: F401  # pylint: disable=unused-import
from ._cim.carriers.choose import carrier_for
from ._cim.errors import CarrierUnavailable, CimError, Unreachable
from ._cim.session import CimSession
from ._licensing.change import Outcome, OutcomeUnknown, Progress, Refused


class BadOptions(CimError):
    """The options of the task are not what the module takes."""

    def __init__(self, module: str, why: str) -> None:
        super().__init__(why)
        self.advice = f"see ansible-doc {module}"
        if "must be one of" in why:
            self.advice += "; upper and lower case differ"


def _told(error: Exception) -> str:
    """An error of the validation in words; that of a name alone names only it."""
    return f"unsupported: {error}" if isinstance(error, UnsupportedError) else str(error)


class ModuleAction(ActionBase):
    """An action plugin with the manners of a module.

    A subclass names its spec and what it does, and implements ``work``.
    """

    SPEC: ClassVar[ModuleSpec]
    DOING: ClassVar[str]
    """What the module does, for messages: "setting the licensing mode"."""
    UNTOLD: ClassVar[frozenset[str]] = frozenset()
    """Options that the result leaves out: the facts of a whole farm would drown it."""
    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = False
    _supports_diff = True

    @abstractmethod
    def work(self, params: dict[str, Any], progress: Progress) -> Outcome:
        """Do the module's work.

        :param params: the validated options, defaults filled in.
        :param progress: applies the steps and remembers them.
        :raises CimError: it did not work.
        """

    def secrets_in(self, arguments: dict[str, Any]) -> set[str]:
        """Texts to mask besides the values of ``no_log`` options.

        :param arguments: of the task, as they are written, valid or not.
        """
        del arguments
        return set()

    def run(
        self, tmp: str | None = None, task_vars: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Run the task; see ``ActionBase.run``."""
        self._variables = task_vars or {}
        if self._task.async_val:
            # Before ActionBase refuses it without saying what to do.
            return self._failure(
                CarrierUnavailable(
                    "async does not apply: the module runs on the controller",
                    "remove async and poll from this task; it takes about a second",
                )
            )
        result: dict[str, Any] = super().run(tmp, task_vars)
        validator = ArgumentSpecValidator(**self.SPEC.as_arguments())
        arguments = copy.deepcopy(dict(self._task.args))
        validation = validator.validate(arguments)
        secrets = validation._no_log_values | self.secrets_in(arguments)
        params = validation.validated_parameters
        told = {name: value for name, value in params.items() if name not in self.UNTOLD}
        result["invocation"] = {"module_args": told}
        if validation.error_messages:
            why = "; ".join(_told(error) for error in validation.errors.errors)
            result |= self._failure(BadOptions(self._task.action, why))
        else:
            result |= self._perform(params)
        masked: dict[str, Any] = sanitize_keys(remove_values(result, secrets), secrets)
        return masked

    def _perform(self, params: dict[str, Any]) -> dict[str, Any]:
        progress = Progress()
        try:
            outcome = self.work(params, progress)
        except CimError as error:
            return self._failure(error, progress)
        except AnsibleConnectionFailure as error:
            # The connection plugin's own verdict, for example of kinit.
            return self._failure(Unreachable(str(error)), progress)
        except AnsibleError as error:
            return self._failure(CarrierUnavailable(str(error)), progress)
        return self._success(outcome)

    def _success(self, outcome: Outcome) -> dict[str, Any]:
        states = {"before": outcome.before, "after": outcome.after}
        # One of them may be nothing: a first report has nothing before it.
        told = states if any(state is not None for state in states.values()) else {}
        result: dict[str, Any] = {"changed": outcome.changed, **told, **outcome.values}
        if outcome.warnings:
            result["warnings"] = [f"{self._host_name()}: {each}" for each in outcome.warnings]
        if self._task.diff and outcome.changed and told:
            headers = dict.fromkeys(("before_header", "after_header"), self._host_name())
            result["diff"] = {**headers, **told}
        if outcome.failure is not None:
            # What was done was done, and is told by before, after and changed.
            result |= {**self._failure(outcome.failure), "changed": outcome.changed}
        return result

    def _failure(self, error: CimError, progress: Progress | None = None) -> dict[str, Any]:
        """The result for an error: what failed, on which host, the number, what to do."""
        result: dict[str, Any] = {"changed": bool(progress and progress.applied)}
        if isinstance(error, Unreachable):
            result["unreachable"] = True
        else:
            result["failed"] = True
        if error.trouble is not None:
            result["trouble"] = str(error.trouble)
        doing = error.operation or self.DOING
        sentences = [f"{self._where()}: {doing}: {error}"]
        if error.code is not None:
            result |= {
                "code": error.code.number,
                "code_hex": error.code.hex,
                "code_name": error.code.name,
                "meaning": error.code.meaning,
            }
            if error.code.name:
                sentences.append(f"{error.code.hex} {error.code.name}: {error.code.meaning}")
            else:
                sentences.append(f"The number is {error.code.number} ({error.code.hex})")
        if error.advice:
            result["advice"] = error.advice
            sentences.append(f"What to do: {error.advice}")
        if isinstance(error, OutcomeUnknown):
            result["do_not_repeat_before"] = error.until
        if isinstance(error, Refused):
            result["refused"] = error.reason
        if progress is not None:
            sentences += self._state_left(progress, result, repeatable=error.repeatable)
        result["msg"] = ". ".join(each.rstrip(".") for each in sentences) + "."
        return result

    @staticmethod
    def _state_left(progress: Progress, result: dict[str, Any], *, repeatable: bool) -> list[str]:
        """What a run that broke off has written; nothing is half-written in silence."""
        said = []
        if progress.applied:
            result["applied"] = list(progress.applied)
            said.append(f"Done before that: {'; '.join(progress.applied)}")
        if progress.uncertain:
            result["uncertain"] = progress.uncertain
            said.append(f"Not known whether it was done: {progress.uncertain}")
        if said and repeatable:
            said.append("Running the task again completes it")
        if progress.state:
            result["state_left"] = list(progress.state)
            said += progress.state
        return said

    def _refuse_become(self) -> None:
        """CIM runs as the account that logs on: it cannot become another.

        Decided by the connection's resolved become, since an ansible_become variable beats
        the task's keyword.
        """
        if self._connection.become is None:
            return
        if self._variables.get("ansible_become") is not None:
            origin = "the variable ansible_become"
        elif constants.config.get_config_value("DEFAULT_BECOME"):
            dummy, where = constants.config.get_config_value_and_origin("DEFAULT_BECOME")
            origin = f"the configuration ({where})"
        elif context.CLIARGS.get("become"):
            origin = "the command line (--become)"
        else:
            origin = "the keyword become of the task, its block, role or play"
        raise CarrierUnavailable(
            "become does not apply: CIM runs as the account that logs on, and would silently run "
            f"as {self._connection.get_option('remote_user') or 'that account'} here; it is set "
            f"by {origin}",
            "add vars: {ansible_become: false} to the task or the play, and log on with the "
            "account that is to do the work",
        )

    def _host_name(self) -> str:
        return str(self._task.delegate_to or self._variables.get("inventory_hostname", "the host"))

    def _where(self) -> str:
        """The host as the inventory names it, with its address where that differs."""
        name = self._host_name()
        address = ""
        for option in ("remote_addr", "host"):  # ssh calls it host
            with suppress(KeyError, AnsibleError):
                address = address or str(self._connection.get_option(option) or "")
        return f"{name} ({address})" if address and address != name else name


class RdsAction(ModuleAction):
    """An action plugin that works on a Windows host, over CIM.

    A subclass implements ``perform``.
    """

    @abstractmethod
    def perform(self, session: CimSession, params: dict[str, Any], progress: Progress) -> Outcome:
        """Do the module's work.

        :param session: CIM on the host; in check mode it refuses every write.
        :param params: the validated options, defaults filled in.
        :param progress: applies the steps and remembers them.
        :raises CimError: it did not work.
        """

    def work(self, params: dict[str, Any], progress: Progress) -> Outcome:
        """Open the session and do it; see ``ModuleAction.work``."""
        self._refuse_become()
        session = CimSession(carrier_for(self._connection), read_only=bool(self._task.check_mode))
        return self.perform(session, params, progress)
