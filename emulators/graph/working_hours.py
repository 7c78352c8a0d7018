"""The working hours that getSchedule tells of some mailboxes."""

from emulators.directory import Mailbox
from emulators.graph.drills import Drill, Drills

# London's rules, as a mailbox tells them whose owner once chose a zone of their own making.
_CUSTOM_ZONE: dict[str, object] = {
    "@odata.type": "#microsoft.graph.customTimeZone",
    "name": "Customized Time Zone",
    "bias": 0,
    "standardOffset": {"time": "02:00:00.0000000", "dayOccurrence": 5, "dayOfWeek": "sunday", "month": 10, "year": 0},
    "daylightOffset": {
        "daylightBias": -60,
        "time": "01:00:00.0000000",
        "dayOccurrence": 5,
        "dayOfWeek": "sunday",
        "month": 3,
        "year": 0,
    },
}
_NAMED_ZONE: dict[str, object] = {"@odata.type": "#microsoft.graph.timeZoneBase", "name": "GMT Standard Time"}


def working_hours(mailbox: Mailbox, drills: Drills) -> dict[str, object]:
    """The field `workingHours`, or nothing at all for a mailbox of which none are told."""
    if not mailbox.working_hours and Drill.WORKING_HOURS_FOR_ALL not in drills:
        return {}
    custom = mailbox.custom_zone and Drill.WORKING_HOURS_IN_A_NAMED_ZONE not in drills
    hours = {
        "daysOfWeek": ["monday", "tuesday", "wednesday", "thursday", "friday"],
        "startTime": "09:00:00.0000000",
        "endTime": "17:00:00.0000000",
        "timeZone": _CUSTOM_ZONE if custom else _NAMED_ZONE,
    }
    return {"workingHours": hours}
