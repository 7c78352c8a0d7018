"""What people do on the site, a folder each: `routes`, `forms`, `presenters`, `templates`."""

from web.journeys import arrange, clocks, day, front, meeting, minutes, outcome, release, sign_in, sittings, to_arrange

ALL = (arrange, clocks, day, front, meeting, minutes, outcome, release, sign_in, sittings, to_arrange)
