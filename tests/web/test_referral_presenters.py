"""Referrals as a person reads them."""

from datetime import UTC, datetime

from permanence.cases.v1.subject_pb2 import Subject
from permanence.panels.v1 import form_pb2, member_pb2, panel_pb2, paper_pb2
from permanence.panels.v1 import referrals_service_pb2 as pb

from services.panels.adapters.form_files import read_forms
from services.panels.rpc.form_wire import form as to_wire
from web.journeys.referral.presenters import (
    COORDINATORS,
    choices,
    missing_rows,
    part_rows,
    referral_row,
    subject_choices,
)
from web.words import timestamp

FORMS = {key: to_wire(form) for key, form in read_forms().items()}
CHILD = "councils/demo/children/11111111-0000-0000-0000-000000000001"
TRACKING = "councils/demo/bodies/11111111-0000-0000-0000-000000000002"
FOSTERING = "councils/demo/bodies/11111111-0000-0000-0000-000000000003"
BODIES = {
    TRACKING: panel_pb2.Body(
        name=TRACKING,
        title="Tracking panel",
        meeting_kind="tracking_panel",
        constitution=member_pb2.Constitution(subjects=["child", "sibling_group"], matters=["permanence-review"]),
    ),
    FOSTERING: panel_pb2.Body(
        name=FOSTERING,
        title="Fostering panel",
        meeting_kind="fostering_panel",
        constitution=member_pb2.Constitution(subjects=["carer_household"], remit="Recommends on carers."),
    ),
}


def _referral(state: int = pb.REFERRAL_FORM_STATE_DRAFT, **answers: str) -> pb.ReferralForm:
    return pb.ReferralForm(
        name="councils/demo/referralForms/11111111-0000-0000-0000-000000000004",
        form="tracking-panel-referral",
        subjects=[CHILD],
        body=TRACKING,
        references=["C-1"],
        state=state,  # type: ignore[arg-type]
        answers=[form_pb2.FormAnswer(field=field, text=text) for field, text in answers.items()],
    )


def test_each_is_offered_what_hears_them_and_the_conference() -> None:
    found = {one.words: (one.value, one.hint) for one in choices(FORMS.values(), BODIES, "child")}
    assert found["Tracking panel"] == (
        "tracking-panel-referral/11111111-0000-0000-0000-000000000002",
        "Hears: permanence review.",
    )
    assert found[COORDINATORS][0] == "family-group-conference-referral" and "Fostering panel" not in found
    household = {one.words: one for one in choices(FORMS.values(), BODIES, "carer_household")}
    assert household["Fostering panel"].value.startswith("panel-referral/")
    assert household["Fostering panel"].hint == "Recommends on carers." and "Tracking panel" not in household


def test_a_part_says_what_it_lacks_until_it_is_whole() -> None:
    form = FORMS["tracking-panel-referral"]
    rows = {row.key: row for row in part_rows(form, _referral(child_name="Ann Example", case_number="C-1"))}
    assert rows["child"].missing == ("Date of birth", "Legal status") and rows["child"].standing == "To do"
    whole = _referral(child_name="A", case_number="C-1", birth_date="2019-04-01", legal_status="care_order")
    child = part_rows(form, whole)[0]
    assert (child.missing, child.standing) == ((), "Complete")
    said = {label: words for label, words, _ in child.answers}
    assert (said["Legal status"], said["Date of birth"]) == ("Care order", "Monday 1 April 2019")


def test_the_office_has_its_part_once_it_was_handed_in() -> None:
    form = FORMS["family-group-conference-referral"]
    before = part_rows(form, _referral())[-1]
    after = part_rows(form, _referral(pb.REFERRAL_FORM_STATE_SUBMITTED))
    assert (before.key, before.standing, before.open, before.missing) == ("office", "For the office", False, ())
    assert [row.open for row in after] == [False] * (len(after) - 1) + [True]


def test_who_may_not_be_known_is_called_by_reference() -> None:
    known = {CHILD: Subject(name=CHILD, display_name="Ann Example", reference="C-1")}
    assert referral_row(_referral(), FORMS, BODIES, known).who == "Ann Example, C-1"
    assert referral_row(_referral(), FORMS, BODIES, {}).who == "C-1"
    assert referral_row(_referral(), FORMS, BODIES, {}).to == "Tracking panel"


def test_what_each_of_those_referred_lacks_is_said_by_name_or_else_by_reference() -> None:
    other = "councils/demo/children/11111111-0000-0000-0000-000000000009"
    one = pb.ReferralForm(subjects=[CHILD, other], references=["C-104", "C-105"])
    kinds = [paper_pb2.PAPER_KIND_PLAN, paper_pb2.PAPER_KIND_MEDICAL_REPORT]
    papers = pb.ListReferralPapersResponse(missing=[paper_pb2.MissingPapers(subject=CHILD, kinds=kinds)])
    names = {CHILD: Subject(name=CHILD, display_name="Ann Example", reference="C-104")}
    rows = missing_rows(one, names, papers)
    assert [(row.who, row.missing) for row in rows] == [
        ("Ann Example, C-104", "care plan or permanence plan and medical report"),
        ("C-105", ""),
    ]
    assert subject_choices(one, names)[0] == ("", "Choose")
    # Told without one of them, references stand for nobody in particular.
    one = pb.ReferralForm(subjects=[CHILD, other], references=["C-104"])
    assert [row.who for row in missing_rows(one, {}, papers)] == ["Somebody", "Somebody"]


def test_what_the_record_said_stands_beside_what_was_answered_otherwise_or_not_at_all() -> None:
    one = _referral(child_name="Ann Example", legal_status="supervision_order")
    one.create_time.CopyFrom(timestamp(datetime(2026, 3, 2, 12, tzinfo=UTC)))
    said = {"child_name": "Ann Example", "legal_status": "care_order", "birth_date": "2019-04-01"}
    one.known.extend(form_pb2.FormAnswer(field=field, text=text) for field, text in said.items())
    rows = {
        label: (words, source) for label, words, source in part_rows(FORMS["tracking-panel-referral"], one)[0].answers
    }
    assert rows == {
        "Name": ("Ann Example", "From the case record, as of Monday 2 March 2026"),
        "Date of birth": ("Not answered", "The case record as of Monday 2 March 2026: Monday 1 April 2019"),
        "Legal status": ("Supervision order", "The case record as of Monday 2 March 2026: Care order"),
    }
