"""Items 27 to 29: change notifications."""

from emulators.graph.drills import Drill
from emulators.graph.habits.habit import Habit, Provenance

H, M, L = Provenance

HABITS: tuple[Habit, ...] = (
    Habit(
        "27a",
        "before a subscription is made, each of its URLs is sent an encoded token",
        H,
        "webhooks page",
        "check_handshake",
        (Drill.HANDSHAKE_SKIPPED,),
    ),
    Habit(
        "27b",
        "it must give the token back, decoded, as text/plain; else 400 `ValidationError` (the code: M)",
        H,
        "webhooks page; learn Q&A on ValidationError",
        "check_handshake_by_plain_text",
        (Drill.HANDSHAKE_ANY_ANSWER,),
    ),
    Habit(
        "27c",
        "within 10 seconds",
        H,
        "webhooks page",
        "check_handshake_in_time",
        (Drill.HANDSHAKE_WAITS,),
    ),
    Habit(
        "28a",
        "a notice says what happened to which event and holds the agreed state, but nothing of the event's content",
        H,
        "webhooks page",
        "check_notices",
        (Drill.CLIENT_STATE_ABSENT,),
    ),
    Habit(
        "28b",
        "one POST brings notices of several subscriptions",
        H,
        "webhooks page",
        "check_notices_together",
        (Drill.NOTIFICATIONS_ONE_BY_ONE,),
    ),
    Habit(
        "28c",
        "a notice that is answered by anything but 2xx comes again later (how much later: L)",
        H,
        "webhooks page",
        "check_retried",
        (Drill.NOTIFICATIONS_NOT_RETRIED,),
    ),
    Habit(
        "28d",
        "likewise one that is not answered within 3 seconds",
        H,
        "webhooks page",
        "check_slow_receiver",
        (Drill.SLOW_RECEIVER_PASSES,),
    ),
    Habit(
        "28e",
        "after 4 hours it is given up, and the lifecycle URL is told `missed`",
        H,
        "webhooks and lifecycle pages",
        "check_given_up",
        (Drill.LIFECYCLE_SILENT,),
    ),
    Habit(
        "29a",
        "`reauthorizationRequired` means silence until it is authorised again, `subscriptionRemoved` that it is gone",
        H,
        "lifecycle page",
        "check_lifecycle",
        (Drill.UNAUTHORISED_SPEAKS,),
    ),
    Habit(
        "29b",
        "a subscription ends when it expires, unless it was renewed before",
        H,
        "subscription page",
        "check_expiry",
        (Drill.SUBSCRIPTIONS_NEVER_EXPIRE,),
    ),
    Habit(
        "29c",
        "less than 45 minutes is raised to 45",
        H,
        "Graph SDK, subscription",
        "check_short_is_raised",
        (Drill.SUBSCRIPTION_KEPT_SHORT,),
    ),
    Habit(
        "29d",
        "more than 10,080 minutes is refused with 400 `ExtensionError`",
        M,
        "subscription page; microsoft-graph-docs #2988 on the code",
        "check_long_is_refused",
        (Drill.SUBSCRIPTION_ANY_LENGTH,),
    ),
    Habit(
        "29e",
        "the same subscription made again is a second one",
        M,
        "learn Q&A 5768670; the documents say 409",
        "check_duplicate",
        (Drill.DUPLICATE_SUBSCRIPTION_409,),
    ),
)
