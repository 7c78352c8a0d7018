"""The main job, as a council would live it: from its own data to an invitation in Outlook and a decision on record."""

from cli.demo.acts.book_meeting import book_meeting
from cli.demo.acts.bring_in_data import bring_in_data
from cli.demo.acts.change_meeting import cancel_another, chair_declines, move_meeting
from cli.demo.acts.chase_actions import chase_actions
from cli.demo.acts.hold_meetings import hold_meetings
from cli.demo.acts.name_members import name_members
from cli.demo.acts.plan_sittings import plan_sittings, refer_children
from cli.demo.acts.sit_panels import sit_panels
from cli.demo.acts.tell_people import release_invitations
from cli.demo.acts.work_out_clocks import work_out_clocks
from cli.demo.narrate import Narrator
from cli.demo.outlook import Outlook
from cli.demo.people import People, Services
from cli.demo.playbill import Playbill
from cli.demo.scene import Scene
from cli.demo.stage import Stage


async def play_story(
    stage: Stage, bill: Playbill, services: Services, people: People, others: list[People], narrator: Narrator
) -> None:
    """Play every act in order. Refused or Failure where one cannot be played."""
    organiser = bill.councils[0].organiser
    outlook = Outlook(stage.outside.authority, stage.places.microsoft / "ca.pem", bill.tenant_id, organiser)
    scene = Scene(stage, bill, services, people, others, narrator, outlook, bill.begins)
    await bring_in_data(scene)
    await work_out_clocks(scene)
    await plan_sittings(scene)
    await refer_children(scene)
    await name_members(scene)
    await book_meeting(scene)
    await release_invitations(scene)
    await chair_declines(scene)
    await move_meeting(scene)
    await cancel_another(scene)
    await sit_panels(scene)
    await hold_meetings(scene)
    await chase_actions(scene)
