"""Writes what the case system holds of a family: the dataset's tables about children, and the case events."""

from __future__ import annotations

import json
from datetime import date, timedelta

from cli.made_council.cast import Household, StaffMember
from cli.made_council.coinage import Address
from cli.made_council.dice import dice
from cli.made_council.families import Child, Family, Home, Stage
from cli.made_council.histories import CaseEvent, Period, events_of, in_proceedings, periods_of
from cli.made_council.sheets import Sheets

TOWN = "Ravelmouth"


class CaseFiles:
    """Writes family after family; holds the running row ids."""

    def __init__(self, sheets: Sheets, as_of: date, key: str, young_mother_id: str) -> None:
        self._sheets = sheets
        self._as_of = as_of
        self._young_mother_id = young_mother_id
        self._rng = dice(f"{key}/histories")
        self._rows: dict[str, int] = {}

    def _row_id(self, prefix: str) -> str:
        self._rows[prefix] = self._rows.get(prefix, 0) + 1
        return f"{prefix}{self._rows[prefix]:06d}"

    def write_family(self, family: Family) -> None:
        """Every child of the family, then what belongs to the family as a whole."""
        for child, home in zip(family.children, family.homes, strict=True):
            periods = periods_of(child, family, self._as_of, self._rng)
            self._write_person(child, family)
            self._write_addresses(child, home, family, periods)
            self._write_involvements(child, family, periods)
            for period in periods:
                self._write_period(child, home, family, period)
            if periods:
                self._write_standing(child, family, home, periods[-1])
            for event in events_of(child, family, periods, self._as_of, self._rng):
                self.write_event(child.source_id, "unborn_child" if child.unborn else "child", event)
        if in_proceedings(family) or family.stage is Stage.UNBORN:
            self._write_pre_proceedings(family)

    def write_event(self, subject: str, subject_kind: str, event: CaseEvent) -> None:
        """One row of case_events."""
        self._sheets.add(
            "case_events",
            {
                "event_id": self._row_id("EV"),
                "subject_source_id": subject,
                "subject_kind": subject_kind,
                "type": event.type,
                "on": event.on,
                "at": event.at,
                "rule": event.rule,
            },
        )

    def write_workers(self, family: Family, since: date) -> None:
        """The workers of children whose own record stands elsewhere."""
        for child in family.children:
            self._write_involvement(child, family.social_worker, "SOCIAL_WORKER", since, None)
            self._write_involvement(child, family.team_manager, "TEAM_MANAGER", since, None)
            self._write_involvement(child, family.reviewing_officer, "REVIEWING_OFFICER", since, None)

    def write_household(self, household: Household) -> None:
        """The carers' own dated facts: approval, and the last yearly review of the foster home."""
        approved = household.approved_on
        years = (self._as_of - approved).days // 365
        reviewed = approved + timedelta(days=365 * years - 7)
        self.write_event(household.source_id, "carer_household", CaseEvent("foster_carer_approved", approved))
        self.write_event(household.source_id, "carer_household", CaseEvent("foster_home_review_held", reviewed))

    def _write_person(self, child: Child, family: Family) -> None:
        school_age = not child.unborn and (self._as_of - child.born).days > 5 * 365
        self._sheets.add(
            "ssd_person",
            {
                "pers_person_id": child.source_id,
                "pers_forename": child.forename,
                "pers_surname": child.surname,
                "pers_sex": child.sex,
                "pers_ethnicity": child.ethnicity,
                "pers_dob": None if child.unborn else child.born,
                "pers_expected_dob": child.born if child.unborn else None,
                "pers_upn_unknown": None if school_age else "UN1",
                "pers_send_flag": "Y" if child.disability else "N",
                "pers_is_mother": "Y" if child.source_id == self._young_mother_id else "N",
            },
        )
        self._sheets.add(
            "ssd_family",
            {
                "fami_table_id": self._row_id("FM"),
                "fami_family_id": family.source_id,
                "fami_person_id": child.source_id,
            },
        )
        if child.disability:
            row = {"disa_person_id": child.source_id, "disa_table_id": self._row_id("DI")}
            self._sheets.add("ssd_disability", row | {"disa_disability_code": child.disability})

    def _write_addresses(self, child: Child, home: Home, family: Family, periods: tuple[Period, ...]) -> None:
        if child.unborn:
            return
        entered, ended = periods[-1].began, periods[-1].ended
        if family.mother and family.mother.address:
            # The mother's address is the child's own until the day of coming into care.
            self._write_address(child, "HOME", family.mother.address, child.born, entered)
        if home.household:
            self._write_address(child, "PLACEMENT", home.household.address, _settled_on(periods[-1]), ended)

    def _write_address(self, child: Child, kind: str, address: Address, start: date, end: date | None) -> None:
        parts = {
            "PAON": str(address.number),
            "STREET": f"{address.place} {address.kind}",
            "TOWN": TOWN,
            "POSTCODE": address.postcode,
        }
        self._sheets.add(
            "ssd_address",
            {
                "addr_table_id": self._row_id("AR"),
                "addr_address_json": json.dumps(parts),
                "addr_person_id": child.source_id,
                "addr_address_type": kind,
                "addr_address_start_date": start,
                "addr_address_end_date": end,
                "addr_address_postcode": address.postcode,
            },
        )

    def _write_involvements(self, child: Child, family: Family, periods: tuple[Period, ...]) -> None:
        began = periods[-1].began if periods else self._as_of - timedelta(days=20)
        ended = periods[-1].ended if periods else None
        if family.former_social_worker:
            handed_over = began + (self._as_of - began) // 2
            self._write_involvement(child, family.former_social_worker, "SOCIAL_WORKER", began, handed_over)
            self._write_involvement(child, family.social_worker, "SOCIAL_WORKER", handed_over, ended)
        else:
            self._write_involvement(child, family.social_worker, "SOCIAL_WORKER", began, ended)
        self._write_involvement(child, family.team_manager, "TEAM_MANAGER", began, ended)
        if periods:
            self._write_involvement(child, family.reviewing_officer, "REVIEWING_OFFICER", began, ended)

    def _write_involvement(self, child: Child, member: StaffMember, role: str, start: date, end: date | None) -> None:
        self._sheets.add(
            "ssd_involvements",
            {
                "invo_involvements_id": self._row_id("IN"),
                "invo_professional_id": member.source_id,
                "invo_professional_role_id": role,
                "invo_professional_team": member.team_id,
                "invo_involvement_start_date": start,
                "invo_involvement_end_date": end,
                "invo_worker_change_reason": "Change of team" if end else None,
                "invo_person_id": child.source_id,
                "invo_referral_id": f"RF{child.source_id}",
            },
        )

    def _write_period(self, child: Child, home: Home, family: Family, period: Period) -> None:
        cla_id = f"CL{child.source_id}{period.number}"
        starts = (period.began, *period.moves)
        ends = (*period.moves, period.ended)
        for index, (start, end) in enumerate(zip(starts, ends, strict=True)):
            current = index == len(starts) - 1
            here = home if current else Home(None, "U4", "PR4", home.postcode)
            placement_id = self._write_placement(child, here, cla_id, start, end, closes=current)
            self._write_episode(child, family, cla_id, placement_id, period, index, end)
        self._write_legal_status(child, family, period)
        for review in period.reviews:
            self._sheets.add(
                "ssd_cla_reviews",
                {
                    "clar_cla_review_id": self._row_id("RV"),
                    "clar_cla_id": cla_id,
                    "clar_cla_review_due_date": review.due,
                    "clar_cla_review_date": review.held,
                    "clar_cla_review_cancelled": "N",
                    "clar_cla_review_participation": review.participation,
                },
            )

    def _write_placement(
        self, child: Child, home: Home, cla_id: str, start: date, end: date | None, closes: bool
    ) -> str:
        placement_id = self._row_id("PL")
        self._sheets.add(
            "ssd_cla_placement",
            {
                "clap_cla_placement_id": placement_id,
                "clap_cla_placement_start_date": start,
                "clap_cla_placement_type": home.placement_type,
                "clap_cla_placement_distance": self._rng.randrange(5, 400) / 10,
                "clap_cla_id": cla_id,
                "clap_cla_placement_provider": home.provider,
                "clap_cla_placement_postcode": home.postcode,
                "clap_cla_placement_end_date": end,
                "clap_cla_placement_change_reason": None if closes else "CARPL",
                "clap_person_id": child.source_id,
            },
        )
        return placement_id

    def _write_episode(
        self,
        child: Child,
        family: Family,
        cla_id: str,
        placement_id: str,
        period: Period,
        index: int,
        end: date | None,
    ) -> None:
        leaves = index == len(period.moves) and end is not None
        last_review = max((review.held for review in period.reviews if review.held), default=None)
        self._sheets.add(
            "ssd_cla_episodes",
            {
                "clae_cla_episode_id": self._row_id("EP"),
                "clae_person_id": child.source_id,
                "clae_cla_episode_start_date": (period.began, *period.moves)[index],
                "clae_cla_episode_start_reason": "P" if index else "S",
                "clae_cla_primary_need_code": "N8" if family.unaccompanied else "N1",
                "clae_cla_episode_ceased_date": end,
                "clae_cla_episode_ceased_reason": ("E4A" if leaves else "X1") if end else None,
                "clae_cla_id": cla_id,
                "clae_referral_id": f"RF{child.source_id}",
                "clae_cla_placement_id": placement_id,
                "clae_entered_care_date": period.began,
                "clae_cla_last_iro_contact_date": last_review,
            },
        )

    def _write_legal_status(self, child: Child, family: Family, period: Period) -> None:
        steps = legal_steps(family, period, self._as_of)
        ends = [start for _, start in steps[1:]] + [period.ended]
        for (status, start), end in zip(steps, ends, strict=True):
            self._sheets.add(
                "ssd_legal_status",
                {
                    "lega_legal_status_id": self._row_id("LS"),
                    "lega_person_id": child.source_id,
                    "lega_legal_status": status,
                    "lega_legal_status_start_date": start,
                    "lega_legal_status_end_date": end,
                },
            )

    def _write_standing(self, child: Child, family: Family, home: Home, period: Period) -> None:
        if family.unaccompanied:
            self._sheets.add(
                "ssd_immigration_status",
                {
                    "immi_person_id": child.source_id,
                    "immi_immigration_status_id": self._row_id("IM"),
                    "immi_immigration_status": "UASC",
                    "immi_immigration_status_start_date": period.began,
                },
            )
        if family.stage is Stage.SETTLED:
            self._write_care_plan(child, period)
            self._write_permanence(child, family, home, period)
        if family.stage is Stage.LEFT and (self._as_of - child.born).days > 16 * 365:
            self._write_care_leaver(child, family)

    def _write_care_plan(self, child: Child, period: Period) -> None:
        plan = self._rng.choice(("LTFOST", "LTFOST", "RETURN6M", "SGOCAO", "ADOPT"))
        self._sheets.add(
            "ssd_cla_care_plan",
            {
                "lacp_table_id": self._row_id("CP"),
                "lacp_person_id": child.source_id,
                "lacp_cla_care_plan_start_date": period.began + timedelta(days=10),
                "lacp_cla_care_plan_json": json.dumps({plan: "Y"}),
            },
        )

    def _write_permanence(self, child: Child, family: Family, home: Home, period: Period) -> None:
        """An adoption plan for the youngest children; a long-term foster home has its date here too."""
        young = (self._as_of - child.born).days < 5 * 365 and (self._as_of - period.began).days > 300
        if not young or self._rng.random() > 0.4:
            return
        together = len(family.children) - 1 if len(set(family.homes)) == 1 else 0
        self._sheets.add(
            "ssd_permanence",
            {
                "perm_table_id": self._row_id("PM"),
                "perm_person_id": child.source_id,
                "perm_cla_id": f"CL{child.source_id}{period.number}",
                "perm_adm_decision_date": period.began + timedelta(days=170),
                "perm_placement_order_date": period.began + timedelta(days=200),
                "perm_matched_date": period.began + timedelta(days=270) if home.household else None,
                "perm_adopted_by_carer_flag": "N",
                "perm_part_of_sibling_group": "Y" if len(family.children) > 1 else "N",
                "perm_siblings_placed_together": together,
                "perm_siblings_placed_apart": len(family.children) - 1 - together,
                "perm_adoption_worker_id": family.social_worker.source_id,
            },
        )

    def _write_care_leaver(self, child: Child, family: Family) -> None:
        self._sheets.add(
            "ssd_care_leavers",
            {
                "clea_table_id": self._row_id("LV"),
                "clea_person_id": child.source_id,
                "clea_care_leaver_eligibility": "Relevant child",
                "clea_care_leaver_in_touch": "YES",
                "clea_care_leaver_latest_contact": self._as_of - timedelta(days=self._rng.randrange(3, 50)),
                "clea_care_leaver_allocated_team": family.team_manager.team_id,
                "clea_care_leaver_worker_id": family.social_worker.source_id,
            },
        )

    def _write_pre_proceedings(self, family: Family) -> None:
        decided = min(family.entered_on, self._as_of) - timedelta(days=60)
        for child in family.children:
            self._sheets.add(
                "ssd_pre_proceedings",
                {
                    "prep_table_id": self._row_id("PP"),
                    "prep_person_id": child.source_id,
                    "prep_plo_family_id": family.source_id,
                    "prep_pre_pro_decision_date": decided,
                    "prep_pre_pro_letter_date": decided + timedelta(days=5),
                    "prep_initial_pre_pro_meeting_date": decided + timedelta(days=14),
                    "prep_pre_pro_outcome": None if family.stage is Stage.UNBORN else "Issue proceedings",
                    "prep_prev_pre_proc_child": 0,
                    "prep_pre_pro_meetings_num": 1,
                    "prep_pre_pro_parents_legal_rep": "Y",
                },
            )


def _settled_on(period: Period) -> date:
    return period.moves[-1] if period.moves else period.began


def legal_steps(family: Family, period: Period, as_of: date) -> list[tuple[str, date]]:
    """Legal statuses (SSDA903 codes) of a period with the day each began: s20 first, an interim order, a
    full order."""
    steps = [("V2", period.began)]
    if in_proceedings(family):
        steps.append(("C1", period.began + timedelta(days=7)))
    elif ((period.ended or as_of) - period.began).days > 200 and not family.unaccompanied:
        steps += [("C1", period.began + timedelta(days=7)), ("C2", period.began + timedelta(days=180))]
    return steps


def legal_status_at(family: Family, period: Period, day: date) -> str:
    """The legal status on `day`, a day of the period."""
    return [status for status, began in legal_steps(family, period, day) if began <= day][-1]
