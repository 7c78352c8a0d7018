"""Whoever a meeting is about: their references and, for readers who may know them, names; and where their pages are."""

from collections.abc import Collection

from permanence.cases.v1 import cases_service_pb2 as pb
from permanence.cases.v1.subject_pb2 import Subject

from web.at_once import few_at_once
from web.desk import Absent, Desk, key_of

_COLLECTIONS = {"children": "children", "siblingGroups": "sibling-groups", "carerHouseholds": "carer-households"}


def subject_path(subject: str) -> str:
    """The path of the subject's page; empty where it has none."""
    collection = _COLLECTIONS.get(subject.split("/")[-2], "") if subject.count("/") > 1 else ""
    return f"/{collection}/{key_of(subject)}" if collection else ""


async def subjects_of(desk: Desk, names: Collection[str]) -> dict[str, Subject]:
    """Each subject once; those that the reader may not know of are left out."""
    found = await few_at_once(_subject(desk, name) for name in sorted(set(names)))
    return {one.name: one for one in found if one is not None}


async def _subject(desk: Desk, name: str) -> Subject | None:
    try:
        reply = await desk.ask("cases", desk.cases.GetSubject, pb.GetSubjectRequest(name=name))
    except Absent:
        return None
    subject: Subject = reply.subject
    return subject
