"""A form as data: what may be stored, and what is still needed."""

import pytest

from services.panels.domain.form import (
    MOST_CHARACTERS,
    MOST_ROWS,
    Answer,
    Field,
    FieldKind,
    Form,
    Option,
    Part,
    faults_of,
    merged,
    wanting,
)

OPTIONS = (Option("care_order", "Care order"), Option("section_20", "Section 20"))
PHONE = Field("phone", "Telephone", FieldKind.LINE)
FORM = Form(
    key="made_up",
    title="A made-up form",
    source="none",
    parts=(
        Part("child", "The child", (Field("born", "Born on", FieldKind.DATE, needed=True),)),
        Part(
            "more",
            "More",
            (
                Field("why", "Why", FieldKind.TEXT, needed=True),
                Field("name", "Name", FieldKind.LINE),
                Field("status", "Legal status", FieldKind.CHOICE, options=OPTIONS),
                Field("risks", "Risks", FieldKind.CHOICES, options=OPTIONS),
                Field("agreed", "Agreed", FieldKind.YES_NO),
                Field("others", "Others", FieldKind.ROWS, columns=(PHONE, Field("on", "On", FieldKind.DATE))),
                Field("received", "Received on", FieldKind.DATE, needed=True, office=True),
            ),
        ),
    ),
)


@pytest.mark.parametrize(
    ("field", "answer", "says"),
    [
        ("nobody", "x", "not a field"),
        ("born", "2026-02-29", "real day"),
        ("born", "20260227", "real day"),
        ("born", ("2026-02-27",), "one answer"),
        ("why", "x" * (MOST_CHARACTERS + 1), "attach a paper"),
        ("name", "two\nlines", "one line"),
        ("status", "bail", "care_order, section_20"),
        ("risks", "care_order", "some of its options"),
        ("risks", ("care_order", "bail"), "care_order, section_20"),
        ("agreed", "perhaps", "yes or no"),
        ("others", "x", "takes rows"),
        ("others", ({"phone": "1"},) * (MOST_ROWS + 1), "attach a paper"),
        ("others", ({"phone": "1"}, {"fax": "2"}), "not a column"),
        ("others", ({"phone": "1"}, {"on": "soon"}), "real day"),
    ],
)
def test_what_cannot_be_stored_says_what_to_do(field: str, answer: Answer, says: str) -> None:
    (fault,) = faults_of(FORM, {field: answer})
    assert fault.field.startswith(field) and says in fault.description


def test_a_fault_in_a_row_names_the_row() -> None:
    (fault,) = faults_of(FORM, {"others": ({"phone": "1"}, {"on": "soon"})})
    assert fault.field == "others[1].on"


def test_a_whole_form_has_no_fault() -> None:
    answers: dict[str, Answer] = {
        "born": "2026-02-27",
        "why": "A first line.\nA second.",
        "status": "care_order",
        "risks": ("care_order", "section_20"),
        "agreed": "no",
        "others": ({"phone": "01632 960000", "on": "2026-03-01"}, {"phone": ""}),
    }
    assert (faults_of(FORM, answers), wanting(FORM, answers)) == ([], [])


def test_a_draft_may_lack_what_sending_needs_and_the_office_fills_in_its_own() -> None:
    assert [fault.field for fault in wanting(FORM, {"why": "  "})] == ["born", "why"]


def test_an_empty_answer_takes_the_field_out_and_leaves_the_others() -> None:
    before: dict[str, Answer] = {"why": "x", "name": "y", "others": ({"phone": "1"},)}
    assert merged(before, {"name": " ", "others": ({"phone": ""},), "agreed": "yes"}) == {"why": "x", "agreed": "yes"}
