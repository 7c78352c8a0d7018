"""The emulated service's key and templates, which whoever uses it has to know."""

API_KEY = "emulator-44444444-4444-4444-8444-444444444444-55555555-5555-4555-8555-555555555555"
TEMPLATES = {
    "11111111-1111-4111-8111-111111111111": ("sms", None, "((message))"),
    "22222222-2222-4222-8222-222222222222": ("email", "((subject))", "((message))"),
    "33333333-3333-4333-8333-333333333333": ("letter", "((subject))", "((message))"),
}
"""Type, subject and body by id."""


def template_of(kind: str) -> str:
    """The id of the template for `sms`, `email` or `letter`."""
    return next(key for key, (of, _, _) in TEMPLATES.items() if of == kind)
