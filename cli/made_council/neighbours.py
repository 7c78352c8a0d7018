"""Those around children who do not change with the child: carer households, schools, health workers,
advocates."""

from __future__ import annotations

from datetime import timedelta

from cli.made_council.cast import Channel, ContactKind, Household, Outsider
from cli.made_council.coinage import Coinage
from cli.made_council.dice import dice
from cli.made_council.spec import CouncilSpec

_SCHOOL_KINDS = ("Academy", "Primary School", "Community School", "College")


def house_carers(spec: CouncilSpec, coinage: Coinage) -> tuple[Household, ...]:
    """Approved households of one or two carers, a quarter of them couples."""
    rng = dice(f"{spec.seed}/{spec.slug}/carers")
    households, carers = [], 0
    for n in range(1, spec.carer_households + 1):
        address = coinage.address()
        couple = 2 if n % 4 == 1 else 1
        members = tuple(
            Outsider(
                source_id=f"CA{carers + k:04d}",
                kind=ContactKind.CARER,
                relationship="foster_carer",
                forename=coinage.forename(),
                surname=coinage.surname(),
                email=f"carer-{carers + k}@{spec.outside_domain}",
                phone=coinage.mobile(),
                channel=Channel.EMAIL,
                address=address,
            )
            for k in range(1, couple + 1)
        )
        carers += couple
        approved = spec.as_of - timedelta(days=rng.randrange(400, 4000))
        households.append(Household(f"HH{n:04d}", address, members, approved))
    return tuple(households)


def open_schools(spec: CouncilSpec, coinage: Coinage) -> tuple[Outsider, ...]:
    """One designated teacher for each school; the school is the organisation."""
    return tuple(
        _professional(spec, coinage, n, ContactKind.SCHOOL, "designated_teacher", _SCHOOL_KINDS[n % len(_SCHOOL_KINDS)])
        for n in range(1, spec.schools + 1)
    )


def send_health_workers(spec: CouncilSpec, coinage: Coinage) -> tuple[Outsider, ...]:
    """Health visitors (odd numbers) and nurses for children in care (even numbers)."""
    return tuple(
        _professional(
            spec,
            coinage,
            n,
            ContactKind.HEALTH,
            "health_visitor" if n % 2 else "nurse_for_children_in_care",
            "Health Centre",
        )
        for n in range(1, spec.health_workers + 1)
    )


def call_advocates(spec: CouncilSpec, coinage: Coinage) -> tuple[Outsider, ...]:
    """Independent advocates of a made charity."""
    return tuple(
        _professional(spec, coinage, n, ContactKind.OTHER, "advocate", "Advocacy") for n in range(1, spec.advocates + 1)
    )


_ID_PREFIX = {ContactKind.SCHOOL: "SC", ContactKind.HEALTH: "HE", ContactKind.OTHER: "AD"}
_MAIL_WORD = {ContactKind.SCHOOL: "school", ContactKind.HEALTH: "health", ContactKind.OTHER: "advocate"}


def _professional(
    spec: CouncilSpec, coinage: Coinage, n: int, kind: ContactKind, relationship: str, organisation: str
) -> Outsider:
    return Outsider(
        source_id=f"{_ID_PREFIX[kind]}{n:03d}",
        kind=kind,
        relationship=relationship,
        forename=coinage.forename(),
        surname=coinage.surname(),
        email=f"{_MAIL_WORD[kind]}-{n}@{spec.outside_domain}",
        phone=coinage.landline(),
        channel=Channel.EMAIL,
        organisation=f"{coinage.place()} {organisation}",
        address=coinage.address(),
    )
