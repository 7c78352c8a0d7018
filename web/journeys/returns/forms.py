"""The form that asks for a return's file, and which files there are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import wtforms
from permanence.cases.v1 import returns_service_pb2 as pb
from wtforms.validators import AnyOf

from web.form import Needed
from web.period import Period, PeriodForm

_APRIL, _JULY = 4, 7


@dataclass(frozen=True)
class ReturnFile:
    """One file of a return."""

    form: pb.ReturnForm.ValueType
    title: str
    holds: str


FILES: Mapping[str, ReturnFile] = {
    "yearly-reviews": ReturnFile(
        pb.RETURN_FORM_SSDA903_REVIEWS,
        "Reviews of the SSDA903 return",
        "CHILD, DOB, REVIEW and REVIEW_CODE of every review held in the period",
    ),
    "dataset-reviews": ReturnFile(
        pb.RETURN_FORM_SSD_REVIEWS,
        "Reviews of the Standard Safeguarding Dataset",
        "Reviews held in the period, those called off, and each child's next one, with the day by which it is due",
    ),
}


class ReturnForm(PeriodForm):
    """Which file, of which days."""

    file = wtforms.RadioField(
        "Which file", [Needed("Choose a file"), AnyOf(tuple(FILES), "Choose one of the files")], validate_choice=False
    )


def return_year(today: date) -> Period:
    """The collection's year, from April to March: until it has been sent in summer, the one that ended last."""
    year = today.year if today.month >= _JULY else today.year - 1
    return Period(date(year, _APRIL, 1), min(date(year + 1, 3, 31), today))
