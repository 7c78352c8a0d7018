"""OutlookService over gRPC."""

from typing import TypeAlias

import grpc
from permanence.notifications.v1 import outlook_service_pb2 as rpc
from permanence.notifications.v1 import outlook_service_pb2_grpc as rpc_grpc

from servicekit.caller import current_caller
from servicekit.idempotency import once
from servicekit.page import next_token
from services.notifications.app.decide_proposal import act_on_verdict, decide_proposal
from services.notifications.app.list_outlook import list_mismatches, list_proposals, weighed
from services.notifications.app.ports import OutlookDesk
from services.notifications.rpc.invitation_servicer import BeginOnce, WorkUnit
from services.notifications.rpc.outlook_convert import (
    mismatch_to,
    mismatches_from,
    proposal_to,
    proposals_from,
    read_time_to,
    verdict_from,
)

Context: TypeAlias = grpc.aio.ServicerContext[object, object]


class OutlookServicer(rpc_grpc.OutlookServiceServicer):
    """permanence.notifications.v1.OutlookService."""

    def __init__(self, desk: OutlookDesk, begin: BeginOnce) -> None:
        self._desk = desk
        self._begin = begin

    async def ListOutlookProposals(
        self, request: rpc.ListOutlookProposalsRequest, context: Context
    ) -> rpc.ListOutlookProposalsResponse:
        """A page."""
        caller = current_caller()
        meeting, page, bound_to = proposals_from(request, caller.council)
        found = await list_proposals(self._desk.desk, caller, meeting, page)
        return rpc.ListOutlookProposalsResponse(
            outlook_proposals=[proposal_to(one, caller.council) for one in found.proposals],
            next_page_token=next_token(bound_to, found.next_after) if found.next_after else "",
        )

    async def DecideOutlookProposal(
        self, request: rpc.DecideOutlookProposalRequest, context: Context
    ) -> rpc.DecideOutlookProposalResponse:
        """A person's word about one."""
        caller = current_caller()
        verdict = verdict_from(request, caller.council)
        await act_on_verdict(self._desk, caller, verdict)

        async def do(unit: WorkUnit) -> rpc.DecideOutlookProposalResponse:
            decided = await weighed(unit, await decide_proposal(unit, caller, verdict))
            return rpc.DecideOutlookProposalResponse(outlook_proposal=proposal_to(decided, caller.council))

        return await once(self._begin, caller, request, rpc.DecideOutlookProposalResponse, do)

    async def ListMismatches(self, request: rpc.ListMismatchesRequest, context: Context) -> rpc.ListMismatchesResponse:
        """A page."""
        caller = current_caller()
        page, bound_to = mismatches_from(request, caller.council)
        found = await list_mismatches(self._desk.desk, caller, page)
        return rpc.ListMismatchesResponse(
            mismatches=[mismatch_to(one) for one in found.mismatches],
            next_page_token=next_token(bound_to, found.next_after) if found.next_after else "",
            read_time=read_time_to(found.read_at),
        )
