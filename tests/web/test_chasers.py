"""What the list of what waits says of writing to people: never more than is known."""

from datetime import UTC, datetime, timedelta

from permanence.notifications.v1 import notification_pb2 as wire
from permanence.panels.v1 import actions_service_pb2 as pb

from web.chasers import CANNOT_SAY, NOT_YET, Chasers, chaser_words
from web.journeys.follow_up.presenters import waiting_row

PRESSED = datetime(2026, 3, 16, 9, tzinfo=UTC)


def chaser(state: wire.ChaserState.ValueType, role: str = "social-worker", **fields: object) -> wire.Chaser:
    made = wire.Chaser(thing="councils/demo/actions/1", role=role, state=state, **fields)  # type: ignore[arg-type]
    if state == wire.CHASER_STATE_SENT:
        made.send_time.FromDatetime(PRESSED + timedelta(minutes=1))
    return made


def test_what_was_sent_says_when_and_what_was_not_says_why() -> None:
    assert chaser_words([chaser(wire.CHASER_STATE_SENT)], PRESSED) == ("Written to Monday 16 March 2026, 9:01am",)
    ring = chaser(wire.CHASER_STATE_TO_RING, trouble="Not sent: this person has no part here any more.")
    assert chaser_words([ring], PRESSED) == (
        "Could not be written to. Not sent: this person has no part here any more.",
    )
    waits = chaser(wire.CHASER_STATE_WAITING, trouble="Waits: sending is stopped for the whole council.")
    assert chaser_words([waits], PRESSED) == ("Waits: sending is stopped for the whole council.",)


def test_a_press_after_the_last_message_is_not_shown_as_sent() -> None:
    before = [chaser(wire.CHASER_STATE_SENT)]
    assert chaser_words(before, PRESSED + timedelta(hours=1)) == (NOT_YET,)
    assert chaser_words([], PRESSED) == (NOT_YET,)
    assert chaser_words([], None) == ()
    assert chaser_words([chaser(wire.CHASER_STATE_OVER)], None) == ()


def test_of_two_roles_each_has_a_line() -> None:
    found = [
        chaser(wire.CHASER_STATE_SENT, "business-support"),
        chaser(wire.CHASER_STATE_TO_RING, "service-manager", trouble="Ring."),
    ]
    assert chaser_words(found, None) == (
        "Business support: Written to Monday 16 March 2026, 9:01am",
        "Service manager: Could not be written to. Ring.",
    )


def test_while_notifications_is_away_nothing_is_said_to_be_sent() -> None:
    one = pb.Outstanding(name="councils/demo/actions/1", kind=pb.OUTSTANDING_KIND_ACTION, text="Visit.")
    one.chase_time.FromDatetime(PRESSED)
    assert waiting_row(one, {}, {}, Chasers(away=True)).told == (CANNOT_SAY,)
    known = Chasers({one.name: [chaser(wire.CHASER_STATE_SENT)]})
    assert waiting_row(one, {}, {}, known).told == ("Written to Monday 16 March 2026, 9:01am",)
