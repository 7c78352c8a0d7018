"""As what somebody sits on a body, and the words for it. An adviser who is no member does not belong here."""

from collections.abc import Iterable
from typing import Final

CHAIR: Final = "chair"
VICE_CHAIR: Final = "vice-chair"
SOCIAL_WORKER: Final = "social-worker-three-years"
INDEPENDENT: Final = "independent"

MEMBER_ROLES: Final = {
    CHAIR: "the chair",
    VICE_CHAIR: "a vice chair",
    SOCIAL_WORKER: "a social worker with three years' experience since qualifying",
    INDEPENDENT: "an independent member",
    "medical-adviser": "the medical adviser",
    "elected-member": "an elected member",
    "legal-adviser": "the legal adviser",
    "carer-experience": "somebody who has fostered, adopted or been in care",
    "reviewing-manager": "the reviewing officers' manager",
    "service-manager": "a service manager",
    "team-manager": "a team manager",
    "education": "somebody from education",
    "health": "somebody from health",
    "member": "a member",
}
"""The roles that a pack can name (`rulebook.body.MemberRole`)."""


def any_of(roles: Iterable[str]) -> str:
    """ "the chair or a vice chair"."""
    wanted = set(roles)
    return " or ".join(words for role, words in MEMBER_ROLES.items() if role in wanted)
