"""Reading a request to send, as strictly as GOV.UK Notify does."""

import re
from dataclasses import dataclass
from datetime import datetime

from emulators.notify.account import TEMPLATES
from emulators.notify.errors import NotifyError, bad_request, not_valid
from emulators.notify.messages import Message, new_message, plain_number

_FIELDS = {"sms": "phone_number", "email": "email_address"}
_MAY_HAVE = {"template_id", "personalisation", "reference", "sms_sender_id", "email_reply_to_id"}
_NUMBER = re.compile(r"07\d{9}|\+[1-9]\d{7,14}")
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_POSTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}", re.IGNORECASE)
_PLACE = re.compile(r"\(\((\w+)\)\)")
_MOST_SIGNS, _LEAST_LINES, _MOST_LINES = 918, 3, 7


@dataclass(frozen=True)
class Trial:
    """A service in trial mode reaches its team only, and sends no letters."""

    on: bool = False
    team: frozenset[str] = frozenset()


def read_message(kind: str, body: object, trial: Trial, now: datetime) -> Message:
    """The message that is asked for. NotifyError."""
    if not isinstance(body, dict):
        raise not_valid("Invalid JSON supplied in POST data")
    field = _FIELDS.get(kind)
    unknown = sorted(set(body) - _MAY_HAVE - ({field} if field else set()))
    if unknown:
        raise not_valid(f"Additional properties are not allowed ({', '.join(unknown)} was unexpected)")
    personal = body.get("personalisation") or {}
    filled = _filled(kind, str(body.get("template_id")), personal)
    to = _letter_lines(personal) if field is None else _recipient(field, body.get(field))
    if trial.on and (field is None or plain_number(to[0]) not in trial.team):
        raise _in_trial(field)
    reference = body.get("reference")
    return new_message(kind, to, str(reference) if reference is not None else None, filled, now)


def _filled(kind: str, template_id: str, personal: dict[str, object]) -> tuple[str, str | None, str]:
    template = TEMPLATES.get(template_id)
    if template is None:
        raise bad_request("Template not found")
    template_kind, subject, text = template
    if template_kind != kind:
        raise bad_request(f"{template_kind} template is not suitable for {kind} notification")
    missing = sorted({name for name in _PLACE.findall(f"{subject or ''} {text}") if name not in personal})
    if missing:
        raise bad_request(f"Missing personalisation: {', '.join(missing)}")
    body = _fill(text, personal)
    if kind == "sms" and len(body) > _MOST_SIGNS:
        raise bad_request(f"Text messages cannot be longer than {_MOST_SIGNS} characters")
    return template_id, _fill(subject, personal) if subject else None, body


def _fill(text: str, personal: dict[str, object]) -> str:
    return _PLACE.sub(lambda place: str(personal[place[1]]), text)


def _recipient(field: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, str):
        raise not_valid(f"{field} is a required property")
    usable = _NUMBER.fullmatch(plain_number(value)) if field == "phone_number" else _ADDRESS.fullmatch(value)
    if not usable:
        raise not_valid(f"{field} Not a valid {field.replace('_', ' ')}")
    return (value,)


def _letter_lines(personal: dict[str, object]) -> tuple[str, ...]:
    named = [personal.get(f"address_line_{number}") for number in range(1, _MOST_LINES + 1)]
    lines = tuple(str(line).strip() for line in (*named, personal.get("postcode")) if str(line or "").strip())
    if len(lines) < _LEAST_LINES:
        raise not_valid(f"Address must be at least {_LEAST_LINES} lines")
    if len(lines) > _MOST_LINES:
        raise not_valid(f"Address must be no more than {_MOST_LINES} lines")
    if not _POSTCODE.fullmatch(lines[-1]):
        raise not_valid("Last line of address must be a real UK postcode or another country")
    return lines


def _in_trial(field: str | None) -> NotifyError:
    if field is None:
        return bad_request("Cannot send letters when service is in trial mode")
    return bad_request("Can’t send to this recipient when service is in trial mode")
