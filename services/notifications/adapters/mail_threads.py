"""Which messages a message says that it answers (RFC 5322, 3.6.4)."""

import re

from services.notifications.adapters.bounded_message import Part

_ID = re.compile(r"<([^<>\s]{3,250})>")
_MOST_SIGNS, _MOST_IDS = 20_000, 50


def message_ids(message: Part) -> tuple[str, ...]:
    """Message-IDs without angle brackets, the one directly answered first; at most fifty."""
    values = [str(one) for name in ("In-Reply-To", "References") for one in message.get_all(name, [])]
    found = [one for text in values if len(text) <= _MOST_SIGNS for one in _ID.findall(text)]
    return tuple(dict.fromkeys(found))[:_MOST_IDS]
