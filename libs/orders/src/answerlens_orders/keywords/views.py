"""What a keyword was measured with, and the sites its answers rest on, as they are shown."""

import datetime as dt
from uuid import UUID

from pydantic import BaseModel, Field

from answerlens_common.contracts.origins import QuestionOrigin
from answerlens_common.text.links import LinkOwner
from answerlens_orders.paging import Page


class Question(BaseModel):
    """A question of a bank."""

    question_id: str = Field(description="the same in every bank that has the question", examples=["1-0-01"])
    cluster_id: int = Field(description="the same intent in every bank of the keyword", examples=[0])
    intent: str = Field(description="what those who ask it want", examples=["品牌与产品推荐"])
    question: str = Field(description="as the engines are asked", examples=["通勤用的蓝牙耳机怎么选？"])
    source_questions: list[str] = Field(description="what people ask: the questions it was written from")
    source_origins: list[QuestionOrigin] = Field(
        description="where each of those comes from, in their order; empty for one from before this was kept",
        examples=[["zhihu_page", "model"]],
    )
    synthetic: bool = Field(
        description="no person is known to have asked any of its source questions: the language model proposed them all"
    )
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
    origins: dict[QuestionOrigin, int] = Field(
        description="how many of the source questions of this bank come from where; `model`: proposed by the language"
        " model (synthetic); empty for a bank from before this was kept",
        examples=[{"zhihu_page": 80}],
    )
    versions: list[int] = Field(description="the banks that your days were measured with; newest first")


class SourcePage(BaseModel):
    """A page, however it was tracked or shared. `listed` counts all its links, `cited` those the answers cite."""

    page: str = Field(description="its address without scheme and tracking", examples=["sony.com.cn/headphones"])
    title: str
    owner: LinkOwner
    cited: int
    listed: int


class Source(BaseModel):
    """A registered domain, and how many links of the answers lead to it."""

    domain: str | None = Field(description="null for links that lead to no host", examples=["sony.com.cn"])
    cited: int = Field(description="links that the answers cite", examples=[31])
    listed: int = Field(description="links that the engines list, cited or not", examples=[80])
    answers: int = Field(description="answers with a link to it", examples=[64])
    owners: dict[LinkOwner, int] = Field(
        description="whose the listed links are: of the order's brand, of a competitor, of nobody in the order"
    )
    pages: list[SourcePage] = Field(description="its pages with the most links")


class SourcesView(BaseModel):
    """The sources of a day's answers on one surface."""

    keyword: str = Field(examples=["蓝牙耳机"])
    order_id: UUID = Field(description="the order by whose domains links are told apart")
    date: dt.date
    surface: str = Field(examples=["browser"])
    engines: list[str] = Field(description="whose answers these are", examples=[["chat-a", "chat-b"]])
    sandbox: bool = Field(description="the answers came from the sandbox: nothing of this is real")
    answers: int = Field(description="how many answers there are, with links or without", examples=[200])
    domains: int = Field(description="how many domains they link to; `sources` has the first of them")
    sources: list[Source]
