"""What every body has in common: only known fields, and a bound on how much is said of the others."""

from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator

MOST_FIELDS = 50


class Form(BaseModel):
    """A body, or a part of one."""

    model_config = ConfigDict(extra="forbid", strict=True)

    @model_validator(mode="before")
    @classmethod
    def _of_few_fields(cls, value: Any) -> Any:  # noqa: ANN401 - whatever was sent
        # an error for each of a hundred thousand fields would hold other requests up
        if isinstance(value, dict) and len(value) > MOST_FIELDS:
            message = f"has {len(value)} fields; known are {', '.join(cls.model_fields)}"
            raise ValueError(message)
        return value
