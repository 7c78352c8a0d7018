"""The one place where SQL decides whether a caller may know of a subject."""

from services.cases.app.sight import Sight


def seen(sight: Sight, today: object) -> list[object]:
    """The six parameters of `seen_sql`: the policy's four answers, the caller, the day."""
    return [*sight.flags, sight.principal_id, today]


def seen_sql(subject: str, first: int) -> str:
    """A condition on the alias of a subject row; its parameters begin at `first`."""
    normal, normal_related, hidden, hidden_related, principal, day = (f"${first + step}" for step in range(6))
    # Looked at last: it costs most, and so it is asked only of those that near_to, asked once, does not rule out.
    near = f"{subject}.id in (select n.subject_id from near_to({principal}::text) n)"
    related = f"({subject}.kind = 'body' or ({near} and is_related({subject}.id, {principal}::text, {day}::date)))"
    return (
        f"((not {subject}.restricted and {normal}::boolean) or ({subject}.restricted and {hidden}::boolean)"
        f" or (((not {subject}.restricted and {normal_related}::boolean)"
        f" or ({subject}.restricted and {hidden_related}::boolean)) and {related}))"
    )
