"""Labels answers by the language model, in batches: what the scorer and the analyzer have in common.

Answers are untrusted. They travel as JSON strings under ids that depend on the whole batch, so that no answer can
know, and so address, the id of another; and those that may be out to steer their labels travel alone, so that
even a model that obeys them changes no label but theirs.
"""

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from answerlens_common.llm import InvalidOutputError
from answerlens_common.llm.suspicion import is_suspicious, visible
from answerlens_common.observing.logs import get_logger

BATCH = 10
# characters of an answer shown to the model: advice often comes at the end, so the end is kept too
_HEAD = 3000
_TAIL = 1000

Label = TypeVar("Label")
Pairs = Iterable[tuple[str, Label]]
Shown = list[dict[str, str]]


@dataclass(frozen=True)
class Answer:
    """An answer to be labelled; `id` is the caller's own and is never shown to the model."""

    id: str
    question: str
    text: str


@dataclass(frozen=True)
class Labelling(Generic[Label]):
    """One kind of label.

    Attributes:
        ask: asks the model for the labels of the answers shown; it is also given a function that tells whether the
            labels of a reply lack none. Returns ids with labels, or raises InvalidOutputError.
    """

    ask: Callable[[Shown, Callable[[Pairs[Label]], bool]], Awaitable[Pairs[Label]]]

    async def label_all(
        self, answers: Sequence[Answer], keep: Callable[[Mapping[str, Label]], Awaitable[None]] | None = None
    ) -> dict[str, Label]:
        """Return the label of each answer by its id; one that the model does not label is left out, and logged.

        Args:
            answers: their ids are distinct. The model is asked once for every 10, and again alone for those it left
                out; once for each suspicious answer.
            keep: given the labels of each batch as soon as it ends, whatever becomes of the others.

        Raises:
            TransientError: the model could not be asked; raised when all batches have ended.
            BusinessError: it refused a request; likewise.
        """
        suspicious = [answer for answer in answers if is_suspicious(answer.text)]
        trusted = [answer for answer in answers if answer not in suspicious]
        batches = [trusted[start : start + BATCH] for start in range(0, len(trusted), BATCH)]

        async def label(batch: Sequence[Answer]) -> dict[str, Label]:
            labels = await self.label_together(batch)
            if keep is not None:
                await keep(labels)
            return labels

        # every request is let end: one still under way when an error is raised would have no task that waits for it
        results = await asyncio.gather(*map(label, [*batches, *([one] for one in suspicious)]), return_exceptions=True)
        labels: dict[str, Label] = {}
        for result in results:
            if isinstance(result, BaseException):
                raise result
            labels |= result
        return labels

    async def label_together(self, answers: Sequence[Answer]) -> dict[str, Label]:
        """Return the labels of at most 10 answers that are shown to the model at once, whatever is in them.

        One without one label, or that keeps the model from answering, is asked about alone; then it is left out.
        """
        labels = await self._ask(answers)
        for answer in answers:
            if answer.id not in labels:
                labels |= await self._ask([answer])
            if answer.id not in labels:
                get_logger().warning("labelling.left_out", answer=answer.id)
        return labels

    async def _ask(self, answers: Sequence[Answer]) -> dict[str, Label]:
        """Return the labels of the answers that got exactly one; of none when the output is not usable, twice."""
        own_ids = dict(zip(_shown_ids(answers), (answer.id for answer in answers), strict=True))
        shown = [
            {"id": shown_id, "question": answer.question, "answer": shortened(visible(answer.text))}
            for shown_id, answer in zip(own_ids, answers, strict=True)
        ]
        try:
            pairs = await self.ask(shown, lambda pairs: len(_given(pairs, own_ids)) == len(answers))
        except InvalidOutputError as error:
            get_logger().warning("labelling.unusable", answers=len(answers), reason=error.reason)
            return {}
        return _given(pairs, own_ids)


def _given(pairs: Pairs[Label], own_ids: Mapping[str, str]) -> dict[str, Label]:
    """The labels of the answers that got exactly one."""
    given: dict[str, set[Label]] = {}
    for shown_id, label in pairs:
        if shown_id in own_ids:
            given.setdefault(own_ids[shown_id], set()).add(label)
    return {own_id: labels.pop() for own_id, labels in given.items() if len(labels) == 1}


def _shown_ids(answers: Sequence[Answer]) -> list[str]:
    """An id for each, the same whenever the same answers are shown together, so that they are paid for once.

    An answer that wants to name another's would have to know the texts of all, and to contain a hash of itself.
    """
    batch = hashlib.sha256(json.dumps([[each.question, each.text] for each in answers]).encode()).hexdigest()
    return [hashlib.sha256(f"{batch} {place}".encode()).hexdigest()[:12] for place in range(len(answers))]


def shortened(text: str) -> str:
    """Return the text, without its middle if it is very long."""
    if len(text) <= _HEAD + _TAIL:
        return text
    return f"{text[:_HEAD]}\n……（中间省略）……\n{text[-_TAIL:]}"
