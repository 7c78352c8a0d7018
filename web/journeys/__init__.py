"""What people do on the site, a folder each: `routes`, `forms`, `presenters`, `templates`."""

from web.journeys import (
    arrange,
    clocks,
    day,
    front,
    meeting,
    minutes,
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
    front,
    meeting,
    minutes,
    outcome,
    release,
    returns,
    scorecard,
    sign_in,
    sittings,
    to_arrange,
    tracker,
)
