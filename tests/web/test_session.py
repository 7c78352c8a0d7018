"""Sessions end when they should, and what came too late is for its sender alone."""

from dataclasses import replace
from uuid import UUID

import msal
import pytest

from servicekit.caller import Caller, CallerKind
from web.session import KEPT_SECONDS, MOST_KEPT_BYTES, KeptForm, Session, Sessions

IDLE, LONGEST = 600.0, 3600.0
ANNA = Caller(UUID(int=1), "demo", "oid-anna", CallerKind.USER, frozenset({"business-support"}))
BEN = replace(ANNA, principal_id="oid-ben")
# The same id in another council's directory is another person.
ANNA_ELSEWHERE = replace(ANNA, council_id=UUID(int=2), council="second")
SENT = KeptForm("/find", (("number", "NM-0412"),))


class Now:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def now() -> Now:
    return Now()


@pytest.fixture
def sessions(now: Now) -> Sessions:
    return Sessions(IDLE, LONGEST, now)


def _begin(sessions: Sessions, caller: Caller = ANNA) -> tuple[str, Session]:
    return sessions.begin(caller, "Anna Made-Up", msal.SerializableTokenCache(), {})


def test_a_session_is_found_by_its_own_key_alone(sessions: Sessions) -> None:
    key, session = _begin(sessions)
    other, _ = _begin(sessions)
    assert sessions.find(key) is session and key != other
    for made_up in ("", "x", key[:-1], key + "x", "\udcff\udcfe"):
        assert sessions.find(made_up) is None


def test_every_look_makes_an_idle_session_last(sessions: Sessions, now: Now) -> None:
    key, session = _begin(sessions)
    for _ in range(5):
        now.seconds += IDLE
        assert sessions.find(key) is session
    now.seconds += IDLE + 0.1
    assert sessions.find(key) is None
    now.seconds -= IDLE
    assert sessions.find(key) is None, "an ended session came back"


def test_a_session_ends_by_age_however_busy(sessions: Sessions, now: Now) -> None:
    key, _ = _begin(sessions)
    while now.seconds < 1000.0 + LONGEST:
        assert sessions.find(key)
        now.seconds += IDLE / 2
    now.seconds += 0.1
    assert sessions.find(key) is None


def test_signing_out_ends_one_session_and_everywhere_all_of_one_person(sessions: Sessions) -> None:
    first, second, third = (_begin(sessions)[0] for _ in range(3))
    bens, elsewhere = _begin(sessions, BEN)[0], _begin(sessions, ANNA_ELSEWHERE)[0]
    sessions.end(first)
    assert sessions.find(first) is None and sessions.find(second)
    sessions.end_all_of(ANNA)
    assert sessions.find(second) is None and sessions.find(third) is None
    assert sessions.find(bens) and sessions.find(elsewhere)


def test_form_tokens_are_each_sessions_own() -> None:
    sessions = Sessions(IDLE, LONGEST)
    (_, one), (_, other) = _begin(sessions), _begin(sessions)
    assert one.form_token_fits(one.form_token)
    for given in (other.form_token, "", one.form_token[:-1], one.form_token + " ", "ü\udcff"):
        assert not one.form_token_fits(given)


def test_what_is_sent_too_late_is_kept_once_for_its_sender(sessions: Sessions, now: Now) -> None:
    key, session = _begin(sessions)
    now.seconds += IDLE + 1
    assert sessions.find(key) is None
    assert sessions.keep_form(key, session.form_token, SENT)
    assert sessions.take_kept_form(key, BEN) is None
    assert sessions.take_kept_form(key, ANNA_ELSEWHERE) is None
    assert sessions.take_kept_form(key, ANNA) == SENT
    assert sessions.take_kept_form(key, ANNA) is None


@pytest.mark.parametrize("how", ["idle", "signed out", "everywhere", "forgotten by another's beginning"])
def test_it_is_kept_however_the_session_ended(sessions: Sessions, now: Now, how: str) -> None:
    key, session = _begin(sessions)
    if how == "signed out":
        sessions.end(key)
    elif how == "everywhere":
        sessions.end_all_of(ANNA)
    else:
        now.seconds += IDLE + 1
    if how == "idle":
        sessions.find(key)
    if how == "forgotten by another's beginning":
        _begin(sessions, BEN)
    assert sessions.keep_form(key, session.form_token, SENT)
    assert sessions.take_kept_form(key, ANNA) == SENT


def test_nothing_is_kept_under_a_key_that_never_was_or_lives_still(sessions: Sessions) -> None:
    key, session = _begin(sessions)
    for other in ("", "made up", key):
        assert not sessions.keep_form(other, session.form_token, SENT)
    assert sessions.take_kept_form("made up", ANNA) is None


def test_a_form_that_was_not_made_for_the_session_is_not_kept(sessions: Sessions) -> None:
    """Another page can make a browser send a form along with the ended session's cookie, but knows no token."""
    key, _ = _begin(sessions)
    other = _begin(sessions, BEN)[1]
    sessions.end(key)
    for token in ("", "forged", other.form_token):
        assert not sessions.keep_form(key, token, SENT)
    assert sessions.take_kept_form(key, ANNA) is None


def test_a_form_of_another_tab_is_known_by_its_token_as_its_persons(sessions: Sessions) -> None:
    key, before = _begin(sessions)
    sessions.end(key)
    _, now_open = _begin(sessions)
    assert sessions.was_made_for(ANNA, before.form_token)
    assert not sessions.was_made_for(BEN, before.form_token)
    assert not sessions.was_made_for(ANNA, now_open.form_token), "it is not ended"
    assert not sessions.was_made_for(ANNA, "")


def test_too_much_is_not_kept(sessions: Sessions) -> None:
    key, session = _begin(sessions)
    sessions.end(key)

    def kept(number: str) -> bool:
        return sessions.keep_form(key, session.form_token, KeptForm("/find", (("number", number),)))

    assert not kept("x" * MOST_KEPT_BYTES)
    assert not kept("漢" * (MOST_KEPT_BYTES // 2))
    assert kept("x" * (MOST_KEPT_BYTES - 6))


def test_long_typing_outlives_the_session_though_others_sign_in(sessions: Sessions, now: Now) -> None:
    key, session = _begin(sessions)
    for _ in range(3):
        now.seconds += LONGEST / 4
        _begin(sessions, BEN)
    assert sessions.keep_form(key, session.form_token, SENT)


def test_ended_sessions_are_forgotten_in_the_end(sessions: Sessions, now: Now) -> None:
    key, session = _begin(sessions)
    sessions.end(key)
    now.seconds += LONGEST
    _begin(sessions, BEN)
    assert not sessions.keep_form(key, session.form_token, SENT)


def test_what_was_kept_is_forgotten_after_an_hour() -> None:
    now = Now()
    sessions = Sessions(IDLE, 10 * KEPT_SECONDS, now)
    key, session = _begin(sessions)
    sessions.end(key)
    assert sessions.keep_form(key, session.form_token, SENT)
    now.seconds += KEPT_SECONDS
    assert sessions.take_kept_form(key, ANNA) is None
