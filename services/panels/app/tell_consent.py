"""Tell whoever follows that a referral says something else of the family's consent than it did."""

from rulebook.counting import london_date
from servicekit.caller import Caller
from services.panels.app.referral_ports import ReferralUnit
from services.panels.domain.events import FamilyConsentChanged
from services.panels.domain.family_consent import ConsentState, consent_of
from services.panels.domain.form import Form
from services.panels.domain.names import referral_form_name
from services.panels.domain.referral_form import ReferralForm


async def tell_consent(unit: ReferralUnit, caller: Caller, form: Form, before: ReferralForm, now: ReferralForm) -> None:
    """Within the transaction of the change; nothing where the form asks for no meeting or the consent stands as it did.

    A draft that is withdrawn had told nobody of a consent.
    """
    was, consent = consent_of(before), consent_of(now)
    if not form.meeting_kind or consent is None or consent == was:
        return
    if was is None and consent.state is not ConsentState.GIVEN:
        return
    name = referral_form_name(caller.council, now.form_id)
    state = f"FAMILY_CONSENT_STATE_{consent.state.name}"
    told = FamilyConsentChanged(name, now.subjects, form.meeting_kind, state, consent.on, london_date(unit.now()))
    await unit.append_event(name, told)
