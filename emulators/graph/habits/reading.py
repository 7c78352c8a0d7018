"""Items 24 to 26: delta, getSchedule and calendarView."""

from emulators.graph.drills import Drill
from emulators.graph.habits.habit import Habit, Provenance

H, M, L = Provenance

HABITS: tuple[Habit, ...] = (
    Habit(
        "24",
        "delta",
        H,
        "event-delta page",
        "",
        (),
    ),
    Habit(
        "25",
        "getSchedule",
        H,
        "calendar-getschedule page",
        "check_schedule_limit",
        (Drill.SCHEDULES_UP_TO_100,),
    ),
    Habit(
        "26",
        "calendarView",
        M,
        "",
        "",
        (),
    ),
)
