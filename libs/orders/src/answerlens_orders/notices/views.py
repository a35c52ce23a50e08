"""Notifications as they are shown."""

import datetime as dt
from uuid import UUID

from pydantic import BaseModel, Field


class NotificationView(BaseModel):
    """A notification."""

    id: int
    order_id: UUID | None
    message: str = Field(examples=["索尼 × 蓝牙耳机 2026-01-31 测量完成"])
    severity: str = Field(examples=["info"])
    read: bool
    created_at: dt.datetime
