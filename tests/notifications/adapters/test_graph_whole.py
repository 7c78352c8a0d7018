"""Reading a whole mailbox: what somebody else's event looks like stops nothing."""

from datetime import UTC, datetime
from typing import cast

from services.notifications.adapters.graph_calendar import GraphCalendar
from services.notifications.adapters.graph_error import GraphAnswer
from services.notifications.adapters.graph_session import GraphRequest, GraphSession, TokenSource


class _Session:
    """Answers a calendar view of two events; the first has no time."""

    async def ask(self, request: GraphRequest, tokens: TokenSource) -> GraphAnswer:
        noon = {"dateTime": "2026-03-24T12:00:00", "timeZone": "UTC"}
        return GraphAnswer(200, {"value": [{"id": "foreign"}, {"id": "ours", "start": noon, "end": noon}]})


async def test_an_event_that_cannot_be_read_is_left_out() -> None:
    calendar = GraphCalendar(cast(GraphSession, _Session()), cast(TokenSource, None), "https://graph.example.org/v1.0")
    window = (datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))
    assert [(one.event_id, one.mailbox) for one in await calendar.whole("m@x.example.org", window)] == [
        ("ours", "m@x.example.org")
    ]
