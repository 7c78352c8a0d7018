"""Act 3, continued: who sits on the fostering panel and the adoption panel, as their central lists have it."""

from datetime import timedelta

from google.type.date_pb2 import Date
from permanence.panels.v1 import composition_service_pb2 as pb
from permanence.panels.v1 import panels_service_pb2 as panels_pb

from cli.demo.acts.plan_sittings import person_of
from cli.demo.scene import Scene, new_request_id
from cli.made_council.cast import StaffRole

SOCIAL_WORKER = "social-worker-three-years"
# Made-up people from outside the council: name, and as what they sit. One of the council's own comes besides.
_LIST = (
    ("Rosalind Achterberg", ("chair", "independent")),
    ("Tobias Quillfeather", ("vice-chair", "independent")),
    ("Merete Oldcastle", ("carer-experience", "independent")),
    ("Anselm Brackwater", ("education",)),
    ("Iphigenia Marlock", ("medical-adviser",)),
    ("Cuthbert Winslade", ("elected-member",)),
)
_KINDS = ("fostering_panel", "adoption_panel")


async def name_members(scene: Scene) -> None:
    """Put them on the lists: enough for a quorum where all come."""
    scene.narrator.step("Name the members of the fostering panel and the adoption panel")
    bodies = await scene.voice("panel-chair").call(
        scene.services.panels.ListBodies, panels_pb.ListBodiesRequest(parent=scene.parent)
    )
    worker = scene.bill.councils[0].staff_in(StaffRole.SOCIAL_WORKER)[0]
    person = await person_of(scene, worker.source_id)
    for body in bodies.bodies:
        if body.meeting_kind in _KINDS:
            for name, roles in _LIST:
                await _add(scene, body.name, name, roles)
            await _add(scene, body.name, f"{worker.forename} {worker.surname}", (SOCIAL_WORKER,), person)
            scene.narrator.seen(
                f"{body.title}: {len(_LIST) + 1} members, of whom {body.constitution.quorum.at_least} must be there"
            )


async def _add(scene: Scene, body: str, name: str, roles: tuple[str, ...], person: str = "") -> None:
    first = scene.now.date() - timedelta(days=365)
    since = first - timedelta(days=5 * 365)
    worker = SOCIAL_WORKER in roles
    request = pb.AddMemberRequest(
        body=body,
        person=person,
        name_for_staff=name,
        roles=roles,
        from_date=Date(year=first.year, month=first.month, day=first.day),
        experienced_since=Date(year=since.year, month=since.month, day=since.day) if worker else None,
        evidence="Entry in the professional register, seen by the panel adviser" if worker else "",
        request_id=new_request_id(),
    )
    await scene.voice("panel-chair").call(scene.services.composition.AddMember, request)
