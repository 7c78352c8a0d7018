"""Items 27 to 29: change notifications."""

from emulators.graph.habits.habit import Habit, Provenance

H, M, L = Provenance

HABITS: tuple[Habit, ...] = (
    Habit(
        "27",
        "handshake",
        H,
        "",
        "",
        (),
    ),
    Habit(
        "28",
        "deliveries",
        M,
        "",
        "",
        (),
    ),
    Habit(
        "29",
        "lifecycle",
        H,
        "",
        "",
        (),
    ),
)
