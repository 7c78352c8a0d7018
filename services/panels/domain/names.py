"""Resource names. Nothing in them but the council's slug and opaque ids."""

from uuid import UUID


def body_name(council: str, body: UUID) -> str:
    """`councils/{council}/bodies/{body}`."""
    return f"councils/{council}/bodies/{body}"


def sitting_name(council: str, sitting: UUID) -> str:
    """`councils/{council}/sittings/{sitting}`."""
    return f"councils/{council}/sittings/{sitting}"


def item_name(council: str, item: UUID) -> str:
    """`councils/{council}/agendaItems/{agenda_item}`."""
    return f"councils/{council}/agendaItems/{item}"


def referral_name(council: str, referral: UUID) -> str:
    """`councils/{council}/referrals/{referral}`."""
    return f"councils/{council}/referrals/{referral}"


def referral_form_name(council: str, form: UUID) -> str:
    """`councils/{council}/referralForms/{referral_form}`."""
    return f"councils/{council}/referralForms/{form}"


def outcome_name(council: str, outcome: UUID) -> str:
    """`councils/{council}/outcomes/{outcome}`."""
    return f"councils/{council}/outcomes/{outcome}"


def action_name(council: str, action: UUID) -> str:
    """`councils/{council}/actions/{action}`."""
    return f"councils/{council}/actions/{action}"


def minutes_name(council: str, minutes: UUID) -> str:
    """`councils/{council}/minutes/{minutes}`."""
    return f"councils/{council}/minutes/{minutes}"


def paper_name(council: str, paper: UUID) -> str:
    """`councils/{council}/papers/{paper}`."""
    return f"councils/{council}/papers/{paper}"


def member_name(council: str, member: UUID) -> str:
    """`councils/{council}/members/{member}`."""
    return f"councils/{council}/members/{member}"


def conflict_name(council: str, conflict: UUID) -> str:
    """`councils/{council}/conflicts/{conflict}`."""
    return f"councils/{council}/conflicts/{conflict}"


def decision_name(council: str, decision: UUID) -> str:
    """`councils/{council}/decisions/{decision}`."""
    return f"councils/{council}/decisions/{decision}"


def telling_name(council: str, telling: UUID) -> str:
    """`councils/{council}/tellings/{telling}`."""
    return f"councils/{council}/tellings/{telling}"


def chase_name(council: str, chase: UUID) -> str:
    """`councils/{council}/chases/{chase}`."""
    return f"councils/{council}/chases/{chase}"


def escalation_name(council: str, escalation: UUID) -> str:
    """`councils/{council}/escalations/{escalation}`."""
    return f"councils/{council}/escalations/{escalation}"


def resolution_name(council: str, resolution: UUID) -> str:
    """`councils/{council}/writtenResolutions/{written_resolution}`."""
    return f"councils/{council}/writtenResolutions/{resolution}"


def last_id(name: str) -> UUID | None:
    """The UUID at the end of a resource name; None where there is none."""
    try:
        return UUID(name.rpartition("/")[2])
    except ValueError:
        return None
