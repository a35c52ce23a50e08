"""Which engines a rate over all of them rests on: one that has failed, or does not tell a figure, has no part in it."""

from collections.abc import Mapping
from dataclasses import replace

from answerlens_rates.outcomes import Outcomes
from answerlens_rates.rate import Rate
from answerlens_rates.rates import rates_with_a_value


def with_engines(rates: Mapping[str, Rate], tables: Mapping[str, Outcomes]) -> dict[str, Rate]:
    """The rates of these tables put together, each with the `engines` that have a part in it.

    Args:
        rates: By name.
        tables: The outcomes behind them, by engine.
    """
    told = {engine: rates_with_a_value(table) for engine, table in tables.items()}
    return {
        name: replace(rate, engines=tuple(engine for engine, names in told.items() if name in names))
        for name, rate in rates.items()
    }
