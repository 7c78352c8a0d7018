"""A made SSDA903 return: header, episodes and reviews, in the return's own columns and dates (DD/MM/YYYY).

Without names or workers, as the real one. Source of the format: DfE's guide to the SSDA903 collection.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from cli.made_council.casefiles import legal_status_at
from cli.made_council.council import populate
from cli.made_council.dice import dice
from cli.made_council.families import Child, Family, Home
from cli.made_council.histories import Period, periods_of
from cli.made_council.sheets import write_csv
from cli.made_council.spec import DEFAULT_AS_OF, DEFAULT_SEED, SALTMARSH

HEADER = ("CHILD", "SEX", "DOB", "ETHNIC", "UPN", "MOTHER", "MC_DOB")
EPISODES = (
    "CHILD",
    "DECOM",
    "RNE",
    "LS",
    "CIN",
    "PLACE",
    "PLACE_PROVIDER",
    "DEC",
    "REC",
    "REASON_PLACE_CHANGE",
    "HOME_POST",
    "PL_POST",
    "URN",
)
REVIEWS = ("CHILD", "DOB", "REVIEW", "REVIEW_CODE")


def write_made_return(folder: Path, children: int = 50, seed: int = DEFAULT_SEED, as_of: date = DEFAULT_AS_OF) -> int:
    """Write header.csv, episodes.csv and reviews.csv into `folder`; the number of children in the header.

    `children` counts those in care on `as_of`; leavers come on top. One review more belongs to a child
    without an episode,
    as happens in real returns.
    """
    spec = replace(SALTMARSH, slug="return", children=children, seed=seed, as_of=as_of)
    rng = dice(f"{seed}/return")
    header: list[list[str]] = []
    episodes: list[list[str]] = []
    reviews: list[list[str]] = []
    for family in populate(spec).families:
        for child, home in zip(family.children, family.homes, strict=True):
            if child.unborn:
                continue
            header.append(_header_row(child))
            for period in periods_of(child, family, as_of, rng):
                episodes += _episode_rows(child, family, home, period)
                reviews += _review_rows(child, period)
    reviews.append(["199999", header[0][2], _day(as_of), "PN1"])
    folder.mkdir(parents=True, exist_ok=True)
    write_csv(folder / "header.csv", HEADER, header)
    write_csv(folder / "episodes.csv", EPISODES, episodes)
    write_csv(folder / "reviews.csv", REVIEWS, reviews)
    return len(header)


def _day(day: date | None) -> str:
    return day.strftime("%d/%m/%Y") if day else ""


def _header_row(child: Child) -> list[str]:
    return [
        child.source_id,
        "1" if child.sex == "M" else "2",
        _day(child.born),
        child.ethnicity,
        "UN1",
        "",
        "",
    ]


def _episode_rows(child: Child, family: Family, home: Home, period: Period) -> list[list[str]]:
    starts, ends = (period.began, *period.moves), (*period.moves, period.ended)
    rows = []
    for index, (start, end) in enumerate(zip(starts, ends, strict=True)):
        current = index == len(starts) - 1
        here = home if current else Home(None, "U4", "PR4", home.postcode)
        rows.append(
            [
                child.source_id,
                _day(start),
                "P" if index else "S",
                legal_status_at(family, period, start),
                "N8" if family.unaccompanied else "N1",
                here.placement_type,
                here.provider,
                _day(end),
                ("E4A" if current else "X1") if end else "",
                "" if current else "CARPL",
                "",
                here.postcode,
                "",
            ]
        )
    return rows


def _review_rows(child: Child, period: Period) -> list[list[str]]:
    return [
        [child.source_id, _day(child.born), _day(review.held), review.participation or ""]
        for review in period.reviews
        if review.held
    ]
