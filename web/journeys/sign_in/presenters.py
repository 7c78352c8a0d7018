"""What a form does that was kept, in words: whoever sends it after all must know, whatever they typed."""

import re

# By the end of the form's path; the first that fits.
_DOES = (
    (r"/cancel", "cancel a meeting"),
    (r"/move(/check)?", "move a meeting"),
    (r"/meetings/[^/]+/video", "say whether people can join a meeting by video"),
    (r"/held", "record that a meeting was held"),
    (r"/answers/[^/]+", "record somebody's answer"),
    (r"/release", "release invitations"),
    (r"/sittings/[^/]+/papers/add", "add a paper"),
    (r"/sittings/[^/]+/papers/[^/]+/withdraw", "take a paper back"),
    (r"/sittings/[^/]+/papers/send-out", "send an agenda out"),
    (r"/sittings/[^/]+/papers/release", "release an agenda pack"),
    (r"/items/[^/]+/put-off", "put an item off to the next sitting"),
    (r"/items/[^/]+/people", "say who comes for an item"),
    (r"/order", "put an agenda into another order"),
    (r"/outcome", "record what a panel settled"),
    (r"/minutes/[^/]+/sign", "sign minutes as chair"),
    (r"/minutes/[^/]+/forms/[^/]+", "save a form of minutes"),
    (r"/minutes/[^/]+/add", "add to signed minutes"),
    (r"/minutes/[^/]+/manager", "sign minutes as service manager"),
    (r"/minutes/[^/]+/distribution/[^/]+", "record that minutes were sent out"),
    (r"/minutes/[^/]+/advice", "add legal advice"),
    (r"/minutes/[^/]+", "save a draft of minutes"),
    (r"/drafts", "begin to arrange a meeting"),
    (r"/drafts/[^/]+/check", "book a meeting"),
    (r"/drafts/[^/]+/hold", "hold a time, or let it go"),
    (r"/meetings/[^/]+/confirmations", "record whether somebody has confirmed that they will come"),
    (r"/meetings/[^/]+/outlook-changes/[^/]+", "decide about a change that was made in Outlook"),
    (r"/drafts/[^/]+/give-up", "give up an arrangement"),
    (r"/drafts/[^/]+/offer", "keep dates and have people asked about them"),
    (r"/date-offers/[^/]+/take/[^/]+", "take an offered date and book the meeting"),
    (r"/date-offers/[^/]+/withdraw", "withdraw the dates offered"),
    (r"/answer/[^/]+", "answer about dates"),
    (r"/invitation/[^/]+/needs", "say what you need at a meeting"),
    (r"/invitation/[^/]+/(code|more)", "show who you are"),
    (r"/invitation/[^/]+/new-link", "ask for a new link"),
    (r"/invitation/[^/]+", "answer an invitation"),
    (r"/drafts/[^/]+(/[a-z]+)?", "go on with arranging a meeting"),
    (r"/clocks/[^/]+/waive", "say that a clock need not be met"),
    (r"/clocks/[^/]+/restore", "let a waived clock run again"),
    (r"/facts/new", "record what happened"),
    (r"/facts/[^/]+/correct", "put the day of a fact right"),
    (r"/facts/[^/]+/withdraw", "withdraw a fact"),
    (r"/bulk-moves/new", "look for new times for many meetings"),
    (r"/bulk-moves/[^/]+/take-back", "take back that many meetings are moved"),
    (r"/bulk-moves/[^/]+", "move many meetings"),
    (r"/moved-dates", "confirm that dates have moved"),
    (r"/diary/feeds", "make a private address of your diary"),
    (r"/diary/feeds/[^/]+/end", "end a private address of a diary"),
    (r"/diary/hours/most", "say how many meetings somebody chairs on a day"),
    (r"/diary/hours/(change|remove)", "change when somebody works"),
    (r"/diary/hours/away(/[^/]+/withdraw)?", "record an absence, or take it back"),
    (r"/live/adjourn", "adjourn a sitting"),
    (r"/live/resume", "resume a sitting"),
    (r"/in-writing/[^/]+/[^/]+/[^/]+", "ask a panel's members in writing"),
    (r"/in-writing/[^/]+/[^/]+/[^/]+/answers", "note what a member answered in writing"),
    (r"/in-writing/[^/]+/[^/]+/[^/]+/settle", "record what a panel settled in writing"),
    (r"/live/[^/]+/begin", "say that an item of a sitting begins"),
    (r"/live/[^/]+/[^/]+/[^/]+", "write on a run sheet, and record what a panel settled if you pressed Record"),
    (r"/sittings/plan", "look at the days of a panel's sittings"),
    (r"/sittings/plan/book", "book the sittings of a panel"),
    (r"/bodies/[^/]+/members/new", "put somebody on the list of a panel"),
    (r"/bodies/[^/]+/members/[^/]+/roles", "change as what somebody sits on a panel"),
    (r"/bodies/[^/]+/members/[^/]+/end", "end a membership of a panel"),
    (r"/sittings/[^/]+/members", "record whether a member comes to a sitting"),
    (r"/items/[^/]+/conflict", "declare a conflict of interest"),
    (r"/items/[^/]+/conflict/[^/]+/[^/]+/aside", "set a conflict of interest aside"),
    (r"/integration/stop", "stop everything that leaves for the council"),
    (r"/integration/start", "start sending again"),
    (r"/integration", "try again what could not be sent, or give it up"),
    (r"/plan-change/[^/]+", "ask for an early review because another plan is recommended"),
    (r"/decisions/[^/]+", "record a decision on what a panel recommended"),
    (r"/decisions/[^/]+/answer", "record an answer to a notice"),
    (r"/decisions/[^/]+/advice", "record what an independent review recommends"),
    (r"/decisions/[^/]+/told/[^/]+", "record that somebody was told a decision"),
    (r"/actions", "chase whoever has actions that are due"),
    (r"/actions/[^/]+", "record what has become of an action"),
    (r"/actions/[^/]+/owner", "give an action to somebody else"),
    (r"/children/[^/]+/escalate", "take a child's matter further"),
    (r"/escalations/[^/]+", "take an escalation on, or close it"),
    (r"/refer", "begin a referral"),
    (r"/referrals/[^/]+/papers/add", "add a paper"),
    (r"/referrals/[^/]+/papers/[^/]+/withdraw", "take a paper back"),
    (r"/referrals/[^/]+/withdraw", "withdraw a referral"),
    (r"/referrals/[^/]+/return", "return a referral for more"),
    (r"/referrals/[^/]+/parts/[^/]+", "save a part of a referral"),
    (r"/referrals/[^/]+", "submit a referral"),
    (r"/find", "find a case by its number"),
)
_ABOUT = re.compile(
    r"/(decisions|actions|escalations|meetings|bulk-moves|date-offers|minutes|drafts|referrals|sittings|children|sibling-groups|carer-households|bodies)/[0-9a-f-]{36}"
)


def does(path: str) -> str:
    """What sending a form to this path does."""
    plain = path.partition("?")[0]
    return next((words for end, words in _DOES if re.search(f"{end}$", plain)), "send what is shown below")


def about(path: str) -> str:
    """The page of what the form is about; empty where it is about nothing that has one."""
    found = _ABOUT.match(path)
    return found[0] if found else ""
