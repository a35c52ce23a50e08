"""What a client sends to have an order's answers analysed again."""

from typing import Annotated

from pydantic import Field

from answerlens_orders.brands.form import MOST_NAMES, Competitors, Names
from answerlens_orders.fields import Site
from answerlens_orders.form import Form


class BrandChange(Form):
    """How to recognise the brand from now on; what is left out stays as it is."""

    aliases: Names | None = Field(default=None, examples=[["Sony", "SONY"]])
    domains: Annotated[list[Site], Field(max_length=MOST_NAMES)] | None = None
    context: Names | None = None
    exclude: Names | None = None
    variants: bool | None = None
    exact: bool | None = None


class ReanalysisForm(Form):
    """What is looked for from now on; what is left out stays as it is."""

    brand: BrandChange = BrandChange()
    competitors: Competitors | None = Field(
        default=None, description="All of them; one that is known by its name keeps what is not said of it."
    )
