"""A neighbour that serves nothing but its feed."""

import asyncio
from uuid import uuid4

import grpc
from google.protobuf.message import Message
from permanence.feed.v1 import event_feed_pb2 as pb
from permanence.feed.v1.event_feed_pb2_grpc import EventFeedServicer, add_EventFeedServicer_to_server

# As the real one: whoever has seen everything is kept waiting, and does not ask again and again.
_PATIENCE = 5.0


class FakeFeed(EventFeedServicer):
    """`tell` adds an event; positions rise by one. Only the council it was made for gets any."""

    def __init__(self, council: str) -> None:
        self._parent = f"councils/{council}"
        self._events: list[pb.Event] = []
        self._more = asyncio.Event()
        self.pulled_after = -1

    def tell(self, fact: Message, *, aggregate: str = "") -> int:
        position = len(self._events) + 1
        event = pb.Event(position=position, event_id=str(uuid4()), aggregate=aggregate or f"a/{position}")
        event.recorded_time.GetCurrentTime()
        event.fact.Pack(fact)
        self._events.append(event)
        self._more.set()
        self._more = asyncio.Event()
        return position

    async def Pull(self, request: pb.PullRequest, context: object) -> pb.PullResponse:
        mine = request.parent == self._parent
        if mine:
            self.pulled_after = request.after_position
        while not mine or len(self._events) <= request.after_position:
            try:
                await asyncio.wait_for(self._more.wait(), _PATIENCE)
            except TimeoutError:
                return pb.PullResponse()
        return pb.PullResponse(events=self._events[request.after_position :])


async def serve(feed: FakeFeed) -> tuple[grpc.aio.Server, str]:
    """The server, and its address."""
    server = grpc.aio.server()
    add_EventFeedServicer_to_server(feed, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    return server, f"127.0.0.1:{port}"
