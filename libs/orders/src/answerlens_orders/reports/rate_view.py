"""A rate as the API gives it. Stored rates pass through as they are: older ones lack what was added later."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field
from typing_extensions import TypedDict

from answerlens_common.contracts.no_rate import SENTENCES, NoRate

_REASONS = "; ".join(f"`{reason}`: {SENTENCES[reason].english}" for reason in NoRate)


class RateView(TypedDict, total=False):
    """A figure, and what is known of its error."""

    __pydantic_config__ = ConfigDict(extra="allow")  # type: ignore[misc]  # pydantic's own way of configuring these

    k: Annotated[int | None, Field(description="what was counted; null where there is no rate")]
    n: Annotated[int | None, Field(description="of how many; null where there is no rate")]
    rate: Annotated[float | None, Field(description="null where there is none: then `reason` says why")]
    low: Annotated[float | None, Field(description="lower end of the 95 % interval")]
    high: Annotated[float | None, Field(description="upper end of the 95 % interval")]
    method: Annotated[Literal["wilson", "bootstrap", "none"], Field(description="where the interval comes from")]
    verdict: Annotated[
        Literal["up", "down", "within_noise", "too_few"] | None,
        Field(description="null where nothing can be compared, and where there is no rate"),
    ]
    reason: Annotated[NoRate | None, Field(description=f"why there is no rate. {_REASONS}")]
    among: Annotated[list[str], Field(description="the competitors it is relative to: of ranks and shares of voice")]
    engines: Annotated[
        list[str], Field(description="over all engines: those that have a part in the figure, perhaps not all")
    ]
    change: Annotated[dict[str, Any], Field(description="since the newest day that it can be compared with")]
    pooled: Annotated[
        dict[str, Any],
        Field(description="of a cluster: the rate over several days, which `days` names, with its own k and n"),
    ]
    pooled_change: Annotated[
        dict[str, Any], Field(description="the newest `days` together `against` as many before them, up to a week each")
    ]
    linked: Annotated[dict[str, Any], Field(description="like for like over banks")]


Rates = dict[str, RateView]


ModelChange = TypedDict(
    "ModelChange",
    {
        "was": Annotated[list[str], Field(description="the models that answered", examples=[["m-2026-05"]])],
        "is": Annotated[list[str], Field(description="those that answer now", examples=[["m-2026-11"]])],
        "was_on": Annotated[str, Field(description="the newest earlier day that tells", examples=["2026-11-30"])],
    },
)
"""That another model has answered than on the day before, as the engine says; the day's profile may be the same."""
