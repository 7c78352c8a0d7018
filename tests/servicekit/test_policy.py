"""Cedar: deny by default, a wall between councils, faults that do not pass for answers."""

import subprocess
import sys

import pytest
import structlog

from servicekit import log
from servicekit.caller import Caller, CallerKind, acting_as, current_caller
from servicekit.policy import Policies, PolicyError

from .conftest import NORTH

TEXT = """
permit (principal in Role::"business-support", action == Action::"BookThing", resource is Thing);
forbid (principal, action, resource is Thing) when { resource.restricted };
"""


def test_deny_by_default_and_forbid_wins(caller: Caller) -> None:
    policies = Policies.parse(TEXT)
    open_thing = {"restricted": False, "council": "north", "id": "1"}
    assert policies.may(caller, "BookThing", open_thing, resource_type="Thing")
    assert not policies.may(caller, "BookThing", {**open_thing, "restricted": True}, resource_type="Thing")
    assert not policies.may(caller, "BookThing", {**open_thing, "council": "south"}, resource_type="Thing")
    assert not policies.may(caller, "DropThing", open_thing, resource_type="Thing")
    stranger = Caller(NORTH.council_id, "north", "x", CallerKind.CLIENT)
    assert not policies.may(stranger, "BookThing", open_thing, resource_type="Thing")
    assert len(policies.version) == 12


def test_a_missing_attribute_is_an_error_and_not_a_permission(caller: Caller) -> None:
    with pytest.raises(PolicyError, match="BookThing"):
        Policies.parse(TEXT).may(caller, "BookThing", {}, resource_type="Thing")


def test_policies_that_do_not_parse() -> None:
    with pytest.raises(PolicyError):
        Policies.parse("permit everything;")


def test_the_caller_ends_with_its_block(caller: Caller) -> None:
    with acting_as(caller):
        assert current_caller() == caller
    with pytest.raises(LookupError):
        current_caller()


def test_unknown_log_keys_raise_in_tests_and_are_dropped_in_production(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(log.LogKeyError, match="address_line"):
        log.get_logger().info("x", address_line="1 Example Street")
    log.configure("kit", "production")
    before = log.dropped_keys()
    log.get_logger().info("x", address_line="1 Example Street")
    said = capsys.readouterr().out
    assert "Example" not in said and '"dropped_keys": 1' in said
    assert log.dropped_keys() == before + 1
    structlog.reset_defaults()


def test_what_use_cases_import_pulls_in_no_wire_and_no_driver() -> None:
    code = (
        "import sys, servicekit.caller, servicekit.call, servicekit.clock, servicekit.errors, servicekit.ids,"
        " servicekit.page, servicekit.policy, servicekit.log\n"
        "bad = [name for name in ('grpc', 'google.protobuf', 'asyncpg', 'aiohttp') if name in sys.modules]\n"
        "sys.exit(repr(bad) if bad else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
