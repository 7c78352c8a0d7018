"""Edits made in Outlook: wire to domain and back."""

from datetime import datetime
from typing import cast
from uuid import UUID

from google.protobuf.timestamp_pb2 import Timestamp
from permanence.notifications.v1 import outlook_service_pb2 as rpc

from servicekit.page import PageRequest, open_page
from servicekit.validate import Check
from services.notifications.app.decide_proposal import Verdict
from services.notifications.app.list_outlook import WeighedProposal, proposal_name
from services.notifications.domain.mismatch import Mismatch
from services.notifications.domain.outlook_proposal import Decision
from services.notifications.domain.shown_address import masked
from services.notifications.domain.shown_event import EditedPart, ShownEvent


def proposals_from(request: rpc.ListOutlookProposalsRequest, council: str) -> tuple[str, PageRequest, str]:
    """Meeting or an empty text, the page, and what its token is bound to. InvalidRequest, NotFound."""
    check = Check(request, council=council)
    check.resource_name("parent", "councils/{council}")
    check.resource_name("meeting", "councils/{council}/meetings/{meeting}", required=False)
    size, token = check.page()
    check.raise_if_any()
    bound_to = f"{council} ListOutlookProposals {request.meeting}"
    return request.meeting, open_page(size, token, bound_to), bound_to


def mismatches_from(request: rpc.ListMismatchesRequest, council: str) -> tuple[PageRequest, str]:
    """The page, and what its token is bound to. As `proposals_from`."""
    check = Check(request, council=council)
    check.resource_name("parent", "councils/{council}")
    size, token = check.page()
    check.raise_if_any()
    bound_to = f"{council} ListMismatches"
    return open_page(size, token, bound_to), bound_to


def verdict_from(request: rpc.DecideOutlookProposalRequest, council: str) -> Verdict:
    """What was decided. As `proposals_from`."""
    check = Check(request, council=council)
    parts = check.resource_name("name", "councils/{council}/outlookProposals/{outlook_proposal}")
    etag = check.text("etag", 20, required=True)
    number = check.enum("decision")
    reason = check.text("reason", 1000, required=True)
    request_id = check.uuid("request_id")
    check.raise_if_any()
    decision = Decision(rpc.OutlookDecision.Name(cast("rpc.OutlookDecision.ValueType", number)))
    return Verdict(cast("UUID", parts["outlook_proposal"]), etag, decision, reason, cast("UUID", request_id))


def proposal_to(one: WeighedProposal, council: str) -> rpc.OutlookProposal:
    """One proposal. No address is shown whole: whoever was added may be anybody."""
    proposal = one.proposal
    return rpc.OutlookProposal(
        name=proposal_name(council, proposal.id),
        meeting=proposal.meeting,
        part=rpc.EditedPart.Value(f"EDITED_PART_{proposal.part.name}"),
        ours=_value(proposal.part, proposal.ours),
        theirs=_value(proposal.part, proposal.theirs) if proposal.theirs else None,
        notice_time=_instant(proposal.since),
        choices=[rpc.OutlookDecision.Value(choice.value) for choice in one.choices],
        put_back_mails=one.put_back_mails,
        take_over_mails=one.take_over_mails,
        etag=str(proposal.revision),
        own_event=one.own_event,
        removed=len(proposal.removed) if proposal.part is EditedPart.ATTENDEES else 0,
        added_addresses=[masked(address) for address in proposal.added]
        if proposal.part is EditedPart.ATTENDEES
        else [],
    )


def mismatch_to(one: Mismatch) -> rpc.Mismatch:
    """One difference; nothing of what stands in the event."""
    return rpc.Mismatch(
        kind=rpc.MismatchKind.Value(one.kind.value),
        meeting=one.meeting,
        start_time=_instant(one.start) if one.start else None,
        notice_time=_instant(one.since),
    )


def read_time_to(at: datetime | None) -> Timestamp | None:
    """When the mailbox was last read whole."""
    return _instant(at) if at else None


def _value(part: EditedPart, shown: ShownEvent) -> rpc.OutlookValue:
    if part is EditedPart.TIME:
        return rpc.OutlookValue(start_time=_instant(shown.start), end_time=_instant(shown.end))
    texts = {EditedPart.PLACE: shown.place, EditedPart.SUBJECT: shown.subject_line}
    return rpc.OutlookValue(text=texts.get(part, ""))


def _instant(at: datetime) -> Timestamp:
    stamp = Timestamp()
    stamp.FromDatetime(at)
    return stamp
