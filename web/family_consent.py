"""What a referral says of a family's consent, in words. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from permanence.scheduler.v1 import meeting_pb2 as wire
from permanence.scheduler.v1.meeting_draft_pb2 import MeetingDraft

from web.desk import key_of
from web.words import civil, long_date

_ENDED: Mapping[int, str] = {
    wire.FAMILY_CONSENT_STATE_TAKEN_BACK: "The family took its consent back on {day}.",
    wire.FAMILY_CONSENT_STATE_REFERRAL_WITHDRAWN: "The referral was withdrawn on {day}, and the consent in it with it.",
    wire.FAMILY_CONSENT_STATE_REFERRAL_RETURNED: "The referral was returned for more on {day}; until it is submitted "
    "again, the consent in it does not count.",
}


@dataclass(frozen=True)
class ConsentLine:
    """Where the consent stands. `day`: on which the family agreed, while it stands; `path`: of the referral."""

    words: str
    path: str
    day: date | None

    @property
    def ended(self) -> bool:
        """Whether the family consents no more, as far as the referral says."""
        return self.day is None


def consent_line(thing: wire.Meeting | MeetingDraft) -> ConsentLine | None:
    """None where no referral says anything."""
    if not thing.HasField("family_consent"):
        return None
    consent = thing.family_consent
    path = f"/referrals/{key_of(consent.referral_form)}"
    if consent.state == wire.FAMILY_CONSENT_STATE_GIVEN:
        day = civil(consent.consent_date)
        return ConsentLine(f"The family consents since {long_date(day)}, as its referral says.", path, day)
    changed = long_date(civil(consent.change_date))
    words = _ENDED.get(consent.state, "Whether the family still consents is not known; it last changed on {day}.")
    return ConsentLine(words.format(day=changed), path, None)


def consent_day(thing: wire.Meeting | MeetingDraft) -> date | None:
    """The day on which the family agreed, as the referral says; None where it is to be asked for."""
    line = consent_line(thing)
    return line.day if line else None


def consent_trouble(meeting: wire.Meeting) -> str:
    """What somebody has to do about a booked meeting whose family consents no more; empty where nothing."""
    line = consent_line(meeting)
    if line is None or not line.ended or meeting.state != wire.MEETING_STATE_BOOKED:
        return ""
    if _agreed_since(meeting):
        return ""
    return f"{line.words} Speak with the family; cancel this meeting unless they want it."


def _agreed_since(meeting: wire.Meeting) -> bool:
    """Whether its date rests on a consent that is younger than the end of the referral's."""
    agreed, ended = civil(meeting.date_decision.consent_date), civil(meeting.family_consent.change_date)
    return agreed is not None and ended is not None and agreed > ended
