"""What a person says they need so that they can take part."""

from enum import StrEnum


class Need(StrEnum):
    """The wire's names."""

    INTERPRETER = "NEED_INTERPRETER"
    ADVOCATE = "NEED_ADVOCATE"
    ACCESS = "NEED_ACCESS"
    REMOTE = "NEED_REMOTE"
    SEPARATE_ARRIVAL = "NEED_SEPARATE_ARRIVAL"
    CALL_ME = "NEED_CALL_ME"
