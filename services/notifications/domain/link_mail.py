"""The words of a code and of a new link, as an e-mail or a text. Neither says what the meeting is about."""

from dataclasses import replace

from services.notifications.domain.rendering import Rendering, subject_line
from services.notifications.domain.route import Route

_CODE = "Your code"
_NEW_LINK = "Your new link"


def code_rendering(told: Rendering, reference: str, code: str, ring: str) -> Rendering:
    """The message with a code; `ring`: whom to ring, in words."""
    lines = [
        f"Your code is {code}.",
        "Type it into the page where you asked for it. It works for 15 minutes.",
        "",
        "Tell nobody this code. We will never ask you for it.",
        f"If you did not ask for it, you need do nothing. If you are worried, ring {ring}.",
        "",
    ]
    return _plain(told, _CODE, reference, lines)


def new_link_rendering(told: Rendering, reference: str, url: str, ring: str) -> Rendering:
    """The message with a new link."""
    lines = [
        "Here is the new link that you asked for. Links that we sent before do not work any more.",
        url,
        "",
        "It is yours alone and works once. Please do not pass it on.",
        f"If you did not ask for it, or cannot use it, ring {ring}.",
        "",
    ]
    return _plain(told, _NEW_LINK, reference, lines)


def _plain(told: Rendering, title: str, reference: str, lines: list[str]) -> Rendering:
    return replace(
        told,
        subject_line=subject_line(title, reference),
        body_text=" ".join(filter(None, lines)) if told.route is Route.TEXT else "\n".join(lines),
        location="",
        others_shown=(),
        link="",
    )
