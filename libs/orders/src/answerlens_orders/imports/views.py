"""An import as its client reads it."""

import datetime as dt
from uuid import UUID

from pydantic import BaseModel, Field

from answerlens_common.contracts.imports import FileFormat
from answerlens_common.contracts.statuses import ImportStatus, SubjectStatus
from answerlens_orders.diagnoses.views import BrandRates


class Refusal(BaseModel):
    """A row that was not taken, and why."""

    line: int = Field(description="of the file, from 1, on which the row begins", examples=[7])
    field: str = Field(description="the column at fault; empty where all of the row is", examples=["engine"])
    reason: str = Field(examples=["must not be empty where the status is ok"])


class ImportedEngine(BaseModel):
    """What came of the answers of one engine."""

    engine: str
    answers: int
    usable: int = Field(description="how many of them are ok")
    scored: int = Field(description="how many of these have their score")
    status: SubjectStatus | None = Field(description="of its rates; null when no brand was named to look for")
    error_code: str | None
    brands: list[BrandRates]


class ImportView(BaseModel):
    """How an import stands."""

    id: UUID
    status: ImportStatus
    format: FileFormat
    date: dt.date = Field(description="the day its answers belong to: when it was accepted")
    progress: int | None = Field(description="in percent; null once it has failed or was cancelled")
    batches: int = Field(description="that the file has been cut into so far, of 1,000 rows at most")
    checked_batches: int
    rows: int = Field(description="of the file, as far as it is cut")
    taken: int | None = Field(description="rows that are answers now; null until all are checked")
    refused: int = Field(description="rows that were refused so far")
    reasons: list[Refusal] = Field(description="why, for the first 1,000 of them by line")
    ignored_columns: list[str] = Field(description="columns of the file that mean nothing here")
    engines: list[ImportedEngine] = Field(description="none before all rows are checked")
    seconds: float = Field(description="since it was begun, until it ended")
    created_at: dt.datetime
    completed_at: dt.datetime | None
    error_message: str | None
