"""What is refused of settling in writing, as in `errors`."""

from services.panels.domain.errors import PanelsError


class MustMeetError(PanelsError):
    """A body that settles nothing in writing."""

    reason = "MUST_MEET"
    message = "The law counts who meets for the body {body}, so it settles nothing in writing. Put it on an agenda."


class AlreadyAskedError(PanelsError):
    """The members are asked about the subject already."""

    reason = "ALREADY_ASKED"
    message = "The members are asked about {subject} on this agenda item already. Record their answers there."


class MemberRecusedError(PanelsError):
    """A member who keeps out of the item."""

    reason = "MEMBER_RECUSED"
    message = "{member} keeps out of this agenda item because of a conflict of interest: their answer does not count."


class NotCarriedError(PanelsError):
    """Too few agreed, or somebody asks to meet."""

    reason = "NOT_CARRIED"
    message = "{resolution} is not carried: {missing}. Wait for more answers, or have it heard at a sitting."


class AnswersClosedError(PanelsError):
    """An answer after the day until which members were asked."""

    reason = "ANSWERS_CLOSED"
    message = "Members could answer {resolution} until {closes}. Settle it as it stands, or have it heard at a sitting."


class ItemKeptError(PanelsError):
    """An item that members are asked about, or for which words were written, stays on its agenda."""

    reason = "ITEM_KEPT"
    message = (
        "{agenda_item} stays on this agenda: its members are asked about it in writing, or words were written for it."
        " Put it off at the sitting itself."
    )
