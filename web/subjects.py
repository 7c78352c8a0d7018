"""Whoever a meeting is about: their references and, for readers who may know them, names; and where their pages are."""

from collections.abc import Collection

from aiohttp import web
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
from web.keys import KEY

_COLLECTIONS = {
    "children": "children",
    "siblingGroups": "sibling-groups",
    "carerHouseholds": "carer-households",
    "bodies": "bodies",
}
_OF_PATH = {path: collection for collection, path in _COLLECTIONS.items()}
# Where the page of whoever a case is about begins.
SUBJECT = f"/{{where:{'|'.join(_OF_PATH)}}}/{{key:{KEY}}}"
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


def collection_asked(request: web.Request) -> str:
    """`children` and its like, of a request below `SUBJECT`."""
    return _OF_PATH[request.match_info["where"]]


def subject_asked(request: web.Request, desk: Desk) -> str:
    """The subject's resource name, of a request below `SUBJECT`."""
    return desk.name(collection_asked(request), request.match_info["key"])


def clock_path(subject: str, obligation: str) -> str:
    """The path of the subject's page, opened at the rule of one clock; at its top where no clock is named."""
    path, key = subject_path(subject), key_of(obligation)
    return f"{path}?clock={key}#clock-{key}" if path and obligation else path


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
