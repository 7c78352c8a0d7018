"""Why the scheduler refuses. Metadata holds resource names, codes and instants, never a person's name."""

from collections.abc import Mapping
from typing import ClassVar


class SchedulingError(Exception):
    """Base: `reason` is stable and machine-readable, `message` a template over `metadata`."""

    reason: ClassVar[str] = "SCHEDULING"
    message: ClassVar[str] = ""

    def __init__(self, **metadata: str) -> None:
        super().__init__(self.reason)
        self.metadata: Mapping[str, str] = metadata


class TimeTaken(SchedulingError):
    """Something exclusive is taken. `taken`: each of chair, room, interpreter … that is, a comma between.

    `alternatives`: up to three ISO instants.
    """

    reason = "TIME_TAKEN"
    message = "Taken at that time: {taken}. Times that would do: {alternatives}."

    def __init__(self, *taken: str, alternatives: str = "none within two weeks") -> None:
        self.taken = ", ".join(dict.fromkeys(taken))
        super().__init__(taken=self.taken, alternatives=alternatives)


class MustNotMeet(SchedulingError):
    """Two people who must not meet would be in one session. `court_ordered` is yes or no."""

    reason = "MUST_NOT_MEET"
    message = (
        "Two of those asked must not be in one session (court ordered: {court_ordered}). Ask for times again: the plan"
        " comes back with sessions that keep them apart, or leave one of them out."
    )


class PartOfSitting(SchedulingError):
    """The time of those who come for one item is changed with the agenda. `sitting`: the sitting's meeting."""

    reason = "PART_OF_A_SITTING"
    message = (
        "This is the time of those who come to the sitting {sitting} for one item. It follows the agenda: change the"
        " item's place, or who comes for it, there."
    )


class NotWithinSitting(SchedulingError):
    """An item's time is past or lies outside of its sitting's: the agenda is not yet as the sitting is."""

    reason = "NOT_WITHIN_THE_SITTING"
    message = "That time is past or not within the sitting {sitting}. Read the sitting and its agenda again."


class MissesAClock(SchedulingError):
    """The time lies after the date of an obligation. `obligations`: their resource names; `due_date`: the earliest."""

    reason = "MISSES_A_CLOCK"
    message = (
        "That time is later than {due_date}, when a clock runs out. Choose an earlier time, or ask somebody who may"
        " accept that to book it with a reason."
    )


class HoldLapsed(SchedulingError):
    """The ten minutes are over and the time was given back."""

    reason = "HOLD_LAPSED"
    message = "The hold {meeting} has lapsed and its time was given back. Hold a time again."


class NotAHold(SchedulingError):
    """What was given as a hold is none. `state` is the one it is in."""

    reason = "NOT_A_HOLD"
    message = "{meeting} is {state} and no hold."


class DraftClosed(SchedulingError):
    """The draft is booked or discarded. `meeting`: the meeting booked from it, empty where there is none."""

    reason = "DRAFT_CLOSED"
    message = "{draft} is {state} and stays as it is. Go on with the meeting booked from it, or start a draft again."


class DateIsOffered(SchedulingError):
    """A held time that is offered is taken or given back with its offer, never by itself."""

    reason = "DATE_IS_OFFERED"
    message = (
        "{meeting} is held for the offer {offer}, whose people were asked about it. Take the date there, or withdraw"
        " the offer."
    )


class DateOfferClosed(SchedulingError):
    """The offer was taken, withdrawn or has run out. `state` is the one it is in."""

    reason = "DATE_OFFER_CLOSED"
    message = "The offer is {state}: its dates are not to be had any more and it takes no answers."


class OfferedTimeTaken(SchedulingError):
    """Something exclusive is taken at one of the dates. `start_time`: which, ISO; `taken`: as of `TimeTaken`."""

    reason = "OFFERED_TIME_TAKEN"
    message = "Taken at {start_time}: {taken}. That date cannot be offered. Choose another."


class AlreadyOffered(SchedulingError):
    """Dates are offered for the draft already. `offer`: that offer."""

    reason = "ALREADY_OFFERED"
    message = "Dates are offered for {draft} already, with {offer}. Go on with those, or withdraw them first."


class DateIsTheFamilys(SchedulingError):
    """A meeting whose date is the family's to choose is neither proposed nor taken without their word."""

    reason = "DATE_IS_THE_FAMILYS"
    message = (
        "The family chooses who comes to this kind of meeting, where and when; no time is proposed for it. Ask them,"
        " then take the time they chose with date_decision: who of them chose it, and the day from which they consent."
    )


class ConsentEnded(SchedulingError):
    """The family consented by a referral, and that says so no more."""

    reason = "CONSENT_ENDED"
    message = (
        "The family's consent by {referral_form} ended on {on}: they took it back, or the referral was withdrawn or"
        " returned. Ask them anew; take a date once they have agreed on a later day."
    )


class DateIsTheReviewingServices(SchedulingError):
    """A review is neither moved nor called off without the reviewing service's word."""

    reason = "DATE_IS_THE_REVIEWING_SERVICES"
    message = (
        "When this kind of meeting is held is the reviewing service's to say. Ask the reviewing officer or their"
        " manager, then send date_decision with it: who of them agreed, and on which day."
    )


class NotAskedToConfirm(SchedulingError):
    """Only an interpreter or advocate of the meeting confirms."""

    reason = "NOT_ASKED_TO_CONFIRM"
    message = "{person} is no interpreter or advocate of {meeting}; only those confirm that they will come."


class MoveClosed(SchedulingError):
    """What is asked of a bulk move is too late or too early. `state` is the one it is in."""

    reason = "MOVE_CLOSED"
    message = (
        "{move} is {state} and this cannot be done (any more). A preview can be started once; a started move can be"
        " undone for two minutes. Look at it again, or make a new preview."
    )


class NotBooked(SchedulingError):
    """What is asked needs a booked meeting. `state` is the one it is in."""

    reason = "NOT_BOOKED"
    message = "{meeting} is {state}; this needs a booked meeting."


class NotYetEnded(SchedulingError):
    """A meeting cannot have taken place before its end."""

    reason = "NOT_YET_ENDED"
    message = "{meeting} ends at {end_time}, which is still to come. Record it after its end."


class NoChair(SchedulingError):
    """Nobody around the subjects has the role that chairs this kind of meeting. `role` is that role."""

    reason = "NO_CHAIR"
    message = (
        "Nobody with the role {role} stands around the subjects, so there is no chair."
        " Name the attendees, and one of them as the chair."
    )


class NotOnStaffList(SchedulingError):
    """The caller's account belongs to nobody on the council's list of staff, so there is no diary of their own."""

    reason = "NOT_ON_STAFF_LIST"
    message = "Nobody on the council's list of staff has this account. Ask whoever keeps that list to add it."


class TooManyFeeds(SchedulingError):
    """As many feeds as somebody may have are in use. `most`: how many."""

    reason = "TOO_MANY_FEEDS"
    message = "{most} feeds are in use, which is as many as one person may have. Revoke one first."
