"""How a client asks for a page: see `answerlens_orders.paging`."""

from typing import Annotated

from fastapi import Query

Limit = Annotated[int, Query(ge=1, le=100)]
Cursor = Annotated[str | None, Query(max_length=2000, description="the `next` of the page before")]
