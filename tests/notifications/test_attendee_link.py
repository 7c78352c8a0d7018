"""Nobody makes up a link, and the same link is always the same."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.domain.attendee_link import AttendeeLink, read_token, token_for

KEY = bytes(range(32))
LINK = AttendeeLink(UUID("019ab3f0-0000-7000-8000-000000000001"), 1)


@given(st.uuids(), st.integers(1, 2**32 - 1))
def test_a_token_reads_back(invitation_id: UUID, generation: int) -> None:
    link = AttendeeLink(invitation_id, generation)
    token = token_for(KEY, link)
    assert len(token) == 48
    assert read_token(KEY, token) == link
    assert token_for(KEY, link) == token


def test_one_changed_sign_makes_it_nobodys() -> None:
    token = token_for(KEY, LINK)
    for at, sign in enumerate(token):
        other = "A" if sign != "A" else "B"
        assert read_token(KEY, token[:at] + other + token[at + 1 :]) is None


def test_another_key_reads_nothing() -> None:
    assert read_token(bytes(32), token_for(KEY, LINK)) is None


@given(st.text(max_size=80))
def test_nonsense_is_nobodys(text: str) -> None:
    assert read_token(KEY, text) is None


def test_a_short_key_and_no_generation_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 32 bytes"):
        token_for(b"short", LINK)
    with pytest.raises(ValueError, match="counts from 1"):
        token_for(KEY, AttendeeLink(LINK.invitation_id, 0))
