"""The token in an attendee's link: which invitation, and which of its links. It says nothing to whoever reads it.

Signed with a key of the service, so that nobody can make one up, and the same for the same link, so that a repeated
message is the same in every byte. Whether it has expired or was used is kept with the invitation, not in the token.
"""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from uuid import UUID

LEAST_KEY = 32
"""Bytes of the shortest key that is taken."""
_MAC, _GENERATION = 16, 4


@dataclass(frozen=True)
class AttendeeLink:
    """One link of one invitation; `generation` counts from 1, a newer one ends those before it."""

    invitation_id: UUID
    generation: int


def token_for(key: bytes, link: AttendeeLink) -> str:
    """48 signs, safe in a path. ValueError where the key is too short or the generation is not a positive one."""
    if len(key) < LEAST_KEY:
        raise ValueError(f"the key of links must have at least {LEAST_KEY} bytes")
    if not 0 < link.generation < 1 << (8 * _GENERATION):
        raise ValueError("the generation of a link counts from 1")
    told = link.invitation_id.bytes + link.generation.to_bytes(_GENERATION, "big")
    return base64.urlsafe_b64encode(told + _mac(key, told)).decode("ascii")


def read_token(key: bytes, token: str) -> AttendeeLink | None:
    """The link that the token stands for; None for everything that this key did not sign."""
    try:
        raw = base64.b64decode(token.encode("ascii"), altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error):
        return None
    told, mac = raw[: 16 + _GENERATION], raw[16 + _GENERATION :]
    if len(mac) != _MAC or not hmac.compare_digest(mac, _mac(key, told)):
        return None
    return AttendeeLink(UUID(bytes=told[:16]), int.from_bytes(told[16:], "big"))


def _mac(key: bytes, told: bytes) -> bytes:
    # The prefix keeps this signature apart from any other that the same key may ever make.
    return hmac.new(key, b"permanence attendee link\0" + told, hashlib.sha256).digest()[:_MAC]
