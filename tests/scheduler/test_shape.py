"""What must hold of the service as a whole: errors are mapped, tables are walled."""

import inspect
from typing import get_args

from permanence.scheduler.v1 import scheduler_events_pb2

from servicekit.postgres import OUTSIDE_TENANCY
from servicekit.tenancy import tables_without_policy
from services.scheduler.domain import errors, events
from services.scheduler.rpc.error_table import ERROR_TABLE

from .conftest import World


def test_every_error_of_the_domain_has_its_status() -> None:
    found = [
        kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, errors.SchedulingError)
    ]
    assert {kind for kind in found if kind is not errors.SchedulingError} <= set(ERROR_TABLE)


def test_every_event_has_the_fields_of_its_message() -> None:
    for kind in (*get_args(events.MeetingEvent), *get_args(events.OfferEvent)):
        message = getattr(scheduler_events_pb2, kind.__name__).DESCRIPTOR
        assert set(inspect.signature(kind).parameters) == {field.name for field in message.fields}


async def test_every_table_stands_behind_the_wall_of_its_council(world: World) -> None:
    async with world.database.unscoped() as connection:
        assert set(await tables_without_policy(connection)) <= OUTSIDE_TENANCY
