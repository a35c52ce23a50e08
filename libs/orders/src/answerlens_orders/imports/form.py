"""What a client says of a file of answers beside the file: what to look for in them."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from answerlens_common.contracts.imports import FileFormat
from answerlens_common.errors import FieldFault, RefusedError
from answerlens_orders.brands.form import Brand
from answerlens_orders.brands.naming import clashes

MOST_BRANDS = 20


@dataclass(frozen=True)
class ImportForm:
    """A file in this format, looked through for these brands by their names."""

    format: FileFormat
    brands: Sequence[str] = ()

    def digest(self, file_sha256: str) -> str:
        """What tells this request from another: the file, and what is looked for in it."""
        told = [file_sha256, self.format.value, list(self.brands)]
        return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


def check(form: ImportForm) -> list[Brand]:
    """The brands of a form, as they are stored.

    Raises:
        RefusedError: there are too many, one cannot be looked for, or two are the same.
    """
    if len(form.brands) > MOST_BRANDS:
        raise _refused([FieldFault("brand", f"must have at most {MOST_BRANDS} items, has {len(form.brands)}")])
    faults: list[FieldFault] = []
    brands: list[Brand] = []
    for place, name in enumerate(form.brands):
        try:
            brands.append(Brand(name=name))
        except ValidationError as error:
            faults.append(FieldFault(f"brand[{place}]", error.errors(include_url=False)[0]["msg"]))
    if not faults:
        named = [(f"brand[{place}]", brand.model_dump()) for place, brand in enumerate(brands)]
        faults = [FieldFault(field, message) for field, message in clashes(named)]
    if faults:
        raise _refused(faults)
    return brands


def _refused(faults: Sequence[FieldFault]) -> RefusedError:
    return RefusedError("the answers cannot be imported like this", *faults)
