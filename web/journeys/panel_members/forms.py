"""The forms of a panel's list, and those beside each member and item of a sitting."""

from collections.abc import Mapping, Sequence
from typing import Any

import wtforms

from web.form import AtMost, DateField, LongText, Needed, PageForm
from web.quorum import GROUND_WORDS, ROLE_WORDS

SOCIAL_WORKER = "social-worker-three-years"
_MOST_WORDS = 2_000
_MOST_NAME = 200
_EXPERIENCE: Mapping[str, str] = {"roles": "roles", "experienced_since": "since", "evidence": "evidence"}


class RolesForm(PageForm):
    """As what somebody sits, and what shows a social worker's experience."""

    wire_fields = _EXPERIENCE

    etag = wtforms.HiddenField()
    roles = wtforms.SelectMultipleField(
        "As what do they sit?", [Needed("Choose at least one role")], validate_choice=False
    )
    since = DateField("Experience since qualifying counts from")
    evidence = LongText("What showed it, and who saw that", [AtMost(_MOST_WORDS)])

    def __init__(self, formdata: Any = None, *, offered: Sequence[str], **values: Any) -> None:
        """`offered`: the roles that the body has."""
        super().__init__(formdata, **values)
        self.roles.choices = [(role, ROLE_WORDS.get(role, role)) for role in offered]

    def validate(self, extra_validators: Any = None) -> bool:
        """A social worker's experience is shown; who is none needs none."""
        super().validate(extra_validators)
        if SOCIAL_WORKER in (self.roles.data or []):
            if not self.since.given:
                self.refuse("Enter the day from which their experience since qualifying counts", "since")
            if not (self.evidence.data or "").strip():
                self.refuse("Say what showed their experience, and who saw it", "evidence")
        return not self.faults


class NewMemberForm(RolesForm):
    """Somebody new on the list."""

    wire_fields: Mapping[str, str] = {
        **_EXPERIENCE, "name_for_staff": "called", "person": "person", "from_date": "first",
    }  # fmt: skip

    called = wtforms.StringField("Name", [Needed("Enter their name"), AtMost(_MOST_NAME)])
    person = wtforms.SelectField("Are they a colleague who works with cases?", choices=[], validate_choice=False)
    first = DateField("First day on the list", [Needed("Enter the first day on the list")])


class LastDayForm(PageForm):
    """When a membership ends."""

    wire_fields: Mapping[str, str] = {"until_date": "last"}

    etag = wtforms.HiddenField()
    last = DateField("Last day on the list", [Needed("Enter the last day on the list")])


class PresenceForm(PageForm):
    """Where one member stands: the button that was pressed."""

    member = wtforms.HiddenField(validators=[Needed("Choose a member")])
    presence = wtforms.StringField("Where they stand", [Needed("Press one of the buttons")])


class ConflictForm(PageForm):
    """A conflict of interest on one item."""

    wire_fields: Mapping[str, str] = {"member": "member", "ground": "ground", "words": "words"}

    member = wtforms.SelectField("Whose is it?", [Needed("Choose the member")], choices=[], validate_choice=False)
    ground = wtforms.RadioField("What is it?", [Needed("Choose what it is")], validate_choice=False)
    words = LongText("In a sentence", [Needed("Say in a sentence what it is"), AtMost(_MOST_WORDS)])

    def __init__(self, formdata: Any = None, *, members: Sequence[tuple[str, str]]) -> None:
        """`members`: key and name of everybody on the list that day."""
        super().__init__(formdata)
        self.member.choices = [("", "Choose"), *members]
        self.ground.choices = [(str(int(ground)), words) for ground, words in GROUND_WORDS.items()]


class AsideForm(PageForm):
    """Why a member takes part in spite of a conflict."""

    wire_fields: Mapping[str, str] = {"reason": "reason"}

    reason = LongText("Why may they take part all the same?", [Needed("Say why they may"), AtMost(_MOST_WORDS)])
