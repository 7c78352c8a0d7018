"""How much of an address a checking person is shown. See docs/adr/20261125-a-confidential-address-in-the-preview.md."""

from services.notifications.domain.meeting import MeetingView, RestrictionKind


def is_confidential(view: MeetingView, person: str) -> bool:
    """Whether a restriction keeps where this person is. Staff are asked at work, where everybody may find them."""
    recipient = view.recipients.get(person)
    if recipient is None or recipient.staff:
        return False
    carer = any(one.person == person and one.role == "carer" for one in view.meeting.invitees)
    kept = [one.other for one in view.restrictions if one.kind is RestrictionKind.CONFIDENTIAL_ADDRESS]
    # A household's address is every carer's; so is a child's own, for which no `other` is named.
    return any(other == person or (carer and "/people/" not in other) for other in kept)


def masked(address: str) -> str:
    """`carer.one@example.org` as `ca...@example.org`: enough to see a wrong recipient, too little to write to."""
    name, at, host = address.rpartition("@")
    return f"{name[:2] if len(name) > 4 else name[:1]}...{at}{host}" if at else "..."
