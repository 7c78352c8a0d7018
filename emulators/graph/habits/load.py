"""Items 30 to 32: load, failures and the app's scope."""

from emulators.graph.drills import Drill
from emulators.graph.habits.habit import Habit, Provenance

H, M, L = Provenance

HABITS: tuple[Habit, ...] = (
    Habit(
        "30",
        "more than 4 at once per app: 429 with `Retry-After`",
        M,
        "throttling-limits page",
        "check_four_at_once",
        (Drill.NO_CONCURRENCY_LIMIT, Drill.RETRY_AFTER_ABSENT),
    ),
    Habit(
        "31",
        "failures by method",
        H,
        "microsoft/dev-proxy GraphRandomErrorPlugin",
        "",
        (),
    ),
    Habit(
        "32",
        "the app's scope",
        M,
        "application-rbac page",
        "",
        (),
    ),
)
