"""What people do on the site, a folder each: `routes`, `forms`, `presenters`, `templates`."""

from web.journeys import front, sign_in, to_arrange

ALL = (front, sign_in, to_arrange)
