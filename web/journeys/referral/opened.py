"""A referral as every page of it needs it."""

from dataclasses import dataclass

from aiohttp import web
from permanence.panels.v1 import form_pb2
from permanence.panels.v1 import referrals_service_pb2 as pb

from web.desk import Desk, key_of
from web.keys import KEY

REFERRAL = f"/referrals/{{referral:{KEY}}}"


@dataclass(frozen=True)
class Opened:
    """A referral and its form."""

    referral: pb.ReferralForm
    form: form_pb2.Form

    @property
    def path(self) -> str:
        """Of its page."""
        return f"/referrals/{key_of(self.referral.name)}"


async def forms_of(desk: Desk) -> dict[str, form_pb2.Form]:
    """Every form by which somebody can be referred, by key."""
    reply = await desk.ask("panels", desk.referrals.ListForms, pb.ListFormsRequest(parent=desk.parent))
    return {form.key: form for form in reply.forms}


async def opened_of(request: web.Request, desk: Desk) -> Opened:
    """The one that is asked for. Absent where it is not there."""
    name = desk.name("referralForms", request.match_info["referral"])
    reply, forms = await desk.together(
        desk.ask("panels", desk.referrals.GetReferralForm, pb.GetReferralFormRequest(name=name)), forms_of(desk)
    )
    return Opened(reply.referral_form, forms[reply.referral_form.form])


async def papers_of(desk: Desk, referral: pb.ReferralForm) -> pb.ListReferralPapersResponse:
    """What was brought for it, and what it needs still."""
    wanted = pb.ListReferralPapersRequest(name=referral.name)
    return await desk.ask("panels", desk.referrals.ListReferralPapers, wanted)
