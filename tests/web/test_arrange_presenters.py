"""A draft in words: which step is next, who is asked in which part, who must not meet and how that is solved."""

from datetime import UTC, datetime

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from permanence.cases.v1.council_pb2 import MeetingKind
from permanence.cases.v1.subject_pb2 import Involvement, Subject
from permanence.scheduler.v1.meeting_draft_pb2 import MeetingDraft
from permanence.scheduler.v1.meeting_pb2 import Attendee, KeptApartPair, UnarrangedObligation
from permanence.scheduler.v1.scheduler_service_pb2 import MeetingPlan

from web.arranging import Step, apart_is_open, next_step
from web.journeys.arrange.holding import taken_words
from web.journeys.arrange.notices import notices
from web.journeys.arrange.presenters import (
    CHAIR_DECIDES,
    WHEN_TAKEN,
    Status,
    about,
    attendees_of,
    clock_lines,
    gone,
    history,
    pair_lines,
    pairs_seen,
    part_words,
    person_choices,
    tasks,
    when_and_where,
)
from web.journeys.to_arrange.presenters import next_row, queue_rows, waits_for
from web.times import TimeOption, clocks_from

NOW = datetime(2026, 3, 16, 9, tzinfo=UTC)
KIND = MeetingKind(
    key="ppm",
    title="Permanence planning meeting",
    chair_role="team-manager",
    required_roles=["social-worker", "carer"],
    optional_roles=["school", "mother"],
    chair_decides_roles=["carer", "mother"],
)
NAMES = {"p/1": "Dana Fox", "p/2": "Sam Hale", "p/3": "Kim Ash", "p/4": "Lee Oak"}


def stamp(day: int) -> Timestamp:
    found = Timestamp()
    found.FromDatetime(datetime(2026, 3, day, 10, tzinfo=UTC))
    return found


def plan(*, parts: bool = True) -> MeetingPlan:
    return MeetingPlan(
        meeting_kind="ppm",
        subjects=["councils/demo/children/c"],
        attendees=[
            Attendee(person="p/1", role="team-manager", required=True, chair=True),
            Attendee(person="p/2", role="social-worker", required=True),
            Attendee(person="p/3", role="mother", sessions=[2] if parts else []),
            Attendee(person="p/4", role="carer", sessions=[1] if parts else []),
        ],
        session_minutes=[90, 45] if parts else [90],
        minutes_between_sessions=15,
    )


def draft(*, parts: bool = True, pair: bool = True, **more: object) -> MeetingDraft:
    pairs = [KeptApartPair(person="p/3", other="p/4", court_ordered=True)] if pair else []
    return MeetingDraft(
        name="councils/demo/meetingDrafts/d",
        plan=plan(parts=parts),
        references=["DM-0412"],
        kept_apart_pairs=pairs,
        **more,
    )


def statuses(one: MeetingDraft, *, waits: bool = False) -> list[Status]:
    return [task.status for task in tasks(one, "/drafts/d", NOW, {}, waits_for_manager=waits)]


@pytest.mark.parametrize(
    ("one", "step", "wanted"),
    [
        (draft(), Step.APART, [Status.DONE, Status.NEEDS_YOU, Status.SHUT, Status.SHUT, Status.SHUT]),
        (draft(kept_apart_checked=True), Step.TIME, [Status.DONE, Status.DONE, Status.OPEN, Status.SHUT, Status.SHUT]),
        (draft(parts=False, pair=False), Step.TIME, [Status.DONE, Status.DONE, Status.OPEN, Status.SHUT, Status.SHUT]),
        (
            draft(kept_apart_checked=True, start_time=stamp(24)),
            Step.CHECK,
            [Status.DONE, Status.DONE, Status.DONE, Status.OPEN, Status.SHUT],
        ),
        (
            draft(kept_apart_checked=True, start_time=stamp(10)),
            Step.TIME,
            [Status.DONE, Status.DONE, Status.NEEDS_YOU, Status.SHUT, Status.SHUT],
        ),
    ],
)
def test_the_task_list_and_the_next_step_agree(one: MeetingDraft, step: Step, wanted: list[Status]) -> None:
    assert (next_step(one, NOW), statuses(one)) == (step, wanted)


def test_while_dates_are_offered_no_task_leads_to_what_is_refused() -> None:
    for one in (draft(), draft(kept_apart_checked=True), draft(kept_apart_checked=True, start_time=stamp(24))):
        shown = tasks(one, "/drafts/d", NOW, {}, waits_for_manager=False, offered=True)
        assert not any(task.path for task in shown)
        assert [task.status for task in shown[2:]] == [Status.SHUT] * 3 and shown[1].status is not Status.NEEDS_YOU
        assert {task.hint for task in shown[2:4]} == {WHEN_TAKEN}, "whichever time was chosen before is none of them"


@pytest.mark.parametrize(("parts", "span"), [(False, "10am to 11:30am"), (True, "10am to 12:30pm")])
def test_the_chosen_time_has_an_end(parts: bool, span: str) -> None:
    one = draft(parts=parts, start_time=stamp(24))
    assert when_and_where(one, {}) == f"Tuesday 24 March 2026, {span}, no room"


def test_a_time_that_only_a_manager_may_accept_shuts_the_last_task() -> None:
    one = draft(kept_apart_checked=True, start_time=stamp(24))
    assert statuses(one, waits=True)[3] is Status.SHUT


def test_two_in_one_part_who_must_not_meet_need_somebody_whatever_was_said_before() -> None:
    assert apart_is_open(draft(parts=False, kept_apart_checked=True))
    assert pair_lines(draft(parts=False), NAMES)[0].solved == "They are not kept apart yet."


def test_the_queue_names_the_same_step_without_knowing_the_pairs() -> None:
    listed = draft(pair=False)
    assert waits_for(listed, NOW) == "Who must not meet"
    assert waits_for(draft(pair=False, parts=False), NOW) == "When and where"
    assert waits_for(draft(pair=False, kept_apart_checked=True, start_time=stamp(24)), NOW) == "Check and book"


def test_a_pair_is_one_line_with_names_roles_order_and_how_it_is_solved() -> None:
    [line] = pair_lines(draft(), NAMES)
    assert line.who == "Kim Ash (mother) must not meet Lee Oak (carer), by order of a court."
    assert line.solved == (
        "They come to different parts, 15 minutes apart: Kim Ash (mother) to part 2, Lee Oak (carer) to part 1. "
        "The chair is at each."
    )
    assert line.out == (("3", "Kim Ash (mother)"), ("4", "Lee Oak (carer)"))


def test_without_names_a_pair_is_told_by_role() -> None:
    assert pair_lines(draft(), {})[0].who == "The mother must not meet the carer, by order of a court."


def test_whoever_is_needed_cannot_be_left_out_of_a_pair() -> None:
    one = draft(pair=False)
    one.kept_apart_pairs.add(person="p/3", other="p/2")
    assert pair_lines(one, NAMES)[0].out == (("3", "Kim Ash (mother)"),)


def test_pairs_that_came_up_since_are_noticed() -> None:
    one = draft()
    before = pairs_seen(one.kept_apart_pairs)
    one.kept_apart_pairs.add(person="p/3", other="p/2")
    assert pairs_seen(one.kept_apart_pairs) != before


def test_parts_that_people_have() -> None:
    words = [part_words(one, KIND) for one in plan().attendees]
    assert words == ["chair", "needed", CHAIR_DECIDES, CHAIR_DECIDES]
    assert part_words(Attendee(role="school"), None) == "may come"


def involved(person: str, role: str) -> Involvement:
    return Involvement(person=person, subject="councils/demo/children/c", role=role, display_name=NAMES.get(person, ""))


def test_everybody_around_can_be_asked_each_once_and_only_the_chairs_role_can_chair() -> None:
    around = [
        involved("p/5", "child"),
        involved("p/4", "carer"),
        involved("p/1", "team-manager"),
        involved("p/2", "social-worker"),
        involved("p/2", "school"),
    ]
    choices = person_choices(around, plan(), KIND)
    assert [(one.who, one.ticked, one.could_chair) for one in choices] == [
        ("Dana Fox (team manager)", True, True),
        ("Sam Hale (social worker)", True, False),
        ("Lee Oak (carer)", True, False),
        ("the child", False, False),
    ]
    assert choices[3].part == "not usually asked to this meeting"
    assert gone(draft(), choices) == ["Mother"]


def test_who_is_asked_are_those_ticked_and_the_chair_who_is_one() -> None:
    around = [involved("p/1", "team-manager"), involved("p/6", "team-manager"), involved("p/4", "carer")]
    asked = attendees_of(person_choices(around, plan(), KIND), ["1"], "6")
    assert [(one.person, one.chair, one.required) for one in asked] == [("p/6", True, True), ("p/1", False, True)]


def test_both_clocks_and_what_is_left() -> None:
    obligation = UnarrangedObligation(obligation="o", working_days_left=4)
    obligation.local_due_date.year, obligation.local_due_date.month, obligation.local_due_date.day = 2026, 3, 20
    assert clock_lines(clocks_from([obligation])) == [
        ("The law's date", "None"),
        ("Our date", "Friday 20 March 2026"),
        ("Time left or late", "4 working days left"),
    ]
    assert clock_lines(())[2] == ("Time left or late", "No clock runs for it")


def test_who_began_and_who_changed_it_last() -> None:
    one = draft(started_by="a", changed_by="b", create_time=stamp(10), update_time=stamp(11))
    assert history(one, {"a": "Dana Fox"}) == (
        "Begun by Dana Fox, Tuesday 10 March 2026, 10am. Last changed by a colleague, Wednesday 11 March 2026, 10am."
    )


def test_a_name_that_is_not_known_leaves_the_reference() -> None:
    [unknown] = about(draft(), None)
    assert (unknown.reference, unknown.name, unknown.path) == ("DM-0412", "", "/children/c")
    [known] = about(draft(), {"councils/demo/children/c": Subject(display_name="Robin Elm")})
    assert known.name == "Robin Elm"


def option(**more: object) -> TimeOption:
    told: dict[str, object] = {
        "value": "1774346400.",
        "day": NOW.date(),
        "label": "",
        "place": "Room 2",
        "parts": (),
        "free": (),
        "against": (),
        "not_checked": (),
        "clocks": (),
        "in_time": True,
        "takes": (),
    }
    return TimeOption(**{**told, **more})  # type: ignore[arg-type]


def test_what_may_be_a_reason_not_to_book_comes_first() -> None:
    one = option(in_time=False, against=("Sam is away",), not_checked=("the school",))
    found = notices(draft(start_time=stamp(24)), one, KIND, NAMES, ("The review would miss our date.",))
    assert [(line.text, line.serious) for line in found] == [
        ("The review would miss our date.", True),
        ("Sam is away.", True),
        ("Not checked, nobody can read the diary: the school.", False),
        ("Asked only if the chair says so: Kim Ash (mother), Lee Oak (carer).", False),
    ]


def test_a_time_that_is_not_offered_any_more_is_a_warning_and_never_silence() -> None:
    assert notices(draft(), None, None, {})[0].serious
    moved = draft(start_time=stamp(24), room="councils/demo/rooms/r")
    assert "Room 2" in notices(moved, option(), None, {})[0].text


def test_a_taken_time_says_what_would_do() -> None:
    words = taken_words("room", "2026-03-24T10:00:00Z,2026-03-31T10:00:00Z")
    assert words.endswith("These would do: Tuesday 24 March 2026, 10am; Tuesday 31 March 2026, 11am")
    assert taken_words("", "none within two weeks").endswith("Choose another time")


def test_a_panel_case_is_never_the_next_to_be_arranged() -> None:
    rows = queue_rows(
        [
            UnarrangedObligation(subject="councils/demo/bodies/b", meeting_kind="tracking_panel"),
            UnarrangedObligation(subject="councils/demo/children/a", meeting_kind="tracking_panel"),
            UnarrangedObligation(subject="councils/demo/children/c", meeting_kind="ppm"),
        ],
        [draft()],
        {"tracking_panel"},
    )
    assert [row.at_panel for row in rows] == [True, True, False]
    found = next_row(rows)
    assert found is not None and found.draft == "d"
    assert next_row(rows[:2]) is None
