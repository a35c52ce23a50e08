"""Where a keyword's figures begin: the questions of its bank, and the questions of people they were written from."""

import datetime as dt
from typing import Annotated, Final, NamedTuple

from pydantic import BaseModel, Field

from answerlens_common.errors import NotFoundError
from answerlens_order_api.cache import questions
from answerlens_order_api.cache.users import User
from answerlens_order_api.context import Context
from answerlens_order_api.naming import branded
from answerlens_order_api.paging import BadCursorError, Page, RowId, cursor_of

BankVersion = Annotated[int, Field(ge=1, lt=2**31)]
BEGINNING: Final = (-1, 0)


class Key(NamedTuple):
    """The last question of a page."""

    version: BankVersion
    cluster_id: Annotated[int, Field(ge=0, lt=2**15)]
    id: RowId


class Question(BaseModel):
    """A question of a bank."""

    question_id: str = Field(description="the same in every bank that has the question", examples=["1-0-01"])
    cluster_id: int = Field(description="the same intent in every bank of the keyword", examples=[0])
    intent: str = Field(description="what those who ask it want", examples=["品牌与产品推荐"])
    question: str = Field(description="as the engines are asked", examples=["通勤用的蓝牙耳机怎么选？"])
    source_questions: list[str] = Field(description="what people ask: the questions it was written from")
    anchor: bool = Field(description="kept from the bank before; series are linked over these")
    branded: bool = Field(
        description="it names a brand of one of your orders, besides the keyword, so it is counted apart for that order"
    )


class Questions(Page[Question]):
    """Questions of one bank, by cluster."""

    keyword: str = Field(examples=["蓝牙耳机"])
    version: int = Field(description="of the bank", examples=[2])
    built_date: dt.date
    left_over: list[str] = Field(
        description="what people ask that fits no intent (其他): the bank does not ask about it"
    )
    versions: list[int] = Field(description="the banks that your days were measured with; newest first")


async def questions_of(
    here: Context, user: User, keyword: str, *, version: int | None, after: Key | None, limit: int
) -> Questions:
    """One page of the questions of a bank: of the newest that the user's days were measured with by default.

    Raises:
        NotFoundError: the user has no order on the keyword, or no day that was measured with this bank.
        BadCursorError: the cursor is of another bank.
    """
    if version and after and version != after.version:
        raise BadCursorError(why=f"is of version {after.version}")
    # a bank that is finished while somebody reads does not change what the next page is of
    wanted = after.version if after else version
    async with here.db.transaction() as tx:
        ordered = await questions.brands(tx, user, keyword)
        banks = await questions.banks(tx, user, keyword)
        bank = next((row for row in banks if wanted in {None, row["version"]}), None)
        if bank is None:
            which = "" if wanted is None else f" with bank version {wanted}"
            message = f"no measurement of yours on {keyword} has been completed{which}"
            raise NotFoundError(message)
        begin = (after.cluster_id, after.id) if after else BEGINNING
        rows = await questions.page(tx, keyword, bank["version"], begin, limit + 1)
    shown = rows[:limit]
    named = await here.heavy.run(user.id, branded, keyword, ordered, [row["question"] for row in shown])
    last = Key(bank["version"], shown[-1]["cluster_id"], shown[-1]["id"]) if len(rows) > limit else None
    return Questions(
        items=[Question(**row, branded=names) for row, names in zip(shown, named, strict=True)],
        next=cursor_of(list_of(keyword), last) if last else None,
        keyword=keyword,
        version=bank["version"],
        built_date=bank["built_date"],
        left_over=bank["left_over"],
        versions=[row["version"] for row in banks],
    )


def list_of(keyword: str) -> str:
    """The list that cursors of a keyword's questions belong to."""
    return f"questions {keyword}"
