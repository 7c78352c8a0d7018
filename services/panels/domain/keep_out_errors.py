"""What panels refuse to a member who keeps out. The words never say what the conflict is."""

from services.panels.domain.errors import PanelsError


class KeepsOutError(PanelsError):
    """Whoever is signed in is a member who keeps out of what they ask for."""

    reason = "KEEPS_OUT"
    message = (
        "A conflict of interest keeps you out of {what}. Leave the room for it, and have somebody else who chairs or "
        "takes minutes do this. If the conflict is wrong, have somebody else who chairs set it aside with a reason."
    )


class OwnConflictError(PanelsError):
    """Nobody sets aside a conflict of their own."""

    reason = "OWN_CONFLICT"
    message = "This conflict in {agenda_item} is your own. Somebody else who chairs sets it aside, with a reason."
