"""Drills: each breaks one known habit of Graph, so that a test can show that it would notice."""

from enum import StrEnum


class Drill(StrEnum):
    """The switches of `POST /_emulator/drills`; all are off at start."""

    TRANSACTION_ID_NO_DEDUPE = "transaction_id_no_dedupe"
    TRANSACTION_ID_409 = "transaction_id_409"
    TRANSACTION_ID_DEDUPES_AFTER_DELETE = "transaction_id_dedupes_after_delete"
    TRANSACTION_ID_FILTER_REFUSED = "transaction_id_filter_refused"
    IF_MATCH_IGNORED = "if_match_ignored"
    ATTENDEES_PATCH_MAILS_ALL = "attendees_patch_mails_all"
    ATTENDEES_PATCH_MERGES = "attendees_patch_merges"
    PATCH_MAILS_NOBODY = "patch_mails_nobody"
    TIME_CHANGE_KEEPS_REPLIES = "time_change_keeps_replies"
    CANCEL_KEEPS_EVENT = "cancel_keeps_event"
    CANCEL_BY_ANYONE = "cancel_by_anyone"
    LATE_REPLY_APPLIES = "late_reply_applies"
    HIDE_ATTENDEES_IGNORED = "hide_attendees_ignored"
    HIDE_ATTENDEES_IGNORED_OUTSIDE = "hide_attendees_ignored_outside"
    BODY_KEPT_AS_SENT = "body_kept_as_sent"
    TEAMS_SURVIVES_BODY_PATCH = "teams_survives_body_patch"
    LOCATION_KEEPS_LOCATIONS = "location_keeps_locations"
    ROOMS_ACCEPT_ALL = "rooms_accept_all"
    UNKNOWN_PROPERTIES_ALLOWED = "unknown_properties_allowed"
    NO_SCOPE = "no_scope"
    HANDSHAKE_SKIPPED = "handshake_skipped"
    HANDSHAKE_ANY_ANSWER = "handshake_any_answer"
    NOTIFICATIONS_ONE_BY_ONE = "notifications_one_by_one"
    NOTIFICATIONS_NOT_RETRIED = "notifications_not_retried"
    LIFECYCLE_SILENT = "lifecycle_silent"
    SUBSCRIPTIONS_NEVER_EXPIRE = "subscriptions_never_expire"
    SUBSCRIPTION_KEPT_SHORT = "subscription_kept_short"
    SUBSCRIPTION_ANY_LENGTH = "subscription_any_length"
    DUPLICATE_SUBSCRIPTION_409 = "duplicate_subscription_409"
    NO_CONCURRENCY_LIMIT = "no_concurrency_limit"
    RETRY_AFTER_ABSENT = "retry_after_absent"
    SCHEDULES_UP_TO_100 = "schedules_up_to_100"


class Drills:
    """Which drills are on."""

    def __init__(self) -> None:
        self._on: set[Drill] = set()

    def __contains__(self, drill: Drill) -> bool:
        return drill in self._on

    def switch(self, wanted: dict[str, object]) -> None:
        """Switch each named drill; raises ValueError, and switches none, where a name or value is wrong."""
        wrong = [name for name, value in wanted.items() if name not in list(Drill) or not isinstance(value, bool)]
        if wrong:
            raise ValueError(f"no such drill, or not true/false: {', '.join(wrong)}")
        for name, value in wanted.items():
            (self._on.add if value else self._on.discard)(Drill(name))

    def shown(self) -> dict[str, bool]:
        """Every drill and whether it is on."""
        return {drill.value: drill in self._on for drill in Drill}
