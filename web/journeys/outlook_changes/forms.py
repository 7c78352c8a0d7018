"""The form by which somebody decides about a change made in Outlook."""

from collections.abc import Mapping
from typing import cast

import wtforms
from permanence.notifications.v1 import outlook_service_pb2 as pb
from wtforms.validators import StopValidation

from web.form import AtMost, LongText, Needed, PageForm

_MOST_REASON = 1000


class DecideForm(PageForm):
    """`choices` of `decision` are filled in from what may be decided."""

    wire_fields: Mapping[str, str] = {"decision": "decision", "reason": "reason"}

    etag = wtforms.HiddenField()
    decision = wtforms.RadioField(
        "What is to happen?", [Needed("Choose what is to happen")], choices=[], validate_choice=False
    )
    reason = LongText("Why?", [Needed("Say why"), AtMost(_MOST_REASON)])

    def validate_decision(self, field: wtforms.Field) -> None:
        """What is no decision was made up."""
        if self.chosen == pb.OUTLOOK_DECISION_UNSPECIFIED:
            raise StopValidation("Choose what is to happen")

    @property
    def chosen(self) -> "pb.OutlookDecision.ValueType":
        """What was chosen; not said where it is none of the decisions."""
        data = str(self.decision.data)
        number = int(data) if data.isdecimal() else 0
        known = number in pb.OutlookDecision.values()
        return cast("pb.OutlookDecision.ValueType", number) if known else pb.OUTLOOK_DECISION_UNSPECIFIED
