"""Members of a body, who is there and who keeps out, in words: for every page that shows them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from permanence.panels.v1 import composition_service_pb2 as pb
from permanence.panels.v1 import member_pb2 as wire

from web.desk import Desk
from web.words import civil, long_date

ROLE_WORDS = {
    "chair": "Chair",
    "vice-chair": "Vice chair",
    "social-worker-three-years": "Social worker with three years' experience since qualifying",
    "independent": "Independent member",
    "medical-adviser": "Medical adviser",
    "elected-member": "Elected member",
    "legal-adviser": "Legal adviser",
    "carer-experience": "Has fostered, adopted or been in care",
    "reviewing-manager": "Reviewing officers' manager",
    "service-manager": "Service manager",
    "team-manager": "Team manager",
    "education": "Education",
    "health": "Health",
    "member": "Member",
}
PRESENCE_WORDS = {
    wire.PRESENCE_UNSPECIFIED: ("No answer yet", "grey"),
    wire.PRESENCE_COMING: ("Coming", "blue"),
    wire.PRESENCE_APOLOGIES: ("Cannot come", "yellow"),
    wire.PRESENCE_ARRIVED: ("Here", "green"),
    wire.PRESENCE_LEFT: ("Left", "yellow"),
}
GROUND_WORDS = {
    wire.CONFLICT_GROUND_PERSONAL: "Knows the family, or has an interest of their own",
    wire.CONFLICT_GROUND_LINE_MANAGEMENT: "Manages those who work with the case, or is managed by them",
    wire.CONFLICT_GROUND_SIBLING_CARER: "Cares for a brother or sister",
    wire.CONFLICT_GROUND_ASSESSOR: "Assessed or supervises the household",
    wire.CONFLICT_GROUND_OWN_CASE: "Works with the case",
    wire.CONFLICT_GROUND_FAMILY: "Is of the family or household",
    wire.CONFLICT_GROUND_PARENT_AND_CHILD: "Reviewing officer of both the child and the child's parent",
}
_STEP_WORDS = {
    wire.DEADLINE_STEP_NOMINATE: "Last day to nominate",
    wire.DEADLINE_STEP_REPORTS: "Reports are in",
    wire.DEADLINE_STEP_AGENDA_PACK: "Agenda pack goes out",
    wire.DEADLINE_STEP_MINUTES: "Minutes are final",
    wire.DEADLINE_STEP_DECISION: "Decision is made",
    wire.DEADLINE_STEP_LETTER: "Letters have gone",
}


@dataclass(frozen=True)
class QuorumWords:
    """Whether business may be done, and who is wanting."""

    met: bool
    missing: str

    @property
    def tag(self) -> tuple[str, str]:
        """Words and colour of its tag."""
        return ("Quorum met", "green") if self.met else ("Quorum not met", "red")


async def composition_of(desk: Desk, sitting: str) -> wire.Composition:
    """Who makes up the body at a sitting, by the sitting's resource name."""
    reply = await desk.ask("panels", desk.composition.GetComposition, pb.GetCompositionRequest(sitting=sitting))
    found: wire.Composition = reply.composition
    return found


def quorum_words(state: wire.QuorumState) -> QuorumWords:
    """As a sentence; empty where nobody is wanting."""
    text = "; ".join(state.missing)
    return QuorumWords(state.met, f"{text[:1].upper()}{text[1:]}." if text else "")


def roles_words(roles: Sequence[str]) -> str:
    """In the order in which a list names them."""
    return ", ".join(words for role, words in ROLE_WORDS.items() if role in roles) or "Nothing that counts that day"


def deadline_rows(composition: wire.Composition) -> list[tuple[str, str, str]]:
    """Step, day, whose number it is."""
    return [
        (
            _STEP_WORDS.get(one.step, ""),
            long_date(civil(one.due_date)),
            "The council's own" if one.local else "The law's",
        )
        for one in composition.deadlines
    ]


def names_by_member(composition: wire.Composition) -> Mapping[str, str]:
    """How staff name each member, by resource name."""
    return {one.member.name: one.member.name_for_staff for one in composition.members}
