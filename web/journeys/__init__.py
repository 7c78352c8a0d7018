"""What people do on the site, a folder each: `routes`, `forms`, `presenters`, `templates`."""

from web.journeys import clocks, front, meeting, sign_in, to_arrange

ALL = (clocks, front, meeting, sign_in, to_arrange)
