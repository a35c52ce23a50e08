"""An admin's list of questions about a keyword: a source of the bank that all orders on the keyword share."""

import datetime as dt
from typing import Final

from answerlens_common.db import Database
from answerlens_common.db.database import Transaction
from answerlens_common.errors import FieldFault, NotFoundError, RefusedError
from answerlens_orders.accounts.heavy import HeavyWork
from answerlens_orders.accounts.store import User
from answerlens_orders.keywords import list_store as store
from answerlens_orders.keywords.list_checking import check_rows, refuse
from answerlens_orders.keywords.list_form import ListForm
from answerlens_orders.keywords.list_reading import UnreadableList, read_list
from answerlens_orders.keywords.list_views import ListedQuestion, ListRefusal, ListRemoved, ListTaken
from answerlens_orders.paging import Page, RowId, after, cursor_of
from answerlens_orders.settings import OrdersSettings

MOST_QUESTIONS: Final = 100
"""On a list: a search takes no more."""
MOST_REASONS: Final = 1_000


async def add_questions(
    db: Database, heavy: HeavyWork, settings: OrdersSettings, admin: User, keyword: str, form: ListForm
) -> ListTaken:
    """Put questions on a keyword's list, row by row; the same list, sent again, changes nothing.

    Raises:
        RefusedError: what was sent cannot be read at all.
    """
    ((name, content),) = form.given.items()
    rows = await heavy.run(admin.id, read_list, name, content)
    if isinstance(rows, UnreadableList):
        detail = "the questions cannot be read"
        raise RefusedError(detail, FieldFault(name, rows.reason))
    good, refused = check_rows(rows, keyword)
    async with db.transaction() as tx:
        await store.lock(tx, keyword)
        listed = await store.ids(tx, keyword)
        new = [question for question in good if question.question_id not in listed]
        taken = new[: max(0, MOST_QUESTIONS - len(listed))]
        full = f"the list has {MOST_QUESTIONS} questions, as many as a search takes"
        refused += [refuse(question.line, question.text, full) for question in new[len(taken) :]]
        await store.add(tx, keyword, taken, admin.name)
        used_from = await _used_from(tx, settings, keyword)
    reasons = sorted(refused, key=lambda one: one.line)[:MOST_REASONS]
    return ListTaken(
        keyword=keyword,
        questions=len(listed) + len(taken),
        used_from=used_from,
        taken=len(taken),
        known=len(good) - len(new),
        refused=len(refused),
        reasons=[ListRefusal(**vars(one)) for one in reasons],
    )


async def list_questions(db: Database, keyword: str, limit: int, cursor: str | None) -> Page[ListedQuestion]:
    """One page of a keyword's list, in the order in which questions were added.

    Raises:
        BadCursorError: the cursor is of another list.
    """
    of = f"question list {keyword}"
    (last,) = after(cursor, of, tuple[RowId]) or (0,)
    async with db.transaction() as tx:
        rows = await store.page(tx, keyword, last, limit + 1)
    shown = rows[:limit]
    items = [
        ListedQuestion(
            question_id=row.question_id, question=row.question, added_by=row.added_by, created_at=row.created_at
        )
        for row in shown
    ]
    return Page(items=items, next=cursor_of(of, (shown[-1].id,)) if len(rows) > limit else None)


async def remove_questions(
    db: Database, settings: OrdersSettings, keyword: str, question_id: str | None
) -> ListRemoved:
    """Take a question off a keyword's list, or all of them; banks that were made of it stay as they are.

    Raises:
        NotFoundError: the list has no such question, or none at all.
    """
    async with db.transaction() as tx:
        await store.lock(tx, keyword)
        removed = await store.remove(tx, keyword, question_id)
        if not removed:
            detail = f"the list of {keyword} has no question{'' if question_id is None else f' {question_id}'}"
            raise NotFoundError(detail)
        left = len(await store.ids(tx, keyword))
        used_from = await _used_from(tx, settings, keyword)
    return ListRemoved(keyword=keyword, questions=left, used_from=used_from, removed=removed)


async def _used_from(tx: Transaction, settings: OrdersSettings, keyword: str) -> dt.date:
    today = dt.datetime.now(settings.calendar.zone).date()
    return await store.next_search(tx, keyword, today, **settings.freshness.model_dump())
