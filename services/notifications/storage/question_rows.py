"""SQL of date questions."""

import asyncpg

from servicekit.postgres import ScopedTransaction
from services.notifications.domain.date_question import DateQuestion, QuestionMail, QuestionState
from services.notifications.storage.records import upsert

_COLUMNS = "id, offer, person, state, trouble, sent_at, in_doubt, mail_key, made_at, address, subject_line, body_text"
_PUT = upsert("date_question", _COLUMNS, ["id"])


class Questions:
    """`date_question`."""

    def __init__(self, tx: ScopedTransaction) -> None:
        self._tx = tx

    async def of_offer(self, offer: str) -> list[DateQuestion]:
        """In the order in which they were asked."""
        rows = await self._tx.fetch(f"select {_COLUMNS} from date_question where offer = $1 order by id", offer)
        return [_question(row) for row in rows]

    async def put(self, question: DateQuestion) -> None:
        """Add or replace."""
        mail = question.outgoing
        await self._tx.execute(
            _PUT,
            self._tx.council_id,
            question.id,
            question.offer,
            question.person,
            question.state.value,
            question.trouble,
            question.sent_at,
            question.in_doubt,
            *((mail.key, mail.made_at, mail.address, mail.subject_line, mail.body_text) if mail else [None] * 5),
        )


def _question(row: asyncpg.Record) -> DateQuestion:
    mail = None
    if row["mail_key"]:
        mail = QuestionMail(row["mail_key"], row["made_at"], row["address"], row["subject_line"], row["body_text"])
    return DateQuestion(
        row["id"],
        row["offer"],
        row["person"],
        QuestionState(row["state"]),
        row["trouble"],
        row["sent_at"],
        mail,
        row["in_doubt"],
    )
