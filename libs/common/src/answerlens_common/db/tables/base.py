"""What the tables share: naming and the usual columns."""

from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Column, DateTime, Identity, MetaData, String, func, text
from sqlalchemy.types import TypeEngine

from answerlens_common.wording import Worded

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

Kind = TypeEngine[Any] | type[TypeEngine[Any]]
KEYWORD = String(255)
NAME = String(100)


def identity() -> Column[int]:
    """The primary key `id`."""
    return Column("id", BigInteger, Identity(always=True), primary_key=True)


def created() -> Column[Any]:
    """When the row was made."""
    return Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now())


def when(name: str) -> Column[Any]:
    """A moment that may not have come."""
    return Column(name, DateTime(timezone=True))


def needed(name: str, kind: TypeEngine[Any] | type[TypeEngine[Any]], default: str | None = None) -> Column[Any]:
    """A column that is never null, with an SQL default."""
    return Column(name, kind, nullable=False, server_default=None if default is None else text(default))


def checked(name: str, values: type[Worded]) -> CheckConstraint:
    """That a column holds one of these values."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{name} IN ({listed})", name=name)
