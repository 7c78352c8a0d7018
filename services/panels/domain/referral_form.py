"""A referral that is filled in by a form: a draft, then handed in, perhaps given back for more."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from services.panels.domain.body import BodyUuid
from services.panels.domain.form import Answer, Form, merged
from services.panels.domain.referral_papers import PapersFollow
from services.panels.domain.sitting import ReferralId

ReferralFormId = NewType("ReferralFormId", UUID)


class ReferralFormState(StrEnum):
    """Where it stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


WITH_THE_REFERRER = frozenset({ReferralFormState.DRAFT, ReferralFormState.RETURNED})
"""May still be filled in and handed in."""


@dataclass(frozen=True)
class ReferralForm:
    """`body` is None for what goes to the coordinators of conferences; `referral` is the body's, once submitted.

    `reason`: why it was returned or withdrawn. `papers_follow`: with which papers missing it was submitted.
    `known`: what the case record said when it was begun, by field; it stays where somebody answers otherwise.
    """

    form_id: ReferralFormId
    form: str
    subjects: tuple[str, ...]
    body: BodyUuid | None
    state: ReferralFormState
    answers: Mapping[str, Answer]
    created_at: datetime
    created_by: str
    version: int = 1
    referral: ReferralId | None = None
    reason: str = ""
    submitted_at: datetime | None = None
    papers_follow: PapersFollow | None = None
    known: Mapping[str, Answer] = field(default_factory=dict)

    def may_be_answered(self, form: Form, changes: Mapping[str, Answer]) -> bool:
        """While it is with the referrer; what the office fills in, once it is with the office."""
        office = {one.key for one in form.fields() if one.office}
        for_office = self.state is ReferralFormState.SUBMITTED and changes.keys() <= office
        return self.state in WITH_THE_REFERRER or for_office

    def answered(self, changes: Mapping[str, Answer]) -> "ReferralForm":
        """With the changes."""
        return replace(self, answers=merged(self.answers, changes), version=self.version + 1)

    def submitted(self, at: datetime, referral: ReferralId | None, follow: PapersFollow | None) -> "ReferralForm":
        """Handed in."""
        return replace(
            self,
            state=ReferralFormState.SUBMITTED,
            referral=referral,
            reason="",
            submitted_at=at,
            papers_follow=follow,
            version=self.version + 1,
        )

    def given_back(self, state: ReferralFormState, reason: str) -> "ReferralForm":
        """For more, or for good."""
        return replace(self, state=state, referral=None, reason=reason, papers_follow=None, version=self.version + 1)
