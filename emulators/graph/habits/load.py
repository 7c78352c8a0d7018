"""Items 30 to 32: load, failures and the app's scope."""

from emulators.graph.drills import Drill
from emulators.graph.habits.habit import Habit, Provenance

H, M, L = Provenance

HABITS: tuple[Habit, ...] = (
    Habit(
        "30a",
        "more than 4 at once per app: 429 with `Retry-After` in seconds (a date was seen elsewhere, and none)",
        M,
        "throttling-limits page",
        "check_four_at_once",
        (Drill.NO_CONCURRENCY_LIMIT, Drill.RETRY_AFTER_ABSENT, Drill.RETRY_AFTER_IS_A_DATE),
    ),
    Habit(
        "30b",
        "more than 10,000 in ten minutes per app and mailbox: 429 until they are over",
        H,
        "throttling-limits page",
        "check_ten_minutes",
        (Drill.REQUESTS_UNCOUNTED,),
    ),
    Habit(
        "30c",
        "in a `$batch` each request has its own 429 and `Retry-After`, inside a 200",
        H,
        "json-batching page",
        "check_throttled_in_a_batch",
        (Drill.BATCH_THROTTLED_WHOLE,),
    ),
    Habit(
        "30d",
        "a batch of more than 20: 400",
        H,
        "json-batching page",
        "check_batch_of_20",
        (Drill.BATCH_UNLIMITED,),
    ),
    Habit(
        "30e",
        "what depends on a request that failed is 424 and not done",
        H,
        "json-batching page",
        "check_dependencies",
        (Drill.DEPENDENCIES_IGNORED,),
    ),
    Habit(
        "31a",
        "any method may fail with 500, 502, 503 or 504, POST with 507 too (fault `error`)",
        H,
        "microsoft/dev-proxy GraphRandomErrorPlugin",
        "check_failures_take_turns",
        (Drill.FAILURES_ALL_ALIKE,),
    ),
    Habit(
        "31b",
        "507 meets only what needs room",
        H,
        "microsoft/dev-proxy GraphRandomErrorPlugin",
        "check_no_room",
        (Drill.NO_ROOM_FOR_READERS,),
    ),
    Habit(
        "32a",
        "getSchedule tells of mailboxes outside the app's scope (directory: `schedules` `tenant`)",
        L,
        "nobody has written it down",
        "check_schedules_past_the_scope",
        (Drill.SCHEDULES_IN_SCOPE_ONLY,),
    ),
    Habit(
        "32b",
        "or it does not, which is an error inside the 200 (`schedules` `scope`)",
        L,
        "nobody has written it down",
        "check_schedules_in_scope_only",
        (Drill.SCHEDULES_PAST_THE_SCOPE,),
    ),
    Habit(
        "32c",
        "rooms are listed whatever the scope",
        M,
        "application-rbac page",
        "check_places_unscoped",
        (Drill.PLACES_IN_SCOPE_ONLY,),
    ),
)
