"""What an admin sends to withdraw a measurement."""

from typing import Annotated

from pydantic import AfterValidator, Field

from answerlens_orders.fields import Date, clean
from answerlens_orders.form import Form

MOST_CHARACTERS = 500


def _reason(value: str) -> str:
    return clean(value, "NFC", MOST_CHARACTERS)


class WithdrawalForm(Form):
    """Which measurement, and why."""

    date: Date = Field(examples=["2026-01-31"])
    reason: Annotated[str, AfterValidator(_reason)] = Field(
        description=f"1–{MOST_CHARACTERS} characters, shown in the report", examples=["measured for a date long past"]
    )
