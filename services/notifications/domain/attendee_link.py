"""The token in an attendee's link: which invitation, and which of its links. It says nothing to whoever reads it.

Signed with a key of the service, so that nobody can make one up, and the same for the same link, so that a repeated
message is the same in every byte. Whether it has expired or was used is kept with the invitation, not in the token.
"""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass, field
from uuid import UUID

LEAST_KEY = 32
"""Bytes of the shortest key that is taken."""
_MAC, _GENERATION = 16, 4
_CODES = 1_000_000


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


def code_for(key: bytes, link: AttendeeLink, number: int) -> str:
    """The `number`th code of a link, six digits. Worked out each time, so that no code is kept anywhere."""
    told = link.invitation_id.bytes + link.generation.to_bytes(_GENERATION, "big") + number.to_bytes(4, "big")
    mac = hmac.new(key, b"permanence attendee code\0" + told, hashlib.sha256).digest()
    return f"{int.from_bytes(mac[:8], 'big') % _CODES:06d}"


def entry_id_for(key: bytes, invitation_id: UUID) -> str:
    """What the calendar entry is called that a link alone gives: the same each time, and it leads to no invitation."""
    mac = hmac.new(key, b"permanence attendee entry\0" + invitation_id.bytes, hashlib.sha256)
    return mac.hexdigest()[:32]


@dataclass(frozen=True)
class LinkSigner:
    """Makes and reads links to `site`, the address at which people open it (no slash at its end)."""

    key: bytes = field(repr=False)
    site: str

    def url(self, council: str, link: AttendeeLink) -> str:
        """The whole address; `council` is the slug, so that only its own rows are looked at."""
        return f"{self.site}/invitation/{council}.{token_for(self.key, link)}"

    def read(self, token: str) -> AttendeeLink | None:
        """As `read_token`."""
        return read_token(self.key, token)

    def entry_id(self, invitation_id: UUID) -> str:
        """As `entry_id_for`."""
        return entry_id_for(self.key, invitation_id)

    def code(self, link: AttendeeLink, number: int) -> str:
        """As `code_for`."""
        return code_for(self.key, link, number)


def _mac(key: bytes, told: bytes) -> bytes:
    # The prefix keeps this signature apart from any other that the same key may ever make.
    return hmac.new(key, b"permanence attendee link\0" + told, hashlib.sha256).digest()[:_MAC]
