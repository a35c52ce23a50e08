"""What a client sends to order a measurement."""

import hashlib

from pydantic import ConfigDict, Field

from answerlens_common.errors import FieldFault
from answerlens_orders.brands.form import Brand, Competitors
from answerlens_orders.fields import Keyword
from answerlens_orders.form import Form

MOST_ENGINES = 50


class OrderForm(Form):
    """An order: measure a brand for a keyword."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "keyword": "蓝牙耳机",
                    "brand": {"name": "索尼", "aliases": ["Sony"], "domains": ["sony.com.cn"]},
                    "competitors": [{"name": "Bose"}, {"name": "华为"}],
                    "engines": ["chat-a", "chat-b"],
                    "priority": 5,
                    "track_days": 7,
                }
            ]
        },
    )

    keyword: Keyword
    brand: Brand
    competitors: Competitors = Field(default=[])
    engines: list[str] | None = Field(
        default=None, min_length=1, max_length=MOST_ENGINES, description="all enabled engines when it is left out"
    )
    priority: int = Field(default=5, ge=0, le=9, description="higher first")
    track_days: int = Field(default=7, ge=0, le=365, description="further days it is measured on; 0 for once")

    def sha256(self) -> str:
        """Equal for two forms that say the same."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()

    def engine_errors(self, known: list[str]) -> list[FieldFault]:
        """Engines that are named twice, or are not among the known ones."""
        errors = []
        for n, engine in enumerate(self.engines or []):
            if engine not in known:
                message = f"no engine that runs here (enabled, of kind browser); those are {', '.join(known) or 'none'}"
                errors.append(FieldFault(f"engines[{n}]", message))
            elif engine in (self.engines or [])[:n]:
                errors.append(FieldFault(f"engines[{n}]", f"{engine} is named twice"))
        return errors
