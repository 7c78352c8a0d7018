"""What is refused of papers and agenda packs, as in `errors`."""

from services.panels.domain.errors import PanelsError


class PaperWithdrawnError(PanelsError):
    """A paper that does not stand any more."""

    reason = "PAPER_WITHDRAWN"
    message = "{paper} was taken back, or another paper has taken its place. Look at the papers of the sitting again."


class NothingChangedError(PanelsError):
    """A supplement without anything in it."""

    reason = "NOTHING_CHANGED"
    message = "Nothing on the agenda of {sitting} changed since it was last sent out, so there is nothing to send."


class NotSentOutError(PanelsError):
    """An agenda pack before the agenda was sent out."""

    reason = "NOT_SENT_OUT"
    message = "The agenda of {sitting} was not sent out yet, so that its pages have no numbers. Send it out first."


class NotReleasedError(PanelsError):
    """What is restricted, before a second person looked."""

    reason = "NOT_RELEASED"
    message = "A second person must look at the newest agenda of {sitting} and release it before this copy can be made."


class ReleasedAlreadyError(PanelsError):
    """One release is enough."""

    reason = "RELEASED_ALREADY"
    message = "The newest agenda of {sitting} was released already."


class SecondPersonNeededError(PanelsError):
    """Nobody releases what they themselves prepared."""

    reason = "RELEASE_BY_ANOTHER"
    message = "You sent the agenda of {sitting} out, or added one of these papers. Somebody else must release it."


class NotAllSeenError(PanelsError):
    """Nobody releases what they may not look at."""

    reason = "NOT_ALL_SEEN"
    message = "The agenda of {sitting} holds what you may not read. Somebody who may read all of it must release it."


class NotForFamilyError(PanelsError):
    """A paper that was marked for the family and cannot go to them."""

    reason = "NOT_FOR_FAMILY"
    message = (
        "{paper} is marked for the family, and it names somebody whom they may not know of, holds an address or a"
        " number, or has a page that cannot be read as text. Send a redacted copy in its place, or one that is not"
        " marked."
    )
