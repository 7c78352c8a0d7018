"""Whoever a meeting is about: their references and, for readers who may know them, names; and where their pages are."""

from collections.abc import Collection

from permanence.cases.v1 import cases_service_pb2 as pb
from permanence.cases.v1.subject_pb2 import (
    SUBJECT_KIND_BODY,
    SUBJECT_KIND_CARER_HOUSEHOLD,
    SUBJECT_KIND_CHILD,
    SUBJECT_KIND_SIBLING_GROUP,
    SUBJECT_KIND_UNBORN_CHILD,
    Subject,
)

from web.at_once import few_at_once
from web.desk import Absent, Desk, key_of

_COLLECTIONS = {
    "children": "children",
    "siblingGroups": "sibling-groups",
    "carerHouseholds": "carer-households",
    "bodies": "bodies",
}
_KINDS = {
    SUBJECT_KIND_CHILD: "Child",
    SUBJECT_KIND_UNBORN_CHILD: "Unborn child",
    SUBJECT_KIND_SIBLING_GROUP: "Brothers and sisters",
    SUBJECT_KIND_CARER_HOUSEHOLD: "Carer household",
    SUBJECT_KIND_BODY: "Panel",
}


def subject_path(subject: str) -> str:
    """The path of the subject's page; empty where it has none."""
    collection = _COLLECTIONS.get(subject.split("/")[-2], "") if subject.count("/") > 1 else ""
    return f"/{collection}/{key_of(subject)}" if collection else ""


def clock_path(subject: str, obligation: str) -> str:
    """The path of the subject's page, opened at the rule of one clock; at its top where no clock is named."""
    path = subject_path(subject)
    return f"{path}?clock={key_of(obligation)}#led-to" if path and obligation else path


def kind_words(subject: Subject) -> str:
    """What it is, for where its name may not be read or it has none."""
    return _KINDS.get(subject.kind, "Case")


def called(subject: Subject) -> str:
    """What to call it in a heading: its name to those who may read it, else what it is."""
    return subject.display_name or kind_words(subject)


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
