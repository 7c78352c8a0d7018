"""The council's staff, teams and rooms."""

from __future__ import annotations

from random import Random
from uuid import NAMESPACE_URL, uuid5

from cli.made_council.cast import Room, StaffMember, StaffRole
from cli.made_council.coinage import Coinage
from cli.made_council.dice import dice
from cli.made_council.sheets import Sheets
from cli.made_council.spec import CouncilSpec

_ROOT_TEAM = "D001"
_REVIEWING_TEAM = "D002"
_SUPPORT_TEAM = "D003"
_FIRST_SERVICE = 10
_FIRST_TEAM = 100

_JOB_TITLES = {
    StaffRole.REVIEWING_OFFICER: "Independent Reviewing Officer",
    StaffRole.TEAM_MANAGER: "Team Manager",
    StaffRole.SOCIAL_WORKER: "Social Worker",
    StaffRole.SERVICE_MANAGER: "Service Manager",
    StaffRole.SERVICE_DIRECTOR: "Service Director",
    StaffRole.BUSINESS_SUPPORT: "Business Support Officer",
    StaffRole.BUSINESS_SUPPORT_MANAGER: "Business Support Manager",
}
_REGISTERED = {
    StaffRole.REVIEWING_OFFICER,
    StaffRole.TEAM_MANAGER,
    StaffRole.SOCIAL_WORKER,
    StaffRole.SERVICE_MANAGER,
    StaffRole.SERVICE_DIRECTOR,
}
_PART_TIME = ((0, 1, 2), (0, 1, 2, 3), (1, 2, 3), (1, 2, 3, 4), (0, 2, 4), (2, 3, 4))
_ROOM_FEATURES = ("hearing_loop", "step_free", "video", "two_entrances", "play_corner")


def principal_of(tenant_id: str, address: str) -> str:
    """Entra's object id of whoever has this address: the same in the directory and in the extract."""
    return str(uuid5(NAMESPACE_URL, f"{tenant_id}/{address}"))


def team_of(index: int) -> str:
    """Source id of the `index`th team, counted from 0."""
    return f"D{_FIRST_TEAM + index}"


def service_of(index: int) -> str:
    """Source id of the `index`th service area, counted from 0."""
    return f"D{_FIRST_SERVICE + index:03d}"


def employ(spec: CouncilSpec, coinage: Coinage) -> tuple[StaffMember, ...]:
    """Everyone who works there. Social workers are dealt to the teams in turn, so each team has two or
    three."""
    rng = dice(f"{spec.seed}/{spec.slug}/staff")
    posts: list[tuple[StaffRole, int, str]] = [
        (StaffRole.SERVICE_DIRECTOR, 1, _ROOT_TEAM),
        (StaffRole.BUSINESS_SUPPORT_MANAGER, 1, _SUPPORT_TEAM),
    ]
    posts += [(StaffRole.SERVICE_MANAGER, n + 1, service_of(n)) for n in range(spec.service_managers)]
    posts += [(StaffRole.BUSINESS_SUPPORT, n + 1, _SUPPORT_TEAM) for n in range(spec.business_support)]
    posts += [(StaffRole.REVIEWING_OFFICER, n + 1, _REVIEWING_TEAM) for n in range(spec.reviewing_officers)]
    posts += [(StaffRole.TEAM_MANAGER, n + 1, team_of(n)) for n in range(spec.team_managers)]
    posts += [(StaffRole.SOCIAL_WORKER, n + 1, team_of(n % spec.team_managers)) for n in range(spec.social_workers)]
    return tuple(_member(spec, coinage, rng, index, *post) for index, post in enumerate(posts, start=1))


def _member(
    spec: CouncilSpec, coinage: Coinage, rng: Random, index: int, role: StaffRole, number: int, team_id: str
) -> StaffMember:
    part_time = number % 5 == 0 and role is not StaffRole.SERVICE_DIRECTOR
    return StaffMember(
        source_id=f"P{index:04d}",
        staff_id=f"S{index:04d}",
        role=role,
        number=number,
        forename=coinage.forename(),
        surname=coinage.surname(),
        email=f"{role.value}-{number}@{spec.staff_domain}",
        team_id=team_id,
        working_days=rng.choice(_PART_TIME) if part_time else (0, 1, 2, 3, 4),
    )


def furnish(spec: CouncilSpec) -> tuple[Room, ...]:
    """The council's rooms. Names are plain numbers: a room's name stands on invitations."""
    rng = dice(f"{spec.seed}/{spec.slug}/rooms")
    return tuple(
        Room(
            source_id=f"RM{n:02d}",
            name=f"Room {n}",
            seats=rng.choice((4, 6, 8, 10, 12, 16)) if n > 1 else 14,
            # The first room always suits a meeting whose people must not cross on the way in.
            features=_ROOM_FEATURES if n == 1 else tuple(f for f in _ROOM_FEATURES if rng.random() < 0.5),
            email=f"room-{n}@{spec.staff_domain}",
        )
        for n in range(1, spec.rooms + 1)
    )


def write_staff(sheets: Sheets, spec: CouncilSpec, staff: tuple[StaffMember, ...]) -> None:
    """ssd_department, ssd_professionals and the staff's rows of contacts."""
    _write_teams(sheets, spec)
    caseload = max(1, spec.children // spec.social_workers)
    for index, member in enumerate(staff, start=1):
        registered = member.role in _REGISTERED
        sheets.add(
            "ssd_professionals",
            {
                "prof_professional_id": member.source_id,
                "prof_staff_id": member.staff_id,
                "prof_professional_name": f"{member.forename} {member.surname}",
                "prof_social_worker_registration_no": f"SW{900000 + index}" if registered else None,
                "prof_professional_job_title": _JOB_TITLES[member.role],
                "prof_professional_caseload": caseload if member.role is StaffRole.SOCIAL_WORKER else 0,
                "prof_professional_department": member.team_id,
                "prof_full_time_equivalency": len(member.working_days) / 5,
                "prof_agency_worker_flag": "Y" if registered and index % 9 == 0 else "N",
            },
        )
        sheets.add(
            "contacts",
            {
                "source_person_id": member.source_id,
                "kind": "staff",
                "relationship": member.role.value.replace("-", "_"),
                "forename": member.forename,
                "surname": member.surname,
                "email": member.email,
                "principal_id": principal_of(spec.tenant_id, member.email),
                "channel": "outlook",
                "verified_on": spec.as_of,
            },
        )


def _write_teams(sheets: Sheets, spec: CouncilSpec) -> None:
    root = "Children's services"
    rows: list[tuple[str, str, str | None, str | None]] = [(_ROOT_TEAM, root, None, None)]
    rows += [(_REVIEWING_TEAM, "Independent reviewing", _ROOT_TEAM, root)]
    rows += [(_SUPPORT_TEAM, "Business support", _ROOT_TEAM, root)]
    for n in range(spec.service_managers):
        rows.append((service_of(n), f"Service {n + 1}", _ROOT_TEAM, root))
    for n in range(spec.team_managers):
        service = n % spec.service_managers
        rows.append((team_of(n), f"Team {n + 1}", service_of(service), f"Service {service + 1}"))
    columns = ("dept_team_id", "dept_team_name", "dept_team_parent_id", "dept_team_parent_name")
    for row in rows:
        sheets.add("ssd_department", dict(zip(columns, row, strict=True)))
