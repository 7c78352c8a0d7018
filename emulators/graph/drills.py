"""Drills: each breaks one known habit of Graph, so that a test can show that it would notice."""

from enum import StrEnum


class Drill(StrEnum):
    """The switches of `POST /_emulator/drills`; all are off at start. `fidelity.py` says which habit each breaks."""

    # Wire: items 1 to 9 and 33
    NO_BEARER_403 = "no_bearer_403"
    NO_SCOPE = "no_scope"
    UNKNOWN_USER_403 = "unknown_user_403"
    UNKNOWN_EVENT_400 = "unknown_event_400"
    ERROR_BODY_BARE = "error_body_bare"
    CLIENT_REQUEST_ID_NOT_ECHOED = "client_request_id_not_echoed"
    WRITES_ANSWER_200 = "writes_answer_200"
    CONTEXT_ABSENT = "context_absent"
    ETAG_WITHOUT_CHANGE_KEY = "etag_without_change_key"
    CHANGE_KEY_STANDS_STILL = "change_key_stands_still"
    TIMES_DEFAULT_LONDON = "times_default_london"
    TIME_ZONE_PREFERENCE_IGNORED = "time_zone_preference_ignored"
    SIX_FRACTION_DIGITS = "six_fraction_digits"
    WINDOWS_ZONES_REFUSED = "windows_zones_refused"
    UNKNOWN_ZONE_IS_UTC = "unknown_zone_is_utc"
    IDS_ALWAYS_IMMUTABLE = "ids_always_immutable"
    PLAIN_ID_SURVIVES_MOVE = "plain_id_survives_move"
    IMMUTABLE_ID_SURVIVES_IMPORT = "immutable_id_survives_import"
    IDS_IN_ANY_CASE = "ids_in_any_case"
    IDS_ACROSS_MAILBOXES = "ids_across_mailboxes"
    PASCAL_CASE_REFUSED = "pascal_case_refused"
    FUNCTION_FORMS_REFUSED = "function_forms_refused"
    UNKNOWN_PROPERTIES_ALLOWED = "unknown_properties_allowed"
    BODY_KEPT_AS_SENT = "body_kept_as_sent"
    TEAMS_BLOCK_ABSENT = "teams_block_absent"
    EXPIRED_TOKENS_TAKEN = "expired_tokens_taken"
    # Writing: items 10 to 20
    TRANSACTION_ID_NO_DEDUPE = "transaction_id_no_dedupe"
    TRANSACTION_ID_409 = "transaction_id_409"
    TRANSACTION_ID_DEDUPES_AFTER_DELETE = "transaction_id_dedupes_after_delete"
    TRANSACTION_ID_FILTER_REFUSED = "transaction_id_filter_refused"
    IF_MATCH_IGNORED = "if_match_ignored"
    WRITES_AT_ONCE_ALLOWED = "writes_at_once_allowed"
    OVERLAPPING_WRITE_PASSES = "overlapping_write_passes"
    SPURIOUS_CONFLICT_STAYS = "spurious_conflict_stays"
    LOST_REPLY_UNDONE = "lost_reply_undone"
    CONCURRENT_ITEM_SAVE_UNDONE = "concurrent_item_save_undone"
    CONCURRENT_ITEM_SAVE_WHOLE = "concurrent_item_save_whole"
    ATTENDEES_PATCH_MERGES = "attendees_patch_merges"
    ATTENDEES_PATCH_MAILS_ALL = "attendees_patch_mails_all"
    PATCH_MAILS_NOBODY = "patch_mails_nobody"
    HIDE_ATTENDEES_IGNORED = "hide_attendees_ignored"
    HIDE_ATTENDEES_IGNORED_OUTSIDE = "hide_attendees_ignored_outside"
    TEAMS_SURVIVES_BODY_PATCH = "teams_survives_body_patch"
    TEAMS_CAN_BE_UNSET = "teams_can_be_unset"
    TEAMS_WITHOUT_LICENCE = "teams_without_licence"
    LOCATION_KEEPS_LOCATIONS = "location_keeps_locations"
    CANCEL_BY_ANYONE = "cancel_by_anyone"
    CANCEL_KEEPS_EVENT = "cancel_keeps_event"
    CANCEL_MAILS_NOBODY = "cancel_mails_nobody"
    DELETE_MAILS_NOBODY = "delete_mails_nobody"
    CANCELLED_COPIES_VANISH = "cancelled_copies_vanish"
    TRANSACTION_ID_CHANGES = "transaction_id_changes"
    TIME_CHANGE_KEEPS_REPLIES = "time_change_keeps_replies"
    ATTENDEES_PATCH_RESETS_REPLIES = "attendees_patch_resets_replies"
    ATTENDEES_UNLIMITED = "attendees_unlimited"
    # People and rooms: items 21 to 23
    REPLIES_NEVER_DELAYED = "replies_never_delayed"
    PROPOSALS_DROPPED = "proposals_dropped"
    LATE_REPLY_APPLIES = "late_reply_applies"
    SILENT_REPLIES_TOLD = "silent_replies_told"
    OUTSIDE_REPLIES_LOST = "outside_replies_lost"
    DECLINED_COPIES_STAY = "declined_copies_stay"
    ROOMS_ANSWER_AT_ONCE = "rooms_answer_at_once"
    ROOMS_ACCEPT_ALL = "rooms_accept_all"
    ROOMS_TAKE_THE_LAST = "rooms_take_the_last"
    ROOM_LAG_IGNORED = "room_lag_ignored"
    ROOM_LIMITS_IGNORED = "room_limits_ignored"
    OUTLOOK_MAILS_NOBODY = "outlook_mails_nobody"
    OUTLOOK_LOSES_TEAMS = "outlook_loses_teams"
    OUTLOOK_DELETE_KEEPS_EVENT = "outlook_delete_keeps_event"
    MOVED_EVENT_STAYS_IN_VIEW = "moved_event_stays_in_view"
    FORWARD_NEVER_LISTED = "forward_never_listed"
    # Reading, notifications and load: items 24 to 32
    NO_CONCURRENCY_LIMIT = "no_concurrency_limit"
    RETRY_AFTER_ABSENT = "retry_after_absent"
    SCHEDULES_UP_TO_100 = "schedules_up_to_100"
    RETRY_AFTER_IS_A_DATE = "retry_after_is_a_date"
    REQUESTS_UNCOUNTED = "requests_uncounted"
    BATCH_UNLIMITED = "batch_unlimited"
    DEPENDENCIES_IGNORED = "dependencies_ignored"
    BATCH_THROTTLED_WHOLE = "batch_throttled_whole"
    FAILURES_ALL_ALIKE = "failures_all_alike"
    NO_ROOM_FOR_READERS = "no_room_for_readers"
    SCHEDULES_PAST_THE_SCOPE = "schedules_past_the_scope"
    SCHEDULES_IN_SCOPE_ONLY = "schedules_in_scope_only"
    PLACES_IN_SCOPE_ONLY = "places_in_scope_only"
    DELTA_ON_ONE_PAGE = "delta_on_one_page"
    DELTA_ALWAYS_ORDERLY = "delta_always_orderly"
    DELTA_HIDES_DELETED = "delta_hides_deleted"
    DELTA_HIDES_MOVED_OUT = "delta_hides_moved_out"
    DELTA_NEVER_LAGS = "delta_never_lags"
    SYNC_STATE_NEVER_LOST = "sync_state_never_lost"
    NEXT_LINKS_LIVE_ON = "next_links_live_on"
    DELTA_SELECT_ALLOWED = "delta_select_allowed"
    SCHEDULE_ANY_PERIOD = "schedule_any_period"
    SCHEDULE_ERRORS_LEFT_OUT = "schedule_errors_left_out"
    WORKING_HOURS_FOR_ALL = "working_hours_for_all"
    WORKING_HOURS_IN_A_NAMED_ZONE = "working_hours_in_a_named_zone"
    PRIVATE_EVENTS_SHOWN = "private_events_shown"
    PART_SLOT_DROPPED = "part_slot_dropped"
    WORKING_ELSEWHERE_IS_4 = "working_elsewhere_is_4"
    NULL_INTERVAL_IS_30 = "null_interval_is_30"
    VIEW_ENDS_CLOSED = "view_ends_closed"
    VIEW_BOUNDS_SHIFTED = "view_bounds_shifted"
    HANDSHAKE_SKIPPED = "handshake_skipped"
    HANDSHAKE_ANY_ANSWER = "handshake_any_answer"
    HANDSHAKE_WAITS = "handshake_waits"
    CLIENT_STATE_ABSENT = "client_state_absent"
    SLOW_RECEIVER_PASSES = "slow_receiver_passes"
    UNAUTHORISED_SPEAKS = "unauthorised_speaks"
    NOTIFICATIONS_ONE_BY_ONE = "notifications_one_by_one"
    NOTIFICATIONS_NOT_RETRIED = "notifications_not_retried"
    LIFECYCLE_SILENT = "lifecycle_silent"
    SUBSCRIPTIONS_NEVER_EXPIRE = "subscriptions_never_expire"
    SUBSCRIPTION_KEPT_SHORT = "subscription_kept_short"
    SUBSCRIPTION_ANY_LENGTH = "subscription_any_length"
    DUPLICATE_SUBSCRIPTION_409 = "duplicate_subscription_409"


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
