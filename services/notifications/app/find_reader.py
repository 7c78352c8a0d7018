"""Who reads what is written about something that waits, and by which safe way: looked up when it is to go."""

from dataclasses import replace

from rulebook.counting import london_date
from servicekit.caller import Caller
from services.notifications.app.chaser_ports import ChaserDesk
from services.notifications.app.ports import Outside
from services.notifications.domain.chaser import BUSINESS_SUPPORT, LEFT, NO_MAILBOX, Chaser
from services.notifications.domain.chaser_message import Reader
from services.notifications.domain.plain_message import address_by
from services.notifications.domain.route import NO_MAIL, Route, held_until, mail_route, plain_choice
from services.notifications.domain.sure_address import doubt_about_contact


async def find_reader(desk: ChaserDesk, caller: Caller, outside: Outside, chaser: Chaser) -> Reader | str:
    """The person, or business support's mailbox where only a role is known; why nobody, in words.

    Raises Unavailable; RemoteRefusal where cases does not know of it any more.
    """
    outside = outside if outside.mail else replace(outside, sender=replace(outside.sender, mail_from=""))
    person = chaser.person or await _who_has_the_role(desk, caller, chaser)
    if not person:
        return _mailbox(outside, desk.mailboxes.get(caller.council_id, ""))
    found = await desk.desk.people.around(caller, sorted(set(chaser.subjects)), [person])
    recipient = next((one for one in found.recipients if one.person == person), None)
    if recipient is None:
        # Nobody takes the place of whoever was chased by name; that a chair has left is business support's to see to.
        return LEFT if chaser.person else _mailbox(outside, desk.mailboxes.get(caller.council_id, ""))
    choice = plain_choice(recipient, chaser.role, outside.sender)
    async with desk.desk.begin(caller) as unit:
        now = unit.now()
    trouble = choice.trouble or doubt_about_contact(recipient, london_date(now))
    if trouble:
        return trouble
    address, held = address_by(choice.route, recipient), held_until(choice.route, recipient, now)
    return Reader(person, choice.route, address, recipient.staff, recipient.protected, found.subject_strings, held)


async def _who_has_the_role(desk: ChaserDesk, caller: Caller, chaser: Chaser) -> str:
    """Of those who were asked to the meeting; empty where nobody has the role, or several have."""
    if not chaser.meeting or chaser.role == BUSINESS_SUPPORT:
        return ""
    meeting = await desk.desk.meetings.meeting(caller, chaser.meeting)
    people = {one.person for one in meeting.invitees if one.role == chaser.role} if meeting else set()
    return next(iter(people)) if len(people) == 1 else ""


def _mailbox(outside: Outside, address: str) -> Reader | str:
    if not address:
        return NO_MAILBOX
    route = mail_route(outside.sender)
    return NO_MAIL if route is Route.NONE else Reader("", route, address)
