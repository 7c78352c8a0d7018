"""Sessions: short, kept in memory, ended by their owner, by idleness, by age, or with everything else of a person.

The browser holds a random key; the site holds its digest. A restart ends all sessions: signing in again is one click
with Entra ID (docs/adr/20261125-sessions-in-memory.md).
"""

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import msal

from servicekit.caller import Caller

# How long an ended session is remembered, so that what its owner sent too late is kept for them and for nobody else.
ENDED_SECONDS = 60 * 60
MOST_KEPT_BYTES = 256 * 1024  # as much as the site takes at once (web/app.py)


@dataclass
class Session:
    """Somebody who signed in. `tokens` holds what msal keeps for them; `started` and `seen` are monotonic seconds."""

    caller: Caller
    display_name: str
    tokens: msal.SerializableTokenCache
    account: Mapping[str, object]
    started: float
    seen: float
    form_token: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    access_token: str = field(default="", repr=False)
    access_token_ends: float = 0.0
    kept_form: "KeptForm | None" = None
    told: tuple[str, str] = ("", "")  # a path, and what its page has to tell once (web/done.py)

    def form_token_fits(self, given: str) -> bool:
        """Whether a form was made for this session."""
        return hmac.compare_digest(self.form_token.encode(), given.encode(errors="surrogateescape"))


@dataclass(frozen=True)
class KeptForm:
    """What somebody sent after their session had ended: not done, and not lost."""

    path: str
    fields: tuple[tuple[str, str], ...]

    @property
    def size(self) -> int:
        """Bytes that it takes."""
        return sum(len(text.encode(errors="surrogatepass")) for field in self.fields for text in field)


@dataclass
class _Ended:
    council: str
    principal_id: str
    at: float
    kept: KeptForm | None = None


class Sessions:
    """All sessions of this process."""

    def __init__(self, idle_seconds: float, longest_seconds: float, now: Callable[[], float] = time.monotonic) -> None:
        self._idle, self._longest, self._now = idle_seconds, longest_seconds, now
        self._open: dict[str, Session] = {}
        self._ended: dict[str, _Ended] = {}

    def begin(
        self,
        caller: Caller,
        display_name: str,
        tokens: msal.SerializableTokenCache,
        account: Mapping[str, object],
    ) -> tuple[str, Session]:
        """A new session and the key for its cookie."""
        self._forget_old()
        key, now = secrets.token_urlsafe(32), self._now()
        session = Session(caller, display_name, tokens, account, started=now, seen=now)
        self._open[_digest(key)] = session
        return key, session

    def find(self, key: str) -> Session | None:
        """The session of a cookie's key, seen just now; None where it has ended or never was."""
        session = self._open.get(_digest(key)) if key else None
        if session is None:
            return None
        now = self._now()
        if now - session.seen > self._idle or now - session.started > self._longest:
            self.end(key)
            return None
        session.seen = now
        return session

    def end(self, key: str) -> None:
        """End one session."""
        session = self._open.pop(_digest(key), None)
        if session is not None:
            self._ended[_digest(key)] = _Ended(session.caller.council, session.caller.principal_id, self._now())

    def end_all_of(self, caller: Caller) -> None:
        """End every session of one person, on whatever machine."""
        of_theirs = [
            digest
            for digest, session in self._open.items()
            if (session.caller.council, session.caller.principal_id) == (caller.council, caller.principal_id)
        ]
        for digest in of_theirs:
            del self._open[digest]
            self._ended[digest] = _Ended(caller.council, caller.principal_id, self._now())

    def keep_form(self, key: str, form: KeptForm) -> bool:
        """Keep what came with an ended session's key; False where there was no such session or it is too much."""
        ended = self._ended.get(_digest(key)) if key else None
        if ended is None or form.size > MOST_KEPT_BYTES:
            return False
        ended.kept = form
        return True

    def take_kept_form(self, key: str, caller: Caller) -> KeptForm | None:
        """What was kept under an ended session's key, for the person whose session it was; once."""
        ended = self._ended.get(_digest(key)) if key else None
        if ended is None or (ended.council, ended.principal_id) != (caller.council, caller.principal_id):
            return None
        kept, ended.kept = ended.kept, None
        return kept

    def _forget_old(self) -> None:
        now = self._now()
        self._ended = {digest: ended for digest, ended in self._ended.items() if now - ended.at < ENDED_SECONDS}
        for digest, session in list(self._open.items()):
            if now - session.seen > self._idle or now - session.started > self._longest:
                del self._open[digest]
                self._ended[digest] = _Ended(session.caller.council, session.caller.principal_id, now)


def _digest(key: str) -> str:
    # Browsers may send any bytes as a cookie; aiohttp hands on what is no UTF-8 as surrogates.
    return hashlib.sha256(key.encode(errors="surrogateescape")).hexdigest()
