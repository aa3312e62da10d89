# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The manners of AnsibleModule for action plugins, and where errors end."""

from __future__ import annotations

import copy
import json
from typing import Any, NoReturn

import pytest
from ansible import constants, context
from ansible.errors import AnsibleConnectionFailure, AnsibleOptionsError
from ansible.utils.context_objects import CLIArgs
from ansible_collections.remote_desktop.licensing.plugins.module_utils._specs import ModuleSpec
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils import _action
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._action import RdsAction
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.errors import (
    BadAnswer,
    CarrierUnavailable,
    CimError,
    ConnectionLost,
    Fault,
    HttpError,
    MethodFailed,
    NothingThere,
    NotWinRM,
    Trouble,
    Unreachable,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.session import (
    CimSession,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.change import (
    NotApplied,
    Outcome,
    Progress,
    Refused,
)
from unit.plugin_utils.scripted import ScriptedCarrier
from unit.plugin_utils.task_stand_ins import Connection, Task, action_of

SECRET = "4444-abcd-secret"
SPEC = ModuleSpec(
    options={
        "mode": {"type": "str", "choices": ["per_user", "per_device"], "required": True},
        "count": {"type": "int", "default": 3},
        "agreement": {"type": "str", "no_log": True},
        "numbers": {"type": "list", "elements": "str", "no_log": True},
    },
    rules={"required_together": [("agreement", "numbers")]},
)
OPTIONS = {"mode": "per_user"}


def throw(error: Exception) -> NoReturn:
    raise error


class UnderTest(RdsAction):
    """An action whose work a test gives."""

    SPEC = SPEC
    DOING = "doing the work"
    given: Any = None

    def perform(self, session: CimSession, params: dict[str, Any], progress: Progress) -> Outcome:
        self.seen = session, copy.deepcopy(params)
        if isinstance(self.given, Exception):
            throw(self.given)
        if callable(self.given):
            outcome: Outcome = self.given(session, params, progress)
            return outcome
        return self.given if isinstance(self.given, Outcome) else Outcome(changed=False)


@pytest.fixture(autouse=True)
def carrier(monkeypatch: pytest.MonkeyPatch) -> ScriptedCarrier:
    """Every connection carries, unless a test says otherwise."""
    made = ScriptedCarrier()
    monkeypatch.setattr(_action, "carrier_for", lambda dummy: made)
    monkeypatch.setattr(context, "CLIARGS", CLIArgs({}))
    return made


def run(
    work: Any = None,
    *,
    task: Task | None = None,
    connection: Connection | None = None,
    **variables: Any,
) -> dict[str, Any]:
    action = action_of(UnderTest, task or Task(dict(OPTIONS)), connection or Connection())
    # Kept from being bound as a method.
    action.given = work
    result: dict[str, Any] = action.run(None, {"inventory_hostname": "sh1", **variables})
    return result


def failure(work: Any, **options: Any) -> dict[str, Any]:
    result = run(work, **options)
    assert result["failed"] is True
    assert "unreachable" not in result
    return result


# -- options ----------------------------------------------------------------------------------


def test_options_are_validated_converted_and_filled_in() -> None:
    action = action_of(UnderTest, Task({"mode": "per_user", "count": "7"}), Connection())
    result = action.run(None, {})
    params = {"mode": "per_user", "count": 7, "agreement": None, "numbers": None}
    assert action.seen[1] == params
    assert (result["changed"], result["invocation"]["module_args"]) == (False, params)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "missing required arguments: mode"),
        ({"mode": "PER_USER"}, "value of mode must be one of: per_user, per_device, got: PER_USER"),
        ({"mode": "Per User"}, "got: Per User"),
        ({"mode": "per_user", "count": "many"}, "count"),
        ({"mode": "per_user", "modes": 1}, "modes"),
        ({"mode": "per_user", "agreement": "x"}, "agreement, numbers"),
    ],
)
def test_bad_options_are_told_with_the_host_and_what_to_do(
    options: dict[str, Any], words: str, carrier: ScriptedCarrier
) -> None:
    action = action_of(UnderTest, Task(options), Connection())
    result = action.run(None, {"inventory_hostname": "sh1"})
    assert (result["failed"], result["changed"]) == (True, False)
    assert words in result["msg"]
    assert result["msg"].startswith("sh1: ")
    assert "ansible-doc" in result["advice"]
    assert "invocation" in result
    assert not hasattr(action, "seen")
    assert carrier.sent == []


def test_the_task_s_own_options_are_not_changed() -> None:
    options = {"mode": "per_user", "count": "7", "numbers": ["a"], "agreement": "b"}
    task = Task(copy.deepcopy(options))
    run(task=task)
    assert task.args == options


# -- check mode, diff, results ----------------------------------------------------------------


@pytest.mark.parametrize("check_mode", [True, False])
def test_check_mode_makes_the_session_read_only(check_mode: bool) -> None:
    action = action_of(UnderTest, Task(dict(OPTIONS), check_mode=check_mode), Connection())
    action.run(None, {})
    assert action.seen[0]._read_only is check_mode


def changed(**values: Any) -> Outcome:
    return Outcome(True, {"mode": "a"}, {"mode": "b"}, values=values)


def test_what_was_found_and_made_is_returned() -> None:
    result = run(changed(pending=False, mode="b"))
    result.pop("invocation")
    assert result == {
        "changed": True,
        "before": {"mode": "a"},
        "after": {"mode": "b"},
        "pending": False,
        "mode": "b",
    }


def test_an_outcome_without_states_has_none() -> None:
    result = run(Outcome(True), task=Task(dict(OPTIONS), diff=True))
    assert set(result) == {"changed", "invocation"}


@pytest.mark.parametrize(("diff", "different"), [(True, True), (True, False), (False, True)])
def test_a_diff_is_there_when_it_was_asked_for_and_something_changed(
    diff: bool, different: bool
) -> None:
    outcome = changed() if different else Outcome(False, {"mode": "a"}, {"mode": "a"})
    result = run(outcome, task=Task(dict(OPTIONS), diff=diff))
    if diff and different:
        assert result["diff"] == {
            "before_header": "sh1",
            "after_header": "sh1",
            "before": {"mode": "a"},
            "after": {"mode": "b"},
        }
    else:
        assert "diff" not in result


def test_warnings_name_the_host() -> None:
    result = run(Outcome(False, warnings=["The reads do not add up.", "Other."]))
    assert result["warnings"] == ["sh1: The reads do not add up.", "sh1: Other."]


def test_no_warnings_no_key() -> None:
    assert "warnings" not in run()


# -- secrets ----------------------------------------------------------------------------------


SECRETS = {"mode": "per_user", "agreement": SECRET, "numbers": ["n-111", "n-222"]}


def leaky(session: CimSession, params: dict[str, Any], progress: Progress) -> Outcome:
    del session
    progress.applied.append(f"installed {params['agreement']}")
    text = f"used {params['agreement']} and {params['numbers'][1]}"
    return Outcome(
        True,
        {"deep": [{"er": text}]},
        {"deep": (text, params["numbers"])},
        {"lines": [text]},
        [text],
    )


def assert_masked(result: dict[str, Any]) -> None:
    shown = json.dumps(result, default=str)
    for secret in (SECRET, "n-111", "n-222"):
        assert secret not in shown
    assert "********" in shown


@pytest.mark.parametrize("diff", [True, False])
def test_secrets_are_masked_wherever_they_stand_in_a_result(diff: bool) -> None:
    result = run(leaky, task=Task(dict(SECRETS), diff=diff))
    assert_masked(result)
    assert result["after"]["deep"][0] == "used ******** and ********"
    assert result["invocation"]["module_args"]["mode"] == "per_user"


@pytest.mark.parametrize(
    "error",
    [
        Fault(5, "AccessDenied", f"no CAL for {SECRET}"),
        ConnectionLost(f"lost at {SECRET}"),
        Refused("x", f"{SECRET} is refused", f"do not use {SECRET}"),
        AnsibleConnectionFailure(f"kinit {SECRET}"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_secrets_are_masked_in_failures(error: Exception) -> None:
    def work(session: CimSession, params: dict[str, Any], progress: Progress) -> Outcome:
        del session, params
        progress.applied.append(f"installed {SECRET}")
        progress.uncertain = "n-111"
        raise error

    assert_masked(run(work, task=Task(dict(SECRETS))))


def test_secrets_are_masked_when_an_option_beside_them_is_bad() -> None:
    result = run(task=Task({**SECRETS, "count": SECRET}))
    assert result["failed"]
    assert_masked(result)


def test_secrets_are_masked_where_work_failed_with_results() -> None:
    outcome = Outcome(True, {"a": SECRET}, {"a": "n-222"}, failure=BadAnswer(f"x {SECRET}"))
    assert_masked(run(outcome, task=Task(dict(SECRETS))))


# -- errors -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "error",
    [
        Unreachable("no connection: Connection refused", "check the network"),
        ConnectionLost("the connection broke"),
        NotWinRM("the answer is a web page"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_connection_that_fails_is_unreachable(error: CimError) -> None:
    result = run(error)
    assert (result["unreachable"], result["changed"]) == (True, False)
    assert "failed" not in result
    assert str(error) in result["msg"]


@pytest.mark.parametrize(
    "error",
    [
        Fault(5, "AccessDenied", "no"),
        MethodFailed("C", "M", 5),
        BadAnswer("garbage"),
        HttpError(500),
        CarrierUnavailable("no pywinrm", "pip"),
        NotApplied("step", None),
        Refused("gpo", "why", "cure"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_the_host_answers_is_failed(error: CimError) -> None:
    assert str(error).rstrip(".") in failure(error)["msg"]


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (Unreachable("it is off"), None),
        (Unreachable("no way", None, Trouble.TLS), "tls"),
        (ConnectionLost("gone"), "broken"),
        (ConnectionLost("silent", None, Trouble.NO_ANSWER), "no_answer"),
        (NotWinRM("a web page"), "not_winrm"),
        (BadAnswer("half"), "bad_answer"),
        (HttpError(500), "bad_answer"),
        (CarrierUnavailable("no pywinrm"), "setup"),
        (NothingThere("the product id"), "rights"),
        (Fault(5, "AccessDenied"), "rights"),
        (Fault(0x80338029), "overdue"),
        (Fault(0x803381A6), "quota"),
        (Fault(0x80041001), None),
        (MethodFailed("C", "M", 0x80041003), "rights"),
        (MethodFailed("C", "M", 1), None),
    ],
    ids=repr,
)
def test_the_kind_of_trouble_is_a_word_for_readers_of_results(
    error: CimError, trouble: str | None
) -> None:
    assert run(error).get("trouble") == trouble


def test_the_connection_plugin_s_verdict_is_unreachable() -> None:
    result = run(AnsibleConnectionFailure("Kerberos auth failure: kinit"))
    assert result["unreachable"] is True
    assert "Kerberos auth failure: kinit" in result["msg"]
    assert result["msg"].startswith("sh1: ")


def test_what_ansible_refuses_is_failed() -> None:
    result = failure(AnsibleOptionsError("ansible_winrm_transport is wrong"))
    assert "ansible_winrm_transport is wrong" in result["msg"]


def test_a_mistake_in_the_collection_is_not_hidden() -> None:
    with pytest.raises(KeyError):
        run(KeyError("a mistake"))


def test_a_number_comes_with_name_meaning_and_advice() -> None:
    error = MethodFailed("Win32_TerminalServiceSetting", "ChangeMode", 0x80041016)
    error.operation = "calling Win32_TerminalServiceSetting.ChangeMode"
    result = failure(error)
    assert (result["code"], result["code_hex"]) == (0x80041016, "0x80041016")
    assert result["code_name"] == "WBEM_E_INVALID_OPERATION"
    assert result["meaning"]
    assert result["advice"] == error.advice
    message = result["msg"]
    assert message.startswith("sh1: calling Win32_TerminalServiceSetting.ChangeMode: ")
    for part in ("WBEM_E_INVALID_OPERATION", result["meaning"], result["advice"]):
        assert part.rstrip(".") in message


def test_an_unknown_number_is_shown_in_decimal_and_hexadecimal() -> None:
    result = failure(MethodFailed("C", "M", 0x8004FFFF))
    assert (result["code_name"], result["meaning"], "advice" in result) == (None, None, False)
    assert "2147811327 (0x8004FFFF)" in result["msg"]


def test_an_error_without_a_number_has_no_code() -> None:
    assert "code" not in failure(BadAnswer("garbage"))


def test_without_an_operation_the_message_says_what_the_module_does() -> None:
    assert failure(BadAnswer("garbage"))["msg"].startswith("sh1: doing the work: garbage. ")


def test_a_message_is_sentences() -> None:
    message = failure(Fault(5, "AccessDenied", "Zugriff verweigert. "))["msg"]
    assert ".." not in message
    assert message.endswith(".")
    assert "\n" not in message


def test_a_refusal_has_its_reason() -> None:
    result = failure(Refused("workgroup", "Per User needs Active Directory", "join a domain"))
    assert (result["refused"], result["advice"]) == ("workgroup", "join a domain")
    assert "What to do: join a domain." in result["msg"]
    assert "refused" not in failure(BadAnswer("x"))


# -- what a run that broke off has written ----------------------------------------------------


@pytest.mark.parametrize(
    "error", [Fault(5), ConnectionLost("broke")], ids=["failed", "unreachable"]
)
def test_nothing_is_half_written_in_silence(error: CimError) -> None:
    def work(session: CimSession, params: dict[str, Any], progress: Progress) -> Outcome:
        del session, params
        progress.applied += ["create the key", "set the value"]
        progress.uncertain = "delete the stray key"
        raise error

    result = run(work)
    assert result["changed"] is True
    assert result["applied"] == ["create the key", "set the value"]
    assert result["uncertain"] == "delete the stray key"
    assert "Done before that: create the key; set the value." in result["msg"]
    assert "Not known whether it was done: delete the stray key." in result["msg"]
    assert "Running the task again completes it." in result["msg"]


def test_where_nothing_was_written_nothing_is_said_of_it() -> None:
    result = failure(Fault(5))
    assert (result["changed"], "applied" in result, "uncertain" in result) == (False, False, False)
    assert "again" not in result["msg"].replace("run the task again", "")


def test_a_failure_after_the_work_keeps_the_results() -> None:
    def work(session: CimSession, params: dict[str, Any], progress: Progress) -> Outcome:
        del session, params
        progress.applied.append("set the value")
        outcome = changed(connectivity=[{"server": "ls1"}])
        outcome.failure = BadAnswer("no license server can be used")
        return outcome

    result = failure(work)
    assert (result["changed"], result["after"]) == (True, {"mode": "b"})
    assert result["connectivity"] == [{"server": "ls1"}]
    assert "no license server can be used" in result["msg"]


# -- become, async, other connections ---------------------------------------------------------


def became(**variables: Any) -> str:
    connection = Connection(become=object(), options={"remote_addr": "sh1", "remote_user": "Admin"})
    result = failure(None, connection=connection, **variables)
    assert "become does not apply" in result["msg"]
    assert "run as Admin here" in result["msg"]
    assert "vars: {ansible_become: false}" in result["advice"]
    assert result["msg"].startswith("sh1: ")
    return str(result["msg"])


@pytest.fixture
def configured(monkeypatch: pytest.MonkeyPatch) -> None:
    """become = true in the configuration."""
    monkeypatch.setenv("ANSIBLE_BECOME", "true")


def test_become_by_variable() -> None:
    assert "set by the variable ansible_become" in became(ansible_become=True)


def test_become_by_configuration(configured: None) -> None:
    del configured
    assert constants.config.get_config_value("DEFAULT_BECOME") is True
    assert "set by the configuration (env: ANSIBLE_BECOME)" in became()


def test_a_variable_beats_the_configuration(configured: None) -> None:
    del configured
    assert "set by the variable ansible_become" in became(ansible_become=True)


def test_become_by_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(context, "CLIARGS", CLIArgs({"become": True}))
    assert "set by the command line (--become)" in became()


def test_become_by_keyword() -> None:
    assert "set by the keyword become of the task, its block, role or play" in became()


def test_become_is_refused_before_anything_is_sent(carrier: ScriptedCarrier) -> None:
    became()
    assert carrier.sent == []


def test_without_become_the_work_is_done() -> None:
    assert "failed" not in run(connection=Connection(become=None), ansible_become=False)


def test_async_is_refused_with_what_to_do() -> None:
    result = failure(None, task=Task(dict(OPTIONS), async_val=60))
    assert "async does not apply" in result["msg"]
    assert "remove async and poll" in result["advice"]
    assert result["msg"].startswith("sh1: ")


@pytest.mark.parametrize("transport", ["ssh", "local"])
def test_another_connection_is_refused_with_what_is_supported(
    monkeypatch: pytest.MonkeyPatch, transport: str
) -> None:
    monkeypatch.undo()
    result = failure(None, connection=Connection(transport))
    assert f"'{transport}'" in result["msg"]
    assert "winrm or psrp" in result["advice"]


# -- names of hosts ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "delegate", "named"),
    [
        ("sh1", None, "sh1: "),
        ("", None, "sh1: "),
        ("10.0.0.7", None, "sh1 (10.0.0.7): "),
        ("10.0.0.8", "sh2", "sh2 (10.0.0.8): "),
        ("sh2", "sh2", "sh2: "),
    ],
)
def test_a_message_names_the_host_as_the_inventory_does(
    address: str, delegate: str | None, named: str
) -> None:
    connection = Connection(options={"remote_addr": address})
    task = Task(dict(OPTIONS), delegate_to=delegate)
    assert failure(Fault(5), connection=connection, task=task)["msg"].startswith(named)


def test_a_connection_that_knows_no_address() -> None:
    assert failure(Fault(5), connection=Connection(options={}))["msg"].startswith("sh1: ")


def test_warnings_and_diff_name_the_host_that_is_worked_on() -> None:
    task = Task(dict(OPTIONS), diff=True, delegate_to="sh2")
    outcome = changed()
    outcome.warnings = ["Careful."]
    result = run(outcome, task=task)
    assert result["warnings"] == ["sh2: Careful."]
    assert result["diff"]["before_header"] == "sh2"


def test_without_any_name() -> None:
    action = action_of(UnderTest, Task(dict(OPTIONS)), Connection(options={}))
    action.given = Fault(5)
    assert action.run(None, None)["msg"].startswith("the host: ")
