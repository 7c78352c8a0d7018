"""What became of the link of one invitation: who uses it, and how far they have shown who they are."""

import hashlib
import hmac
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from services.notifications.domain.attendee_link import AttendeeLink

SESSION = timedelta(minutes=30)
CODE_LIFE = timedelta(minutes=15)
MOST_CODES = 5
"""Codes sent, and wrong codes typed, for one link: after either the link is spent."""
BETWEEN_LINKS = timedelta(minutes=5)
MOST_LINKS = 3
"""New links sent before a day has to pass since the last."""
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class IssuedLink:
    """One invitation's link as it stands; `generation` counts the links that it has had.

    It is unused until the first answer or the first right code, from then on one browser's alone: the one whose secret
    has `session_digest`, until `session_until`. `confirmed`: that browser's reader typed the code. `codes_sent` is the
    number of the last code. `sent_at`: when a new link was sent last; `links_sent`: how many were, with less
    than a day between them.
    """

    invitation_id: UUID
    generation: int = 1
    used_at: datetime | None = None
    session_digest: str = ""
    session_until: datetime | None = None
    confirmed: bool = False
    codes_sent: int = 0
    code_until: datetime | None = None
    wrong_codes: int = 0
    sent_at: datetime | None = None
    links_sent: int = 0

    @property
    def link(self) -> AttendeeLink:
        """Of the latest generation, the only one that opens anything."""
        return AttendeeLink(self.invitation_id, self.generation)

    @property
    def spent(self) -> bool:
        """Whether too many codes were guessed."""
        return self.wrong_codes >= MOST_CODES

    def opens_for(self, session: str, now: datetime) -> bool:
        """Whether whoever comes with this secret (empty: none) may use it."""
        return not self.spent and (self.used_at is None or self.belongs_to(session, now))

    def belongs_to(self, session: str, now: datetime) -> bool:
        """Whether it is this browser's."""
        lives = self.session_until is not None and now < self.session_until
        return bool(session) and lives and hmac.compare_digest(self.session_digest, _digest(session))

    def used_by(self, session: str, now: datetime) -> "IssuedLink":
        """The first use makes it this browser's for half an hour; a later one changes nothing."""
        if self.used_at is not None:
            return self
        return replace(self, used_at=now, session_digest=_digest(session), session_until=now + SESSION)

    def with_code(self, now: datetime) -> "IssuedLink":
        """One more code; those before it work no more."""
        return replace(self, codes_sent=self.codes_sent + 1, code_until=now + CODE_LIFE)

    def code_lives(self, now: datetime) -> bool:
        """Whether a code is waited for."""
        return self.code_until is not None and now < self.code_until

    def proved(self, session: str, now: datetime) -> "IssuedLink":
        """The right code was typed: the half hour begins anew, and the code works no more."""
        used = self.used_by(session, now)
        return replace(used, confirmed=True, session_until=now + SESSION, code_until=None)

    def guessed(self) -> "IssuedLink":
        """A wrong code was typed."""
        return replace(self, wrong_codes=self.wrong_codes + 1)

    def renewed(self) -> "IssuedLink":
        """The next link: unused; all before it open nothing any more."""
        return IssuedLink(self.invitation_id, self.generation + 1, sent_at=self.sent_at, links_sent=self.links_sent)

    def may_be_sent_anew(self, now: datetime) -> bool:
        """Whether a new link may go to whoever asks: any old one is enough for that, also in a stranger's hands.

        So never while somebody is using this one, and not without end.
        """
        lives = self.session_until is not None and now < self.session_until
        if (lives or self.code_lives(now)) and not self.spent:
            return False
        return not self._sent_within(BETWEEN_LINKS, now) and (
            self.links_sent < MOST_LINKS or not self._sent_within(_DAY, now)
        )

    def sent_anew(self, now: datetime) -> "IssuedLink":
        """The link to send: the same where nobody used it yet."""
        unused = self.used_at is None and not self.codes_sent
        count = self.links_sent + 1 if self._sent_within(_DAY, now) else 1
        return replace(self if unused else self.renewed(), sent_at=now, links_sent=count)

    def _sent_within(self, span: timedelta, now: datetime) -> bool:
        return self.sent_at is not None and now - self.sent_at < span


def _digest(session: str) -> str:
    return hashlib.sha256(session.encode()).hexdigest()
