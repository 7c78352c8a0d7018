"""What a test of arranging meetings needs before it begins, made past the site: a child, a draft, a booked meeting."""

from datetime import date, datetime
from typing import Any
from uuid import uuid4

import grpc
from permanence.cases.v1 import cases_service_pb2 as cases_pb
from permanence.cases.v1.cases_service_pb2_grpc import CasesServiceStub
from permanence.notifications.v1 import notifications_service_pb2 as note_pb
from permanence.notifications.v1.notification_pb2 import (
    INVITATION_STATE_DROPPED,
    INVITATION_STATE_WITHDRAWN,
    Invitation,
)
from permanence.notifications.v1.notifications_service_pb2_grpc import NotificationsServiceStub
from permanence.scheduler.v1 import meeting_drafts_service_pb2 as drafts_pb
from permanence.scheduler.v1 import scheduler_service_pb2 as pb
from permanence.scheduler.v1.meeting_draft_pb2 import MeetingDraft
from permanence.scheduler.v1.meeting_drafts_service_pb2_grpc import MeetingDraftsServiceStub
from permanence.scheduler.v1.meeting_pb2 import CONFIRMATION_STATE_WAITED_FOR, DateDecision, Meeting, Slot
from permanence.scheduler.v1.scheduler_service_pb2_grpc import SchedulerServiceStub

from tests.web.browser.children import COUNCIL, KINDS, Case, Children, Wanted
from tests.web.browser.site import Site, until
from web.words import london, wire_date

_OFF = (INVITATION_STATE_WITHDRAWN, INVITATION_STATE_DROPPED)


class Backstage:
    """The services, asked as any of the personas."""

    def __init__(self, site: Site) -> None:
        self.site = site
        cases, scheduler, notifications = (site.channel(one) for one in ("cases", "scheduler", "notifications"))
        self.cases, self.scheduler = CasesServiceStub(cases), SchedulerServiceStub(scheduler)
        self.drafts, self.notifications = MeetingDraftsServiceStub(scheduler), NotificationsServiceStub(notifications)
        self._children = Children(site, self.ask)
        self._tokens: dict[tuple[str, datetime], Any] = {}

    def ask(self, method: Any, request: Any, persona: str = "business-support") -> Any:
        """The reply. grpc.RpcError."""
        at = (persona, self.site.clock.now())
        if at not in self._tokens:
            self._tokens[at] = self.site.metadata(persona)
        return method(request, metadata=self._tokens[at], timeout=30, wait_for_ready=True)

    def case(
        self,
        *,
        kind: str = "ppm",
        pair: bool | None = False,
        late: bool = False,
        restricted: bool | None = False,
        persona: str = "business-support",
        chair: str = "",
    ) -> Case:
        """A child for whom a meeting of this kind (of any where empty) waits, and nobody else's; see Wanted."""
        wanted = Wanted(pair, late, restricted, persona, chair)
        for one in (kind,) if kind else KINDS:
            if found := self._children.take(one, wanted):
                return found
        raise AssertionError(f"no such meeting waits any more: {kind} {wanted}")

    def rivals(self) -> tuple[Case, Case]:
        """Two that the same person chairs, so that only one of them can have a time."""
        for _ in range(20):
            one = self.case()
            other = self._children.take(one.kind, Wanted(False, False, False, "business-support", one.chair))
            if other:
                return one, other
        raise AssertionError("no two meetings that wait have the same chair")

    def name_of(self, principal: str) -> str:
        """What pages call a colleague."""
        request = cases_pb.LookUpStaffRequest(parent=COUNCIL, principal_ids=[principal])
        return str(self.ask(self.cases.LookUpStaff, request).staff[0].display_name)

    # Drafts

    def draft(self, path: str) -> MeetingDraft:
        """The draft of a page."""
        name = f"{COUNCIL}/meetingDrafts/{path.partition('?')[0].split('/')[2]}"
        request = drafts_pb.GetMeetingDraftRequest(name=name)
        draft: MeetingDraft = self.ask(self.drafts.GetMeetingDraft, request).meeting_draft
        return draft

    def begin(self, case: Case, persona: str = "business-support") -> str:
        """The path of a draft that nobody has gone on with yet."""
        return path_of(self._draft(case, persona))

    def ready(self, case: Case, persona: str = "business-support", slot: int = 0) -> str:
        """The path of a draft for which only booking is left."""
        draft = path_of(self._draft(case, persona))
        self.choose(draft, case.slots[slot], persona)
        return draft

    def choose(self, path: str, slot: Slot, persona: str = "business-support") -> None:
        """Somebody chooses a time for the draft of a page, its people and who must not meet having been looked at."""
        draft = self.draft(path)
        change = drafts_pb.UpdateMeetingDraftRequest(
            name=draft.name,
            etag=draft.etag,
            plan=draft.plan,
            start_time=slot.start_time,
            room=slot.room,
            people_checked=True,
            kept_apart_checked=True,
            request_id=str(uuid4()),
        )
        self.ask(self.drafts.UpdateMeetingDraft, change, persona)

    def _draft(self, case: Case, persona: str) -> MeetingDraft:
        plan = pb.MeetingPlan(meeting_kind=case.kind, subjects=[case.subject], needs_room=True)
        wanted = drafts_pb.CreateMeetingDraftRequest(parent=COUNCIL, plan=plan, request_id=str(uuid4()))
        draft: MeetingDraft = self.ask(self.drafts.CreateMeetingDraft, wanted, persona).meeting_draft
        return draft

    # Meetings

    def book(self, case: Case, persona: str = "business-support", *, draft: str = "", slot: int = 0) -> str:
        """The path of a meeting booked at one of the case's times, from the draft of a page where one is named."""
        wanted = pb.BookMeetingRequest(
            parent=COUNCIL,
            plan=case.plan,
            start_time=case.slots[slot].start_time,
            room=case.slots[slot].room,
            draft=self.draft(draft).name if draft else "",
            request_id=str(uuid4()),
        )
        return path_of(self.ask(self.scheduler.BookMeeting, wanted, persona).meeting)

    def take(self, slot: Slot, case: Case, *, room: bool = True) -> None:
        """Somebody else books the slot's time and room for another case; or the time of its chair alone."""
        wanted = pb.BookMeetingRequest(
            parent=COUNCIL,
            plan=case.plan,
            start_time=slot.start_time,
            room=slot.room if room else "",
            # The other case may have an earlier clock of its own, which is not what its test is about.
            breach_reason="Everybody can come then.",
            request_id=str(uuid4()),
        )
        wanted.plan.needs_room = room
        self.ask(self.scheduler.BookMeeting, wanted, "business-support-manager")

    def move(self, path: str, slot: Slot) -> None:
        """Somebody moves the meeting of a page."""
        meeting = self.meeting(path)
        wanted = pb.RescheduleMeetingRequest(
            name=meeting.name,
            etag=meeting.etag,
            start_time=slot.start_time,
            room=slot.room,
            reason="A colleague asked.",
            request_id=str(uuid4()),
            date_decision=self._word(meeting),
        )
        self.ask(self.scheduler.RescheduleMeeting, wanted)

    def another_time(self, meeting: Meeting, not_on: date | None = None) -> Slot:
        """Another time for a booked meeting, on another day if its own offers no more, and on a day other than this."""
        plan = pb.MeetingPlan(meeting_kind=meeting.meeting_kind, subjects=meeting.subjects, needs_room=True)
        request = pb.SuggestSlotsRequest(parent=COUNCIL, plan=plan, moving_meeting=meeting.name, max_slots=20)
        slots: list[Slot] = list(self.ask(self.scheduler.SuggestSlots, request).slots)
        others = [one for one in slots if one.start_time != meeting.start_time and not one.breaches]
        return next(one for one in others if london(one.start_time).date() != not_on)

    def cancel(self, path: str) -> None:
        """Somebody cancels the meeting of a page."""
        meeting = self.meeting(path)
        wanted = pb.CancelMeetingRequest(
            name=meeting.name,
            etag=meeting.etag,
            reason="It is not needed.",
            request_id=str(uuid4()),
            date_decision=self._word(meeting),
        )
        self.ask(self.scheduler.CancelMeeting, wanted)

    def _word(self, meeting: Meeting) -> DateDecision | None:
        """The reviewing officer's, where it is a review."""
        officer = next((one.person for one in meeting.attendees if one.role == "reviewing-officer" and one.chair), "")
        return DateDecision(person=officer, consent_date=wire_date(self.site.clock.now().date())) if officer else None

    def confirm(self, meeting: Meeting) -> None:
        """A colleague records that whoever the meeting waits for has confirmed."""
        for one in meeting.attendees:
            if one.confirmation == CONFIRMATION_STATE_WAITED_FOR:
                wanted = pb.RecordConfirmationRequest(
                    name=meeting.name, etag=meeting.etag, person=one.person, confirmed=True, request_id=str(uuid4())
                )
                self.ask(self.scheduler.RecordConfirmation, wanted)

    def meeting(self, path: str) -> Meeting:
        """The meeting of a page."""
        meeting: Meeting = self.ask(self.scheduler.GetMeeting, pb.GetMeetingRequest(name=meeting_of(path))).meeting
        return meeting

    def meetings_of(self, case: Case) -> list[Meeting]:
        """Every meeting of the case's kind about its child."""
        request = pb.ListMeetingsRequest(parent=COUNCIL, subject=case.subject, meeting_kind=case.kind)
        return list(self.ask(self.scheduler.ListMeetings, request).meetings)

    # Telling

    def written(
        self, path: str, since: note_pb.PreviewInvitationsResponse | None = None
    ) -> note_pb.PreviewInvitationsResponse:
        """What would go out for the meeting of a page, once its invitations are written; others than `since`."""
        request = note_pb.PreviewInvitationsRequest(meeting=meeting_of(path))

        def look() -> note_pb.PreviewInvitationsResponse | None:
            try:
                reply = self.ask(self.notifications.PreviewInvitations, request, "business-support-manager")
            except grpc.RpcError as error:
                if error.code() is grpc.StatusCode.NOT_FOUND:
                    return None
                raise
            return reply if reply.previews and (since is None or reply.release_token != since.release_token) else None

        found: note_pb.PreviewInvitationsResponse = until("the invitations are written", look)
        return found

    def invitations(self, path: str) -> list[Invitation]:
        """The invitations of the meeting of a page."""
        request = note_pb.ListInvitationsRequest(parent=COUNCIL, meeting=meeting_of(path), page_size=500)
        return list(self.ask(self.notifications.ListInvitations, request, "business-support-manager").invitations)

    def told(self, path: str) -> list[Invitation]:
        """The invitations of the meeting of a page, once everybody who can be told has been."""
        meeting = self.meeting(path)

        def look() -> list[Invitation] | None:
            found = self.invitations(path)
            told = [one for one in found if one.told_revision == meeting.revision or one.trouble]
            return found if found and len(told) == len(found) else None

        found: list[Invitation] = until("everybody has been told", look)
        return found

    def called_off(self, path: str) -> None:
        """Until everybody who had been told of the meeting of a page knows that it is off."""
        until("it is called off", lambda: all(one.state in _OFF or one.trouble for one in self.invitations(path)))


def path_of(thing: MeetingDraft | Meeting) -> str:
    """The path of its page."""
    collection = "drafts" if isinstance(thing, MeetingDraft) else "meetings"
    return f"/{collection}/{thing.name.rpartition('/')[2]}"


def meeting_of(path: str) -> str:
    """The resource name of the meeting of a page."""
    return f"{COUNCIL}/meetings/{path.partition('?')[0].split('/')[2]}"
