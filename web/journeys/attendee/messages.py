"""Every sentence of these pages, in one place: another language is another `Messages`. So far there is English alone.

Written for a reading age of nine: short words, short sentences, one thing in each.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from permanence.notifications.v1 import notification_pb2 as note


@dataclass(frozen=True)
class Messages:
    """What the pages say. `language`: as HTML's `lang` has it."""

    language: str = "en-GB"
    # The answer
    can_you_come: str = "Can you come to this meeting?"
    asked: str = "You are asked to come to a meeting."
    changes_nothing: str = "If you cannot come, please still tell us. The meeting is not called off because of it."
    thanks: str = "Thank you. We have your answer"
    you_said: str = "You said: {answer}."
    said_before: str = "You told us on {when}: {answer}. You can change it here."
    change_it: str = "Change your answer"
    what_next: str = "What you can do next"
    say_needs: str = "Tell us what you need"
    see_more: str = "See where it is and who else is asked"
    to_calendar: str = "Put the date in your calendar"
    calendar_hint: str = "Others who use your phone may see your calendar."
    answers: "Mapping[note.Answer.ValueType, str]" = field(
        default_factory=lambda: {
            note.ANSWER_ACCEPTED: "Yes, I can come",
            note.ANSWER_TENTATIVE: "I am not sure yet",
            note.ANSWER_DECLINED: "No, I cannot come",
        }
    )
    # What somebody needs
    needs_title: str = "What do you need so that you can take part?"
    needs_hint: str = "Tick all that you need. We will do our best, and ring you if we have to ask."
    needs_added: str = "What you told us before is kept, your language too. To change something, ring us."
    needs: "Mapping[note.Need.ValueType, str]" = field(
        default_factory=lambda: {
            note.NEED_INTERPRETER: "Somebody who speaks my language (an interpreter)",
            note.NEED_ADVOCATE: "Somebody to speak up for me (an advocate)",
            note.NEED_ACCESS: "Help to get in or to take part, such as a ramp or large print",
            note.NEED_REMOTE: "To join by video or telephone",
            note.NEED_SEPARATE_ARRIVAL: "To come in and wait away from other people",
            note.NEED_CALL_ME: "Please ring me",
        }
    )
    language_label: str = "Which language do you speak?"
    language_hint: str = "Only if you ticked that you need an interpreter"
    language_needed: str = "Write which language the interpreter should speak"
    language_letters: str = "Write the name of a language, such as Polish"
    interpreter_needed: str = "Tick that you need an interpreter, or leave the language empty"
    nothing_ticked: str = "Tick what you need"
    send_needs: str = "Send"
    needs_kept: str = "Thank you. We know what you need"
    needs_kept_text: str = "We pass it on to the people who arrange the meeting."
    # The code
    code_title: str = "We need to make sure it is you"
    code_why: str = "The rest is for you alone. We send you a code, and you type it in here."
    send_code: str = "Send me a code"
    code_by_email: str = "We are sending you an e-mail with a code. It can take a few minutes."
    code_by_text: str = "We are sending you a text message with a code. It can take a few minutes."
    code_spoken: str = "We cannot send you a code. Ring us, and we will read you one."
    code_label: str = "Your code"
    code_hint: str = "6 numbers. It works for 15 minutes."
    code_needed: str = "Type the 6 numbers of your code"
    code_wrong: str = "That is not the code. Look at it again, and type all 6 numbers"
    code_over: str = "That code does not work any more. Ask for a new one"
    check_code: str = "Go on"
    another_code: str = "Send me another code"
    # More
    more_title: str = "About your meeting"
    what: str = "What"
    when: str = "When"
    where: str = "Where"
    by_video: str = "By video"
    join: str = "Join the meeting by video"
    ask_how_to_join: str = "Ask us how to join"
    others: str = "Who else is asked"
    nobody_shown: str = "We do not show this"
    reference: str = "Reference"
    your_answer: str = "Your answer"
    no_answer: str = "You have not answered yet"
    your_needs: str = "What you need"
    no_needs: str = "You have not told us"
    change_needs: str = "Change what you need"
    back: str = "Back"
    # Ends
    closed_title: str = "This link does not work any more"
    closed_text: str = "It may be too old, or somebody has used it already. The meeting may be over."
    closed_do: str = "Press the button, and we send you a new link in the same way as before."
    new_link: str = "Send me a new link"
    link_title: str = "A new link may be on its way"
    link_text: str = (
        "If the link was yours, we send you a new one in the same way as before. It can take a few minutes."
    )
    link_not: str = "If nothing comes, ring us. If you used the link just now, you can also ask again in half an hour."
    off_title: str = "This meeting is off"
    off_text: str = "You do not need to come. You do not need to do anything."
    changing_title: str = "This meeting is being changed"
    changing_text: str = "We will tell you when we know more. You do not need to do anything now."
    later_title: str = "Try again in a few minutes"
    later_text: str = "This page cannot be shown just now."
    later_again: str = "Open this page again"
    later_kept: str = (
        "We could not send this just now. It is kept on this page. Wait a few minutes, then press the button."
    )
    send_again: str = "Send it again"
    exit_page: str = "Exit this page"


ENGLISH = Messages()
