"""What an admin sends to give a user a key."""

from typing import Literal

from pydantic import Field

from answerlens_orders.fields import UserName
from answerlens_orders.form import Form


class UserForm(Form):
    """Somebody who is to get a key."""

    name: UserName = Field(examples=["acme"])
    role: Literal["client", "admin"] | None = Field(
        default=None, description="of a new user, who needs one; an existing user's stays as it is", examples=["client"]
    )
    rotate: bool = Field(
        default=False, description="give an existing user a new key: the old one ends, all else stays as it is"
    )
