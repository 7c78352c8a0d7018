"""Which parts of the site belong to which role. The services decide; this only spares people doors that are locked."""

from dataclasses import dataclass

from servicekit.caller import Caller

ARRANGERS = frozenset({"business-support", "business-support-manager", "team-manager"})
PREPARERS = frozenset({"business-support", "business-support-manager", "team-manager", "panel-chair"})
RELEASERS = PREPARERS
# Who books the sittings of a panel for a time ahead.
SITTING_PLANNERS = frozenset({"business-support", "business-support-manager"})
CHAIRS = frozenset({"panel-chair", "business-support", "business-support-manager"})
# Who may accept, with a reason, that a date is missed.
ACCEPTERS = frozenset({"business-support-manager", "team-manager"})
# Who may say that a clock need not be met: the council's own clocks, and the law's.
WAIVERS_OF_OURS = frozenset({"business-support-manager", "team-manager", "reviewing-officer"})
WAIVERS_OF_THE_LAWS = frozenset({"reviewing-officer"})
# Who records what happened, and puts it right.
RECORDERS = frozenset({"business-support", "business-support-manager", "social-worker", "team-manager"})
# Who answers for cases, and so confirms the dates that moved by themselves.
CONFIRMERS = frozenset({"business-support-manager", "team-manager"})
# Who decides about what was changed in Outlook.
OUTLOOK_DECIDERS = ARRANGERS
# Who keeps the list of a panel's members, and who lets a member take part in spite of a conflict of interest.
LIST_KEEPERS = frozenset({"business-support-manager", "panel-chair"})
CONFLICT_SETTLERS = frozenset({"panel-chair"})
# Who brings papers for a panel, and who may read and release what is restricted.
PAPER_BRINGERS = CHAIRS | frozenset({"social-worker", "team-manager", "reviewing-officer"})
RESTRICTED_READERS = frozenset({"panel-chair", "business-support-manager"})
# Who refers somebody to a panel or for a conference, and who gives a referral back for more.
REFERRERS = RECORDERS | frozenset({"reviewing-officer"})
REFERRAL_RETURNERS = CHAIRS
LOOKERS = frozenset({"team-manager", "reviewing-officer"})
MINUTE_TAKERS = frozenset({"business-support", "business-support-manager", "team-manager", "panel-chair"})
# Who adds to signed minutes and sends them out; who signs after the chair; whom legal advice is given to.
MINUTE_ADDERS = MINUTE_TAKERS | frozenset({"reviewing-officer"})
SERVICE_MANAGERS = frozenset({"service-manager"})
LEGAL_CLIENTS = frozenset({"legal-adviser", "service-manager", "team-manager", "social-worker"})
# Who works with cases: meetings, minutes and finding a case by its number.
CASE_STAFF = ARRANGERS | PREPARERS | LOOKERS | SERVICE_MANAGERS | frozenset({"social-worker"})
COUNTERS = frozenset({"performance-officer", "business-support-manager"})
# Who plans with chairs' and rooms' time; arrangers see what stands behind it, and colleagues' diaries.
PLANNERS = ARRANGERS | COUNTERS
# Who keeps colleagues' hours and absences.
TIME_KEEPERS = frozenset({"business-support", "business-support-manager"})
# Who ends the private feeds of whoever leaves.
FEED_ENDERS = frozenset({"business-support-manager"})
# Who sees figures: whoever counts, of all cases; the others of those they may know of.
FIGURE_READERS = COUNTERS | LOOKERS | frozenset({"panel-chair"})
# Who sees how what leaves is doing and may stop it; and who moves it on.
SENDING_WATCHERS = frozenset({"business-support-manager", "team-manager"})
SENDING_STARTERS = frozenset({"business-support-manager"})
# Who decides after a panel has recommended.
DECIDERS = frozenset({"agency-decision-maker"})
# Who records answers to a determination, and that people were told.
ANSWER_RECORDERS = ARRANGERS | DECIDERS | frozenset({"social-worker"})
# Who chases others for what they are to do.
CHASERS = PREPARERS | frozenset({"reviewing-officer"})
# Who says that a meeting recommended another plan.
PLAN_RECOMMENDERS = PREPARERS | frozenset({"reviewing-officer"})
ESCALATORS = frozenset({"reviewing-officer"})
ESCALATION_READERS = LOOKERS | DECIDERS | frozenset({"business-support-manager", "panel-chair"})
EVERYBODY = CASE_STAFF | COUNTERS | DECIDERS


@dataclass(frozen=True)
class Door:
    """One entry of the navigation."""

    path: str
    text: str
    roles: frozenset[str]


DOORS = (
    Door("/to-arrange", "To arrange", ARRANGERS | frozenset({"reviewing-officer"})),
    Door("/meetings", "Meetings", CASE_STAFF),
    Door("/sittings", "Panels", CHAIRS | LOOKERS | frozenset({"social-worker"})),
    Door("/referrals", "Referrals", REFERRERS | CHAIRS),
    Door("/minutes", "Minutes", CASE_STAFF | DECIDERS),
    Door("/decisions", "Decisions", CASE_STAFF | DECIDERS),
    Door("/actions", "Actions", CASE_STAFF | DECIDERS),
    Door("/escalations", "Escalations", ESCALATION_READERS),
    Door("/days", "Tomorrow's list", CASE_STAFF),
    Door("/diary", "My diary", CASE_STAFF | COUNTERS),
    Door("/capacity", "Capacity", PLANNERS),
    Door("/moved-dates", "Moved dates", CONFIRMERS),
    Door("/integration", "Sending", SENDING_WATCHERS),
    Door("/outlook-changes", "Changed in Outlook", OUTLOOK_DECIDERS),
    Door("/tracker", "Tracker", CASE_STAFF | COUNTERS),
    Door("/scorecard", "Scorecard", FIGURE_READERS),
    Door("/returns", "Returns", COUNTERS),
)


def doors_for(caller: Caller) -> tuple[Door, ...]:
    """The entries that this person can use."""
    return tuple(door for door in DOORS if door.roles & caller.roles)


def may(caller: Caller, roles: frozenset[str]) -> bool:
    """Whether one of the caller's roles is among these."""
    return bool(roles & caller.roles)
