"""What a client asks in a diagnosis."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from answerlens_common.errors import FieldFault, RefusedError
from answerlens_orders.brands.form import Brand
from answerlens_orders.brands.naming import clashes


@dataclass(frozen=True)
class DiagnosisForm:
    """These questions of each of these engines, about these brands by their names."""

    brands: Sequence[str]
    engines: Sequence[str]
    questions: Sequence[str]
    priority: int = 5


def brands_of(form: DiagnosisForm) -> list[Brand]:
    """The brands of a form that can be asked.

    Raises:
        RefusedError: something is missing or empty, a name cannot be looked for, or two are the same.
    """
    faults = [*_missing(form), *_empty_questions(form)]
    brands: list[Brand] = []
    for place, name in enumerate(form.brands):
        try:
            brands.append(Brand(name=name))
        except ValidationError as error:
            faults.append(FieldFault(f"brands[{place}]", error.errors(include_url=False)[0]["msg"]))
    named = [(f"brands[{place}]", brand.model_dump()) for place, brand in enumerate(brands)]
    faults = faults or [FieldFault(field, message) for field, message in clashes(named)]
    if faults:
        detail = "the diagnosis cannot be asked"
        raise RefusedError(detail, *faults)
    return brands


def _missing(form: DiagnosisForm) -> Iterator[FieldFault]:
    for field in ("brands", "engines", "questions"):
        if not getattr(form, field):
            yield FieldFault(field, "must not be empty")


def _empty_questions(form: DiagnosisForm) -> Iterator[FieldFault]:
    for place, question in enumerate(form.questions):
        if not question.strip():
            yield FieldFault(f"questions[{place}]", "must not be empty")
