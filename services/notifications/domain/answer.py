"""What a person answered."""

from enum import StrEnum


class Answer(StrEnum):
    """The wire's names. NONE does not mean that the person is not coming."""

    NONE = "ANSWER_UNSPECIFIED"
    ACCEPTED = "ANSWER_ACCEPTED"
    TENTATIVE = "ANSWER_TENTATIVE"
    DECLINED = "ANSWER_DECLINED"
