"""What a profile's values are made of."""

import re
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from answerlens_collector.profile.patterns import checked

PLACE: Final = re.compile(r"\{(\w*)\}")
_PLACES: Final = ("date", "keyword", "replicate")


def _address(value: str) -> str:
    if unknown := set(PLACE.findall(value)) - set(_PLACES):
        known = ", ".join(f"{{{place}}}" for place in _PLACES)
        message = f"{{{min(unknown)}}} stands for nothing; there are {known}"
        raise ValueError(message)
    return value


Selector = Annotated[str, Field(min_length=1, description="CSS")]
Pattern = Annotated[str, Field(min_length=1), AfterValidator(checked)]
Address = Annotated[str, AfterValidator(_address)]
Seconds = Annotated[float, Field(gt=0)]
FailureStatus = Literal["captcha", "login_required", "refused", "rate_limited", "unavailable"]


class Part(BaseModel):
    """Profiles are checked to the last field: a misspelt one is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")
