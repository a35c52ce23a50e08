"""An estimate as it is shown."""

import datetime as dt

from pydantic import BaseModel, Field

from answerlens_common.contracts.statuses import CollectionStatus
from answerlens_common.stage_names import StageName
from answerlens_common.wording import Worded


class Basis(Worded):
    """What a figure rests on."""

    MEASURED = "measured", "按实际用量。", "What was really counted or used."
    ASSUMED = "assumed", "按假设值，尚无实际用量。", "An assumption: nothing was measured of late."


class Money(BaseModel):
    """What would be paid."""

    amount: float = Field(ge=0, examples=[1.25])
    currency: str | None = Field(description="null: that of the language model's prices, which have none by name")


class Tokens(BaseModel):
    """Tokens in all."""

    prompt: int = Field(ge=0)
    completion: int = Field(ge=0)
    basis: Basis


class EngineEstimate(BaseModel):
    """What one engine would be asked."""

    engine: str = Field(examples=["chat-a"])
    surface: str = Field(examples=["browser"])
    collection: CollectionStatus | None = Field(description="how its day stands; null: nothing was asked yet")
    questions: int = Field(ge=0, description="of the day, each as often as the engine is asked it")
    requests: int = Field(ge=0, description="those left to ask; a provider's own tools may take more for one")
    minutes: float = Field(ge=0, description="by its pace, on one collector that has nothing else to do")
    minutes_basis: Basis
    tokens: Tokens | None = Field(description="null: it is no API")
    money: Money | None = Field(description="null: its file names no price")


class StepEstimate(BaseModel):
    """What a step of our own would take of the language model."""

    step: StageName
    requests: int = Field(ge=0)
    minutes: float = Field(ge=0)
    minutes_basis: Basis
    tokens: Tokens
    money: Money | None = Field(description="null: no price is set for the language model")


class Total(BaseModel):
    """All of it."""

    requests_to_engines: int = Field(ge=0)
    requests_to_language_model: int = Field(ge=0)
    minutes: float = Field(ge=0, description="engines are asked side by side")
    prompt_tokens: int = Field(ge=0)
    completion_tokens: int = Field(ge=0)
    money: list[Money] = Field(description="a sum for each currency")
    unpriced: list[str] = Field(description="what would be used and has no price that is known")


class Estimate(BaseModel):
    """What an order would take if it were placed now. Nothing is stored, and nothing is asked."""

    keyword: str
    date: dt.date
    questions: int = Field(ge=0, description="of the bank")
    questions_basis: Basis
    engines: list[EngineEstimate]
    steps: list[StepEstimate]
    total: Total
    notes: list[str] = Field(description="in Chinese and English")
