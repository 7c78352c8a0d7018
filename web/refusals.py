"""What a service's refusal means to the person who asked, and what they can do. Never the service's own text."""

from web.desk import Refused
from web.words import role_words

_WORDS = {
    "VERSION_CLASH": "Somebody changed this while you had it open. Look at it again, then send your change again.",
    "STALE": "Somebody changed this while you had it open. Look at it again, then send your change again.",
    "TIME_TAKEN": "Somebody has just taken that time for the chair or the room. Choose another time.",
    "MUST_NOT_MEET": "Two of these people must not meet. Put them into different parts, or leave one of them out.",
    "MISSES_A_CLOCK": "That time is later than a date that must be kept. Choose an earlier time, or ask a manager to "
    "accept it with a reason.",
    "HOLD_LAPSED": "The time was kept for ten minutes and has been given back. Choose a time again.",
    "NO_CHAIR": "Nobody around the child can chair this meeting. Ask the team manager to be recorded on the case.",
    "DRAFT_CLOSED": "This meeting has been booked or given up meanwhile.",
    "DATE_OFFER_CLOSED": "These dates are not offered any more: one was taken, they were withdrawn, or the time for "
    "answering has passed. Below is how it stands now.",
    "DATE_IS_OFFERED": "This time is kept for people who were asked about it. Take the date on the page of the dates "
    "offered, or withdraw them there.",
    "OFFERED_TIME_TAKEN": "The chair or the room is taken at one of these times. Choose others.",
    "ALREADY_OFFERED": "Dates are offered for this meeting already. Go on with those, or withdraw them first.",
    "MOVE_CLOSED": "It is too late for this: the meetings were moved or taken back meanwhile. "
    "Below is how it stands now.",
    "DATE_IS_THE_FAMILYS": "The family chooses the date of this meeting. Ask them, then enter what they chose.",
    "DATE_IS_THE_REVIEWING_SERVICES": "When a review is held is the reviewing service's to say. Ask the reviewing "
    "officer, then say who of them agreed, and when.",
    "NOT_ASKED_TO_CONFIRM": "Only an interpreter or an advocate of the meeting confirms. Look at it again.",
    "NOT_A_HOLD": "This time is not held any more. Look at the page again.",
    "NOT_YET_ENDED": "The meeting has not ended yet. Record it once it has.",
    "NOT_BOOKED": "The meeting is not booked any more. Look at it again.",
    "PROPOSAL_CLOSED": "Nothing is left to decide: somebody decided, or it was taken back in Outlook.",
    "NOT_A_CHOICE": "That cannot be decided about this change any more. Choose one of those below.",
    "SECOND_PERSON_NEEDED": "You booked this meeting, and a second person must release it.",
    "RELEASE_BY_ANOTHER": "You sent this agenda out, or added one of these papers. Somebody else must release it.",
    "AGENDA_FROZEN": "The sitting has begun: its agenda cannot be put into another order any more.",
    "BODY_GONE": "The council's rules do not hold this panel any more: nothing more is recorded at its sittings.",
    "WORDS_ON_RUN_SHEET": "Words about this stand on the run sheet, and recording it here would put them out. Record "
    "it on the run sheet, or empty its fields there first.",
    "NO_AUTHORITY": "This panel may not settle that. A care plan is changed at a child in care review.",
    "ALREADY_RECORDED": "An outcome is recorded for this child already. It is never overwritten.",
    "SITTING_ADJOURNED": "The sitting is adjourned. Resume it, then record the outcome.",
    "SITTING_NOT_ADJOURNED": "The sitting is not adjourned any more: it sits.",
    "KEEPS_OUT": "You keep out of this item because of a conflict of interest. Leave the room for it, and have "
    "somebody else who chairs or takes minutes do this. If the conflict is wrong, have somebody else who chairs set it "
    "aside with a reason, under Members, conflicts and quorum.",
    "OWN_CONFLICT": "This conflict is your own. Somebody else who chairs sets it aside, with a reason.",
    "MUST_MEET": "The law counts who meets for this panel, so it settles nothing in writing.",
    "ALREADY_ASKED": "The members are asked about this already. Open the page again and note their answers.",
    "MEMBER_RECUSED": "This member keeps out of the item because of a conflict of interest: no answer counts.",
    "ANSWERS_CLOSED": "The day until which members could answer has passed. Settle it as it stands, or have it heard.",
    "NOT_ALL_SEEN": "This agenda holds something that you may not read. Somebody who may must release it.",
    "ITEM_KEPT": "It stays on this agenda: its members are asked about it in writing, or words were written for it. "
    "Put it off at the sitting itself.",
    "NOT_CARRIED": "It is not carried. What is wanting is said below.",
    "SITTING_NOT_BEGUN": "The sitting has not begun. Outcomes are recorded from its start.",
    "SITTING_CANCELLED": "The sitting was cancelled.",
    "MEETING_NOT_HELD": "Minutes can be written once the meeting is recorded as held.",
    "ALREADY_SIGNED": "These minutes are signed. They cannot be changed any more.",
    "NOTHING_TO_SIGN": "There is nothing to sign yet. Write the minutes first.",
    "NOT_MINUTED_HERE": "This kind of meeting is not minuted here.",
    "FOREIGN_NAME": "The text names a child whose record this is not. Take that name out.",
    "CONSENT_ENDED": "The family consents no more, as its referral says: they took it back, or the referral was "
    "withdrawn or returned. Ask them anew; a time can be taken once they have agreed on a later day.",
    "FOREIGN_PASSAGE": "A passage of the text stands in the minutes of another child too. Take it out, or confirm "
    "below that it is about this child as well.",
    "SIGN_BY_ANOTHER": "You signed these minutes as their chair. Another service manager comments on them and signs.",
    "LETTER_TELLS": "The words for the family name somebody of whom they may not know by now. Write to them by hand, "
    "without that name.",
    "OWN_RECOMMENDATION": "You recorded this recommendation, or signed its minutes. Somebody else decides on it.",
    "FORM_UNFINISHED": "A form of these minutes is not finished: what it needs before a signature is marked in it. "
    "Fill that in first.",
    "NOT_SIGNED_YET": "The chair has not signed these minutes yet. Change the draft, or wait for the signature.",
    "NO_MANAGER_SIGNS": "No service manager signs minutes of this kind of meeting.",
    "ALREADY_DISTRIBUTED": "That was recorded before, or minutes of this kind of meeting are not sent out so.",
    "NO_LEGAL_ADVICE": "Legal advice is kept with minutes of legal planning meetings alone.",
    "CANNOT_REDACT": "It is not known what the family may not read, so no family copy can be made just now.",
    "REQUEST_ID_REUSED": "This page was sent before with other words. Open it again and send your change once more.",
    "NOT_ON_STAFF_LIST": "The council's list of staff does not hold your account. Ask whoever keeps it to add you.",
    "TOO_MANY_FEEDS": "You have as many addresses as one person may have. End one that you do not use first.",
    "NOT_RUNNING": "This clock does not run any more, so that nothing is left to waive. Look at the clocks again.",
    "NOT_WAIVED": "This clock is not waived any more. Look at the clocks again.",
    "CARE_NOT_BEGUN": "This can be true only of a child who is in care, and no time in care on record covers that day. "
    "Enter another day, or record first when the child became looked after.",
    "NOTHING_WAITS": "This does not wait any more, or is being sent at this moment. Below is how it stands now.",
    "CANNOT_BE_GIVEN_UP": "This cannot be given up: it goes on by itself. Try it again, or tell whoever looks after "
    "the system.",
    "NOT_STOPPED": "Sending is not stopped.",
    "ALREADY_MEMBER": "They are on this list already. Change that membership instead.",
    "NOT_ON_LIST": "That member is not on the list on the day of this sitting. Put them on the list first.",
    "NOT_QUORATE": "The quorum for this item is not met. Record who is here under Members, conflicts and quorum, or "
    "put the item off.",
    "CONFLICT_STANDS": "Nobody may set this aside: one reviewing officer for parent and child cannot take part.",
    "NO_SUCH_CONFLICT": "This conflict is not known any more. Look at the sitting again.",
    "PAPER_WITHDRAWN": "This paper was taken back, or another has taken its place. Below is how it stands now.",
    "NOTHING_CHANGED": "Nothing on the agenda changed since it was last sent out, so there is nothing to send.",
    "NOT_SENT_OUT": "The agenda was not sent out yet, so its pages have no numbers. Send it out first.",
    "NOT_RELEASED": "A second person must look at the newest agenda and release it before this copy can be made.",
    "RELEASED_ALREADY": "The newest agenda was released already.",
    "NOT_FOR_FAMILY": "A paper marked for the family names somebody whom they may not know of, holds an address or a "
    "number, or has a page that cannot be read as text. Send a redacted copy in its place.",
    "NOT_AWAITED": "This is not to be recorded now: something else came first. Below is how it stands.",
    "WINDOW_OPEN": "It may still be answered. Record the answer, or decide once the last day has passed.",
    "WINDOW_CLOSED": "The last day to answer has passed. Put what came later into the reasons of the final decision.",
    "NOT_QUALIFYING": "Nobody is given time to answer this decision: record the decision itself.",
    "NOTICE_FIRST": "Whoever is decided against has notice first, and time to answer. Choose that you mean to decide "
    "against them; the end of an approval is recorded with the last word.",
    "NO_REASONS": "Say why: whoever differs from a panel, or sends it back, gives reasons.",
    "NOTHING_TO_TELL": "It is recorded already that they were told.",
    "ACTION_CLOSED": "This action is done or cancelled already.",
    "OWNER_LEFT": "Whoever this action is for has no part here any more. Give it to somebody who has one.",
    "ESCALATION_CLOSED": "This escalation is closed already.",
    "LAST_STAGE": "This is the last stage. Close it with what came of it; Cafcass may be turned to at any point.",
    "ALREADY_ESCALATED": "An escalation is open for this child already. Go on with that one.",
    "REFERRAL_FORM_CLOSED": "This referral was submitted or withdrawn meanwhile and stays as it is. Below is how it "
    "stands now.",
    "REFERRAL_FORM_NOT_SUBMITTED": "This referral is with whoever refers already.",
    "REFERRAL_HEARD": "This referral was heard already. Begin another where the panel is to look at it again.",
    "ALREADY_REFERRED": "This child waits for that panel already.",
}
_OTHERWISE = "This could not be done as things stand. Look at the page again; nothing was changed."


def words_for(refusal: Refused) -> str:
    """Plain words for a refusal."""
    words = _WORDS.get(refusal.reason, _OTHERWISE)
    missing, role = refusal.metadata.get("missing", ""), refusal.metadata.get("role", "")
    if refusal.reason == "OWNER_LEFT" and role:
        words = f"Nobody is {role_words(role).lower()} here any more. Choose somebody else to do this."
    # Who is wanting: plain words of roles and numbers, which name nobody.
    return f"{words} Wanting: {missing}." if refusal.reason == "NOT_QUORATE" and missing else words
