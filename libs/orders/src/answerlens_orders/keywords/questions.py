"""Where a keyword's figures begin: the questions of its bank, and the questions of people they were written from."""

from typing import Annotated, Final, NamedTuple

from pydantic import Field

from answerlens_common.contracts.origins import QuestionOrigin
from answerlens_common.db import Database
from answerlens_common.errors import NotFoundError
from answerlens_orders.accounts.heavy import HeavyWork
from answerlens_orders.accounts.store import User
from answerlens_orders.brands.naming import branded
from answerlens_orders.keywords import questions_store as store
from answerlens_orders.keywords.questions_store import StoredQuestion
from answerlens_orders.keywords.views import Question, Questions
from answerlens_orders.paging import BadCursorError, RowId, after, cursor_of

BankVersion = Annotated[int, Field(ge=1, lt=2**31)]
BEGINNING: Final = (-1, 0)


class Key(NamedTuple):
    """The last question of a page."""

    version: BankVersion
    cluster_id: Annotated[int, Field(ge=0, lt=2**15)]
    id: RowId


async def list_questions(
    db: Database, heavy: HeavyWork, user: User, keyword: str, *, version: int | None, limit: int, cursor: str | None
) -> Questions:
    """One page of the questions of a bank: of the newest that the user's days were measured with by default.

    Raises:
        NotFoundError: the user has no order on the keyword, or no day that was measured with this bank.
        BadCursorError: the cursor is of another bank, or of another list.
    """
    of = f"questions {keyword}"
    last = after(cursor, of, Key)
    if version and last and version != last.version:
        raise BadCursorError(why=f"is of version {last.version}")
    # a bank that is finished while a client reads does not change what the next page is of
    wanted = last.version if last else version
    async with db.transaction() as tx:
        ordered = await store.brands(tx, user, keyword)
        banks = await store.banks(tx, user, keyword)
        bank = next((bank for bank in banks if wanted in {None, bank.version}), None)
        if bank is None:
            which = "" if wanted is None else f" with bank version {wanted}"
            detail = f"no measurement of yours on {keyword} has been completed{which}"
            raise NotFoundError(detail)
        begin = (last.cluster_id, last.id) if last else BEGINNING
        rows = await store.page(tx, keyword, bank.version, begin, limit + 1)
    shown = rows[:limit]
    named = await heavy.run(user.id, branded, keyword, ordered, [row.question for row in shown])
    following = Key(bank.version, shown[-1].cluster_id, shown[-1].id) if len(rows) > limit else None
    return Questions(
        items=[_question(row, branded=names) for row, names in zip(shown, named, strict=True)],
        next=cursor_of(of, following) if following else None,
        keyword=keyword,
        version=bank.version,
        built_date=bank.built_date,
        left_over=bank.left_over,
        origins={origin: bank.origins[origin] for origin in QuestionOrigin if origin in bank.origins},
        versions=[bank.version for bank in banks],
    )


def _question(row: StoredQuestion, *, branded: bool) -> Question:
    origins = [QuestionOrigin(origin) for origin in row.source_origins]
    synthetic = bool(origins) and all(origin.is_synthetic for origin in origins)
    return Question(**{**vars(row), "source_origins": origins}, synthetic=synthetic, branded=branded)
