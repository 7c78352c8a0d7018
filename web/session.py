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

# How long is kept what somebody sent after their session had ended: for them and for nobody else.
KEPT_SECONDS = 60 * 60
MOST_KEPT_BYTES = 1280 * 1024  # as much as the site takes at once (web/app.py)


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
    shown_once: str = field(default="", repr=False)  # a secret that its own page shows once
    told: tuple[str, str] = ("", "")  # a path, and what its page has to tell once (web/done.py)

    def form_token_fits(self, given: str) -> bool:
        """Whether a form was made for this session."""
        return _same(self.form_token, given)


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
    """What is left of a session: whose it was, and which forms were made for it."""

    caller: Caller
    form_token: str
    at: float
    kept: KeptForm | None = None
    kept_at: float = 0.0

    def is_of(self, caller: Caller) -> bool:
        return (self.caller.council, self.caller.principal_id) == (caller.council, caller.principal_id)


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
            self._ended[_digest(key)] = _Ended(session.caller, session.form_token, self._now())

    def end_all_of(self, caller: Caller) -> None:
        """End every session of one person, on whatever machine."""
        for digest, session in list(self._open.items()):
            ended = _Ended(session.caller, session.form_token, self._now())
            if ended.is_of(caller):
                del self._open[digest]
                self._ended[digest] = ended

    def keep_form(self, key: str, form_token: str, form: KeptForm) -> bool:
        """Keep what came with an ended session's key from a form that was made for it; False where it was not.

        A form that somebody else's page sends along with the cookie is not kept: nobody would know what it does.
        """
        ended = self._ended.get(_digest(key)) if key else None
        if ended is None or not _same(ended.form_token, form_token) or form.size > MOST_KEPT_BYTES:
            return False
        ended.kept, ended.kept_at = form, self._now()
        return True

    def was_made_for(self, caller: Caller, form_token: str) -> bool:
        """Whether a form was made for an ended session of this person: in another tab, before they signed in again."""
        return any(ended.is_of(caller) and _same(ended.form_token, form_token) for ended in self._ended.values())

    def take_kept_form(self, key: str, caller: Caller) -> KeptForm | None:
        """What was kept under an ended session's key, for the person whose session it was; once."""
        ended = self._ended.get(_digest(key)) if key else None
        if ended is None or not ended.is_of(caller):
            return None
        kept, ended.kept = ended.kept, None
        return kept if self._now() - ended.kept_at < KEPT_SECONDS else None

    def _forget_old(self) -> None:
        now = self._now()
        # As long as somebody may have been typing into a page of theirs; three short texts each.
        self._ended = {digest: ended for digest, ended in self._ended.items() if now - ended.at < self._longest}
        for ended in self._ended.values():
            if now - ended.kept_at >= KEPT_SECONDS:
                ended.kept = None
        for digest, session in list(self._open.items()):
            if now - session.seen > self._idle or now - session.started > self._longest:
                del self._open[digest]
                self._ended[digest] = _Ended(session.caller, session.form_token, now)


def _same(expected: str, given: str) -> bool:
    return hmac.compare_digest(expected.encode(), given.encode(errors="surrogatepass"))


def _digest(key: str) -> str:
    # Browsers may send any bytes as a cookie; aiohttp hands on what is no UTF-8 as surrogates.
    return hashlib.sha256(key.encode(errors="surrogateescape")).hexdigest()
