"""What private answers are looked through for: the brands of a diagnosis or an import, and what was found of each.

An order's rates are of a day, and are compared with other days: they are in `rates`, by order and date. A subject's are
of one private collection, and of nothing else.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB

from answerlens_common.contracts.statuses import SubjectStatus
from answerlens_common.db.tables.base import NAME, checked, created, identity, metadata, needed, when

# `owner_id` is the diagnosis or the import; its brands are numbered from 1 in the order in which the client named them,
# and each has all others for competitors. `brand` is as orders keep one. All that was found of it goes with the owner.
subject = Table(
    "subject",
    metadata,
    identity(),
    needed("owner_id", Uuid),
    needed("place", SmallInteger),
    needed("brand", JSONB),
    created(),
    UniqueConstraint("owner_id", "place"),
    CheckConstraint("place >= 1", name="place"),
    CheckConstraint("COALESCE(brand ->> 'name', '') <> ''", name="named"),
)

# Which subjects wait for a private collection, and how that ended. It goes with the collection.
collection_subject = Table(
    "collection_subject",
    metadata,
    Column("collection_id", BigInteger, ForeignKey("collection.id", ondelete="CASCADE"), primary_key=True),
    Column("subject_id", BigInteger, ForeignKey("subject.id", ondelete="CASCADE"), primary_key=True),
    needed("status", String(20), "'pending'"),
    Column("error_stage", String(40)),
    Column("error_code", String(40)),
    when("completed_at"),
    checked("status", SubjectStatus),
    Index("ix_collection_subject_subject_id", "subject_id"),
)

# What each answer was worth to a subject, and where it names whom: offsets, and no text. The collection may be gone.
subject_outcome = Table(
    "subject_outcome",
    metadata,
    Column("subject_id", BigInteger, ForeignKey("subject.id", ondelete="CASCADE"), primary_key=True),
    Column("collection_id", BigInteger, primary_key=True),
    needed("outcomes", JSONB),
    created(),
)

# `head_to_head`: by the competitor's name how often the subject is named first where both are; null: never both.
subject_rate = Table(
    "subject_rate",
    metadata,
    Column("subject_id", BigInteger, ForeignKey("subject.id", ondelete="CASCADE"), primary_key=True),
    Column("collection_id", BigInteger, primary_key=True),
    needed("engine", NAME),
    needed("surface", String(20)),
    needed("date", Date),
    needed("rates", JSONB),
    needed("head_to_head", JSONB),
    needed("degraded", Boolean, "false"),
    needed("versions", JSONB),
    created(),
)
