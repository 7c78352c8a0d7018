"""What referrals by a form need of the outside."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol, TypeAlias

from servicekit.caller import Caller
from servicekit.page import PageRequest
from services.panels.app.ports import UnitOfWork
from services.panels.domain.form import Answer, Form
from services.panels.domain.referral_form import ReferralForm, ReferralFormId, ReferralFormState


class ReferralFormStore(Protocol):
    """Referrals that are filled in by a form."""

    async def add(self, form: ReferralForm) -> None:
        """A new one."""
        ...

    async def load(self, form: ReferralFormId, *, lock: bool = False) -> ReferralForm | None:
        """One with its answers."""
        ...

    async def change(self, form: ReferralForm) -> None:
        """All of it but what it was begun with."""
        ...

    async def page(self, state: ReferralFormState | None, page: PageRequest) -> list[ReferralForm]:
        """The newest first, without answers; one more than the size where there are more."""
        ...


class ReferralUnit(UnitOfWork, Protocol):
    """One transaction, with the forms in it."""

    @property
    def referral_forms(self) -> ReferralFormStore: ...


BeginReferral: TypeAlias = Callable[[Caller], AbstractAsyncContextManager[ReferralUnit]]
Forms: TypeAlias = Mapping[str, Form]
"""Every form by which somebody can be referred, by its key."""


class KnownFacts(Protocol):
    """What other services know of subjects, as the caller may see it."""

    async def of(self, caller: Caller, subjects: Sequence[str]) -> Mapping[str, Answer]:
        """By a field's `known_as`; what nobody knows is left out."""
        ...
