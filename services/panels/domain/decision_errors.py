"""What is refused of decisions, as in `errors`."""

from services.panels.domain.errors import PanelsError


class NotAwaitedError(PanelsError):
    """Nothing of the sort is to be done about this decision now."""

    reason = "NOT_AWAITED"
    message = "{what} is not to be recorded now: it {state}. Read it again and see what comes next."


class WindowOpenError(PanelsError):
    """The time to answer a determination is still running."""

    reason = "WINDOW_OPEN"
    message = "It may be answered until {until}. Record the answer, or decide once that day has passed."


class WindowClosedError(PanelsError):
    """The time to answer a determination is over."""

    reason = "WINDOW_CLOSED"
    message = "It could be answered until {until}. Put what came later into the reasons of the final decision."


class NotQualifyingError(PanelsError):
    """A determination that cannot be answered in the way of carers and adopters."""

    reason = "NOT_QUALIFYING"
    message = "Nobody is given time to answer this: {why}. Record the decision itself."


class NoticeFirstError(PanelsError):
    """What goes against carers comes only after notice, and the time to answer it."""

    reason = "NOTICE_FIRST"
    message = (
        "Whoever is decided against has notice first, and time to answer. Decide that you mean to decide against them;"
        " record {what} with the last word."
    )


class NoReasonsError(PanelsError):
    """A decision that differs, or goes back, without saying why."""

    reason = "NO_REASONS"
    message = "Say why: whoever differs from a panel, or sends it back, gives reasons."


class NothingToTellError(PanelsError):
    """Nobody is told before it is decided."""

    reason = "NOTHING_TO_TELL"
    message = "{telling} waits for nothing any more: it is recorded as done on {on}."


class LetterTellsError(PanelsError):
    """A letter whose words name somebody of whom its reader may not know by now."""

    reason = "LETTER_TELLS"
    message = (
        "The words for the family name somebody of whom they may not know by now, so no letter of {telling} is made."
        " Write to them by hand, without that name."
    )


class OwnRecommendationError(PanelsError):
    """Nobody decides on what they themselves recommended."""

    reason = "OWN_RECOMMENDATION"
    message = (
        "You recorded what {decision} is about, or signed its minutes as chair. Somebody else who decides"
        " for the council decides on it."
    )
