"""The audit trail cannot be rewritten by the application, and shows it when the owner of the database did."""

import asyncpg
import pytest

from servicekit import audit
from servicekit.audit import AuditEntry, Sealer
from servicekit.caller import Caller
from servicekit.launcher import ServiceDatabase
from servicekit.postgres import Database

from .conftest import NORTH, SOUTH


async def _three_sealed(database: Database, caller: Caller) -> Sealer:
    for number in range(3):
        async with database.transaction(NORTH.council_id) as tx:
            await audit.append(tx, caller, AuditEntry("GetThing", f"things/{number}", object_fields=("a", "b")))
    sealer = Sealer(database, [NORTH, SOUTH])
    assert await sealer.seal_once(NORTH.council_id) == 3
    return sealer


@pytest.mark.parametrize("table", ["audit_event", "audit_seal"])
@pytest.mark.parametrize("verb", ["update {} set event_id = event_id", "delete from {}", "truncate {}"])
async def test_the_application_can_only_append(database: Database, caller: Caller, table: str, verb: str) -> None:
    await _three_sealed(database, caller)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with database.transaction(NORTH.council_id) as tx:
            await tx.execute(verb.format(table))


async def test_a_sound_chain_goes_on(database: Database, caller: Caller) -> None:
    sealer = await _three_sealed(database, caller)
    async with database.transaction(NORTH.council_id) as tx:
        await audit.append(tx, caller, AuditEntry("GetThing", "things/9"))
    assert await audit.verify(database, NORTH.council_id) == audit.Verification(True, 3, 1, "")
    await sealer.seal_once(NORTH.council_id)
    assert await audit.verify(database, NORTH.council_id) == audit.Verification(True, 4, 0, "")
    assert (await audit.verify(database, SOUTH.council_id)).sealed == 0


TAMPERS = {
    "changed": "update audit_event set actor = 'user:somebody-else' where object_name = 'things/1'",
    "field names changed": "update audit_event set object_fields = '{a}' where object_name = 'things/2'",
    "deleted": "delete from audit_event where object_name = 'things/0'",
    "deleted with its seal": "with d as (delete from audit_event where object_name = 'things/1' returning event_id)"
    " delete from audit_seal where event_id in (select event_id from d)",
    "seal rewritten": "update audit_seal set hash = sha256('x') where seq = 2",
    "swapped": "update audit_event set object_name ="
    " case object_name when 'things/0' then 'things/1' when 'things/1' then 'things/0' else object_name end",
    "added": "insert into audit_event select gen_random_uuid(), council_id, recorded_at, actor, actor_kind, action,"
    " 'things/77', object_fields, purpose, outcome, policy_version, request_id from audit_event limit 1",
    "moved in time": "update audit_event set recorded_at = recorded_at - interval '1 day'"
    " where object_name = 'things/2'",
}


@pytest.mark.parametrize("tamper", TAMPERS.values(), ids=TAMPERS.keys())
async def test_tampering_by_the_owner_is_found(
    database: Database, kit: ServiceDatabase, caller: Caller, tamper: str
) -> None:
    await _three_sealed(database, caller)
    owner = await asyncpg.connect(kit.owner_url)
    try:
        for table in ("audit_event", "audit_seal"):
            await owner.execute(f"alter table {table} disable trigger user")
            await owner.execute(f"alter table {table} no force row level security")
        await owner.execute(tamper)
    finally:
        await owner.close()
    found = await audit.verify(database, NORTH.council_id)
    assert not found.sound and found.first_bad


async def test_a_rolled_back_change_leaves_no_row(database: Database, caller: Caller) -> None:
    with pytest.raises(RuntimeError):
        async with database.transaction(NORTH.council_id) as tx:
            await audit.append(tx, caller, AuditEntry("GetThing", "things/1"))
            raise RuntimeError
    assert await Sealer(database, [NORTH]).seal_once(NORTH.council_id) == 0
