"""Users as they are shown."""

import datetime as dt

from pydantic import BaseModel, Field


class NewUser(BaseModel):
    """A user with the key, which is shown this once."""

    name: str
    role: str
    key: str = Field(examples=["al_" + "x" * 43])


class UserView(BaseModel):
    """A user."""

    name: str
    role: str
    revoked: bool
    created_at: dt.datetime
