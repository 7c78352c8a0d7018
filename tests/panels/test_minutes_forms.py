"""The forms of minutes: every field of the policy's own forms is asked, and stands in page, PDF and Word file."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from services.panels.adapters.document_writer import ThreeForms
from services.panels.adapters.known_facts import ROLES
from services.panels.adapters.minutes_facts import MEETING_FACTS
from services.panels.adapters.minutes_form_files import minutes_forms
from services.panels.domain.document import Document
from services.panels.domain.form import Answer, Answers, Field, FieldKind, Form, faults_of
from services.panels.domain.form_document import NOT_RECORDED, texts_of
from services.panels.domain.minutes import ClockKind, ManagerSignature, Minutes, MinutesId, MinutesState, clocks_of
from services.panels.domain.minutes_document import minutes_document
from services.panels.domain.minutes_form import FilledForm, FormKey, Place, answered, clock_rules, forms_for
from services.panels.domain.minutes_page import Audience, PagePart, page_for
from services.panels.domain.passages import passages_of
from tests.panels.test_documents import assert_reads_in_order, read_pdf, read_word, squeezed

FORMS = minutes_forms()
END = datetime(2026, 3, 27, 16, tzinfo=UTC)
# What appendices 2 and 3 of the BCP policy ask, by short names of our own, and the field that asks it.
BOTH = {
    "date and time": "meeting_time",
    "venue": "meeting_place",
    "present": "present",
    "minute taker": "minute_taker",
    "name": "child_name",
    "birth": "child_born",
    "age": "child_age",
    "record id": "record_number",
    "legal status": "legal_status",
    "ethnicity": "ethnicity",
    "disability": "disability",
    "provider": "home_provider",
    "provider address": "home_address",
    "social worker": "social_worker",
    "practice manager": "practice_manager",
    "team manager": "team_manager",
    "legal context": "legal_context",
    "assessments": "assessments",
    "health": "health",
    "education and place": "education_and_place",
    "child's views": "childs_views",
    "adults' views": "adults_views",
    "reviewing officer's views": "reviewing_officer_views",
    "reviewing officer": "reviewing_officer",
    "next review": "next_review",
    "options": "options",
    "actions": "actions",
    "review date": "review_date",
    "chair's comments": "chair_comments",
}
APPENDICES = {
    "initial-ppm": BOTH | {"case summary": "background"},
    "review-ppm": BOTH | {"earlier actions": "earlier_actions"},
}
# What both forms ask after the meeting.
SIGNATURES = ("Chair's signature", "Service manager's comments", "Service manager's signature", "Signature and date")
TEN_HEADS = {
    "background", "legal_context", "assessments", "health", "education_and_place", "childs_views", "adults_views",
    "options", "actions", "review_date",
}  # fmt: skip


def minutes(state: MinutesState = MinutesState.DRAFT) -> Minutes:
    clocks = clocks_of(END)
    due = {clock.kind: clock.due for clock in clocks}
    return Minutes(
        MinutesId(UUID(int=5)), "m", "ppm", "s", "team-manager", state, 1, "", END,
        due[ClockKind.SIGN], due[ClockKind.FILE], clocks=clocks,
    )  # fmt: skip


def answers_to(form: Form) -> dict[str, Answer]:
    """Something of its own for each field."""
    return {one.key: _answer(place, one) for place, one in enumerate(form.fields(), start=1)}


def _answer(place: int, field: Field) -> Answer:
    match field.kind:
        case FieldKind.ROWS:
            return ({column.key: _cell(place, column) for column in field.columns},)
        case FieldKind.DATE:
            return f"2026-04-{place % 28 + 1:02}"
        case FieldKind.YES_NO:
            return "yes"
        case FieldKind.CHOICE:
            return field.options[0].key
        case _:
            return f"Answer number {place}"


def _cell(place: int, column: Field) -> str:
    plain = column.kind in (FieldKind.LINE, FieldKind.TEXT)
    return f"Cell {place} {column.key}" if plain else str(_answer(place, column))


def document(form: Form, answers: Answers, audience: Audience = Audience.FILE, *, companion: bool = False) -> Document:
    part = PagePart(form, answers, companion)
    hidden = ["Dana Hidden"]
    page = page_for(audience, minutes(), "A meeting", "C-7", None, hidden, "Ann", [part], manager_signs=True)
    return minutes_document(page)


@pytest.mark.parametrize("key", APPENDICES)
def test_every_field_of_the_policys_form_is_asked_and_stands_in_pdf_and_word(key: str) -> None:
    form = FORMS[FormKey(key)].form
    asked = {one.key: one for one in form.fields()}
    assert set(APPENDICES[key].values()) == set(asked) - {"apologies"}, "and nothing besides, but who was missing"
    answers = answers_to(form)
    made = document(form, answers)
    pdf, word = (read(write(made)) for read, write in ((read_pdf, ThreeForms().pdf), (read_word, ThreeForms().word)))
    for name, field in APPENDICES[key].items():
        wanted = [asked[field].label, *texts_of({field: answers[field]})]
        if asked[field].kind is FieldKind.DATE:
            wanted = [asked[field].label]
        for text in wanted:
            assert squeezed(text) in pdf, name
            assert squeezed(text) in word, name
    for label in SIGNATURES:
        assert squeezed(label) in pdf
        assert squeezed(label) in word


def test_the_ten_heads_are_needed_but_for_the_day_of_the_next_look() -> None:
    for key, first in (("initial-ppm", "background"), ("review-ppm", "earlier_actions")):
        needed = {one.key for one in FORMS[FormKey(key)].form.fields() if one.needed}
        assert needed == TEN_HEADS - {"review_date", "background"} | {first}


@pytest.mark.parametrize("key", sorted(FORMS))
def test_every_form_reads_in_order_in_all_three_and_its_pdf_is_accessible(key: FormKey) -> None:
    form = FORMS[key]
    assert_reads_in_order(document(form.form, answers_to(form.form), companion=form.place is Place.COMPANION))


@pytest.mark.parametrize("key", sorted(FORMS))
def test_every_form_says_where_it_comes_from_who_writes_it_and_knows_what_it_fills_in(key: FormKey) -> None:
    form = FORMS[key]
    assert form.form.source and form.written_by
    assert form.meeting_kinds or form.of_bodies
    of_cases = {f"subject.{fact}" for fact in ("display_name", "birth_date", "reference")}
    known = MEETING_FACTS | of_cases | {f"people.{role}" for role in ROLES}
    assert {one.known_as for one in form.form.fields()} - {""} <= known
    assert not faults_of(form.form, answers_to(form.form))


def test_what_nobody_answered_says_so() -> None:
    text = "".join(document(FORMS[FormKey("initial-ppm")].form, {}).texts())
    assert text.count(NOT_RECORDED) == 31 + 1, "each field, and the service manager's comment"


def test_the_family_s_copy_leaves_out_what_is_for_staff_without_a_trace() -> None:
    form = FORMS[FormKey("initial-ppm")].form
    said = {
        "home_address": "12 Sandy Close, ZZ99 9ZZ",
        "health": "She is well.\nStaff only: the carer is worried.\nDana Hidden was there.",
        "adults_views": "Dana Hidden agrees.",
        "present": ({"name": "Dana Hidden", "part": "Neighbour"}, {"name": "Tess Example", "part": "Team manager"}),
        "practice_manager": "Dana Hidden",
    }
    text = "".join(document(form, said, Audience.FAMILY).texts())
    assert "She is well." in text and "Tess Example" in text
    for hidden in ("Sandy", "worried", "Dana", "Address of the child's home", "Views of parents", "Practice manager"):
        assert hidden not in text
    assert "Sandy" in "".join(document(form, said).texts())


def test_a_first_meeting_has_the_first_form_and_later_ones_the_other() -> None:
    def mains(met_before: bool, *filled: str) -> list[str]:
        kept = [FilledForm(UUID(int=5), FormKey(key), 1, {}) for key in filled]
        found = forms_for(FORMS, "ppm", of_a_body=False, met_before=met_before, filled=kept)
        return [one.form.key for one in found if one.place is Place.MAIN]

    assert mains(False) == ["initial-ppm"]
    assert mains(True) == ["review-ppm"]
    assert mains(True, "initial-ppm") == ["initial-ppm"], "what was begun stays"


@pytest.mark.parametrize(
    ("kind", "of_a_body", "keys"),
    [
        ("ppm", False, ["initial-ppm", "together-and-apart", "social-work-checklist"]),
        ("cic_review", False, ["cic-review", "reviewing-officer-checklist"]),
        ("family_group_conference", False, ["family-plan"]),
        ("legal_planning_meeting", False, ["legal-planning"]),
        ("placement_arrangement", False, ["placement-arrangement"]),
        ("siblings_meeting", False, ["emergency-sibling", "together-and-apart"]),
        ("placement_stability", False, ["stability"]),
        ("safety_meeting", False, ["safety"]),
        ("disruption_meeting", False, ["disruption"]),
        ("tracking_panel", True, ["panel-minutes"]),
        ("team_meeting", False, []),
    ],
)
def test_each_kind_of_meeting_has_its_forms(kind: str, of_a_body: bool, keys: list[str]) -> None:
    found = forms_for(FORMS, kind, of_a_body=of_a_body, met_before=False)
    assert [one.form.key for one in found] == keys


@pytest.mark.parametrize(
    ("end", "due"),
    [
        # A Friday, with Good Friday and Easter Monday before the twentieth day.
        (datetime(2026, 3, 6, 15, tzinfo=UTC), ["2026-03-14T00", "2026-03-28T00", "2026-04-07T23", "2026-04-07T23"]),
        # Christmas Day, Boxing Day's and New Year's days lie in the way.
        (datetime(2026, 12, 21, 15, tzinfo=UTC), ["2026-12-31", "2027-01-15", "2027-01-22", "2027-01-22"]),
        # The clocks go forward on 29 March: the day still ends at midnight in London.
        (datetime(2026, 3, 24, 15, tzinfo=UTC), ["2026-03-31T23", "2026-04-16T23", "2026-04-23T23", "2026-04-23T23"]),
    ],
)
def test_decisions_record_and_distribution_of_a_review_count_working_days(end: datetime, due: list[str]) -> None:
    clocks = clocks_of(end, clock_rules(FORMS, "cic_review", of_a_body=False))
    assert [clock.kind.value for clock in clocks] == ["decisions", "sign", "distribution", "file"]
    for clock, day in zip(clocks, due, strict=True):
        assert clock.due.isoformat().startswith(day), clock


@pytest.mark.parametrize(
    ("end", "sign", "file"),
    [
        (datetime(2026, 3, 27, 16, tzinfo=UTC), "2026-03-29T16:00", "2026-03-30T16:00"),
        (datetime(2026, 10, 23, 15, tzinfo=UTC), "2026-10-25T15:00", "2026-10-26T15:00"),
        (datetime(2026, 12, 24, 11, tzinfo=UTC), "2026-12-26T11:00", "2026-12-27T11:00"),
    ],
)
def test_signature_and_file_count_elapsed_hours_over_clock_changes_and_christmas(
    end: datetime, sign: str, file: str
) -> None:
    first, second = clocks_of(end, clock_rules(FORMS, "ppm", of_a_body=False))
    assert (first.kind, second.kind) == (ClockKind.SIGN, ClockKind.FILE)
    assert first.due.isoformat().startswith(sign)
    assert second.due.isoformat().startswith(file)


def test_what_is_signed_is_all_answers_whatever_their_order() -> None:
    one = FilledForm(UUID(int=5), FormKey("a"), 1, {"x": "1", "y": ({"z": "2"},)})
    same = replace(one, version=7, answers={"y": ({"z": "2"},), "x": "1"})
    assert answered([one]) == answered([same])
    assert answered([one]) != answered([replace(one, answers={"x": "1", "y": ({"z": "3"},)})])
    assert answered([replace(one, answers={})]) == ""


def test_a_managers_word_stands_with_name_of_the_role_and_time() -> None:
    signed = replace(
        minutes(MinutesState.SIGNED), signed_at=END, signed_by="oid", manager=ManagerSignature(END, "oid", "Seen.")
    )
    page = page_for(Audience.FILE, signed, "A meeting", "C-7", None, [], manager_signs=True)
    text = " ".join(minutes_document(page).texts())
    assert "Seen." in text
    assert "Service manager, 27 March 2026, 16:00" in text
    assert "Team manager, 27 March 2026, 16:00" in text


LONG = "She has lived with the same carers since she was two and calls their house her home"


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (f"{LONG}.", True),
        (f"We heard much. {LONG.upper()};  more", True),
        (LONG.replace(" ", "\t"), True),
        (f"{LONG} today.", False),
        ("She is well.", False),
    ],
)
def test_a_passage_is_known_again_by_its_words(other: str, same: bool) -> None:
    assert bool(passages_of([LONG]) & passages_of([other])) is same


def test_a_turn_of_phrase_is_no_passage() -> None:
    assert not passages_of(["Staff only: the address of the home is not to be told to anybody."])
