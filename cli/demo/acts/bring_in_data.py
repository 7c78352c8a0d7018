"""Act 1: the councils' own data comes in, and what is not used is told with its reason."""

from permanence.cases.v1 import cases_service_pb2 as pb

from cli.demo.people import People
from cli.demo.playbill import Delivery
from cli.demo.scene import Scene
from cli.import_extract import CAPACITY, import_capacity, import_folder, report


async def bring_in_data(scene: Scene) -> None:
    """Import every delivery; then the walls between councils are tried once."""
    for delivery in scene.bill.deliveries:
        await _bring_in(scene, delivery)
    await _second_council_sees_nothing(scene)


async def _bring_in(scene: Scene, delivery: Delivery) -> None:
    scene.narrator.step(f"Bring in {delivery.what}")
    voice = _people(scene, delivery).voice("business-support")
    done = await import_folder(
        voice, scene.services.cases, delivery.slug, delivery.folder, delivery.as_of, scene.narrator.aside
    )
    for line in report(done):
        scene.narrator.seen(line)
    if (delivery.folder / CAPACITY).is_file():
        kept = await import_capacity(voice, scene.services.scheduler, delivery.slug, delivery.folder)
        scene.narrator.seen(kept)


def _people(scene: Scene, delivery: Delivery) -> People:
    return scene.people if delivery.slug == scene.bill.slug else scene.others[0]


async def _second_council_sees_nothing(scene: Scene) -> None:
    neighbour = scene.others[0].voice("business-support")
    slug = scene.bill.councils[1].spec.slug
    request = pb.ListSubjectsRequest(parent=f"councils/{slug}", source_id=scene.bill.cast.elder_child_id)
    reply = await neighbour.call(scene.services.cases.ListSubjects, request)
    theirs = {subject.name for subject in reply.subjects}
    request = pb.ListSubjectsRequest(parent=scene.parent, source_id=scene.bill.cast.elder_child_id)
    ours = await scene.voice("business-support").call(scene.services.cases.ListSubjects, request)
    shared = theirs & {subject.name for subject in ours.subjects}
    scene.narrator.seen(f"the second council sees {len(shared)} of the first one's children")
