"""What people do on the site, a folder each: `routes`, `forms`, `presenters`, `templates`."""

from web.journeys import (
    arrange,
    clocks,
    day,
    facts,
    front,
    meeting,
    minutes,
    moved_dates,
    outcome,
    release,
    returns,
    scorecard,
    sign_in,
    sittings,
    to_arrange,
    tracker,
)

ALL = (
    arrange,
    clocks,
    day,
    facts,
    front,
    meeting,
    minutes,
    moved_dates,
    outcome,
    release,
    returns,
    scorecard,
    sign_in,
    sittings,
    to_arrange,
    tracker,
)
