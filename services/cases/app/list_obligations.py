"""Lists obligations of all subjects the caller may know of, the most urgent first."""

from services.cases.app.get_subject import SubjectRef, find
from services.cases.app.policy import require
from services.cases.app.ports import ObligationFilter, Unit
from services.cases.app.sight import EVERYTHING, sight_of
from services.cases.app.waive_obligation import readable_obligation
from services.cases.domain.names import ObligationId, SubjectId
from services.cases.domain.obligation import Read, explained, work_out


async def list_obligations(
    unit: Unit, wanted: ObligationFilter, ref: SubjectRef | None, size: int
) -> tuple[list[Read], bool]:
    """One page with explanations, and whether there are more. NotFound where one subject is asked for and is hidden."""
    parent = f"councils/{unit.council}"
    require(unit.caller, "ListObligations", parent)
    if ref is not None:
        await find(unit, ref)
    rows = await unit.obligations.page(wanted, sight_of(unit.caller), size + 1)
    await unit.audit("ListObligations", ref.name if ref else parent)
    page = [one for _, one in rows[:size]]
    told = await explained_by_id(unit, list({one.subject for one in page}))
    return [told[one.id] for one in page], len(rows) > size


async def explained_by_id(unit: Unit, ids: list[SubjectId]) -> dict[ObligationId, Read]:
    """All obligations of subjects that the caller may know of, with the words that explain them."""
    facts = await unit.events.of(ids)
    stored = await unit.obligations.of(ids)
    found: dict[ObligationId, Read] = {}
    # What is asked about has been filtered already; here only the facts behind the dates are fetched.
    for subject in await unit.subjects.find_all(ids, EVERYTHING):
        clocks = work_out(unit.pack, subject, facts[subject.id], unit.today())
        reads = explained(unit.pack, stored[subject.id], subject.kind, clocks)
        found.update((one.obligation.id, readable_obligation(unit, one)) for one in reads)
    return found
