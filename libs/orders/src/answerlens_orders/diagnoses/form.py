"""What a client asks in a diagnosis."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from answerlens_common.errors import FieldFault, RefusedError
from answerlens_orders.brands.form import Brand
from answerlens_orders.brands.naming import clashes
from answerlens_orders.fields import clean
from answerlens_orders.orders.form import MOST_ENGINES

MOST_BRANDS = 20
MOST_QUESTIONS = 100
MOST_CHARACTERS = 500
"""Of one question."""
MOST_PRIORITY = 9

_MOST = {"brands": MOST_BRANDS, "engines": MOST_ENGINES, "questions": MOST_QUESTIONS}


@dataclass(frozen=True)
class DiagnosisForm:
    """These questions of each of these engines, about these brands by their names."""

    brands: Sequence[str]
    engines: Sequence[str]
    questions: Sequence[str]
    priority: int = 5


@dataclass(frozen=True)
class Checked:
    """What of a form is stored: its brands and its questions, in their order."""

    brands: Sequence[Brand]
    questions: Sequence[str]


def check(form: DiagnosisForm) -> Checked:
    """The brands and questions of a form that can be asked.

    Raises:
        RefusedError: something is missing, empty or too much, a name cannot be looked for, or two are the same.
    """
    _refuse([*_counts(form), *_priority(form)])
    faults: list[FieldFault] = []
    brands: list[Brand] = []
    questions: list[str] = []
    for place, name in enumerate(form.brands):
        try:
            brands.append(Brand(name=name))
        except ValidationError as error:
            faults.append(FieldFault(f"brands[{place}]", error.errors(include_url=False)[0]["msg"]))
    for place, question in enumerate(form.questions):
        try:
            questions.append(clean(question, "NFC", MOST_CHARACTERS))
        except ValueError as error:
            faults.append(FieldFault(f"questions[{place}]", str(error)))
    _refuse(faults)
    named = [(f"brands[{place}]", brand.model_dump()) for place, brand in enumerate(brands)]
    _refuse([FieldFault(field, message) for field, message in clashes(named)])
    return Checked(brands, questions)


def check_engines(form: DiagnosisForm, known: Sequence[str]) -> None:
    """Refuse engines that are not among the known ones, which are enabled and run here.

    Raises:
        RefusedError: names each of them by its field.
    """
    message = f"no engine that runs here (enabled, of kind browser); those are {', '.join(known) or 'none'}"
    _refuse([FieldFault(f"engines[{n}]", message) for n, engine in enumerate(form.engines) if engine not in known])


def _counts(form: DiagnosisForm) -> Iterator[FieldFault]:
    for field, most in _MOST.items():
        count = len(getattr(form, field))
        if not count:
            yield FieldFault(field, "must not be empty")
        elif count > most:
            yield FieldFault(field, f"must have at most {most} items, has {count}")


def _priority(form: DiagnosisForm) -> Iterator[FieldFault]:
    if not 0 <= form.priority <= MOST_PRIORITY:
        yield FieldFault("priority", f"must be from 0 to {MOST_PRIORITY}")


def _refuse(faults: Sequence[FieldFault]) -> None:
    if faults:
        detail = "the diagnosis cannot be asked"
        raise RefusedError(detail, *faults)
