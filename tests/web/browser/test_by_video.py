"""Joining by video: said where a meeting is arranged, seen on its page and in its messages, and ended."""

import pytest

from tests.web.browser.backstage import Backstage
from tests.web.browser.steps import given, then, when
from tests.web.browser.visitor import MODES, Mode, Visitors


@pytest.mark.parametrize("mode", MODES)
def test_people_can_also_join_by_video_until_somebody_ends_it(
    visitor: Visitors, backstage: Backstage, mode: Mode
) -> None:
    given("a meeting that is being arranged, its time chosen already")
    draft = backstage.ready(backstage.case())
    officer = visitor("business-support", mode)
    officer.open(f"{draft}/people")
    when("they say that people can also join by video")
    officer.tick("People can also join by video (Teams)")
    officer.press("Use these people and go on")
    then("the time stays, and it stands among what is to be booked")
    assert officer.heading.endswith("Check and book")
    officer.says("By video", "People can also join by video")
    officer.picture("by-video-check")
    officer.press("Book this meeting")
    path = officer.path
    backstage.told(path)
    officer.open(path)
    then("once everybody is told, the page says that there is a link, and not which")
    officer.says("There is a joining link. It stands in the messages to those who may have it.")
    officer.says_not("https://teams")
    officer.press("Look at the messages")
    then("the messages show it to those who may check them")
    officer.says("By video: https://teams.example.invalid/")
    when("it is to be held in the room alone")
    officer.open(path)
    officer.follow("Change whether people can join by video")
    officer.says("The joining link ends.", "The time and the place stay.", "will be told.")
    officer.picture("by-video-end")
    officer.press("End joining by video")
    then("it is")
    assert officer.done == "People can no longer join by video"
    assert not backstage.meeting(path).held_by_video
    when("they change their mind")
    officer.follow("Change whether people can join by video")
    officer.press("Let people join by video")
    assert officer.done == "People can join by video from now on" and backstage.meeting(path).held_by_video
