"""A due date that rules or bank holidays moved, as a person reads it."""

from permanence.cases.v1 import obligation_pb2 as wire

from web.words import civil, short_date

_CAUSES = {
    wire.DATE_CHANGE_CAUSE_RULES: "the rules changed",
    wire.DATE_CHANGE_CAUSE_BANK_HOLIDAYS: "a bank holiday was proclaimed or taken back",
    wire.DATE_CHANGE_CAUSE_RULES_AND_BANK_HOLIDAYS: "the rules changed and so did the bank holidays",
}


def cause_words(change: wire.DateChange) -> str:
    """Why it moved; completes "because ..."."""
    return _CAUSES.get(change.cause, "what dates are counted by changed")


def move_words(change: wire.DateChange) -> str:
    """Both dates: `from 15 Apr 2026 to 16 Apr 2026`; where one is missing, that nothing was or is asked for."""
    before, after = civil(change.due_date_before), civil(change.due_date_after)
    if before and after:
        return f"from {short_date(before)} to {short_date(after)}"
    if after:
        return f"from no date to {short_date(after)}"
    return f"from {short_date(before)} to no date: it is not asked for any more" if before else "to no date"
