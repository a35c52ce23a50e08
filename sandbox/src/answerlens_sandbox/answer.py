"""One answer of one engine: the text, its sources, and which of them it cites where."""

from dataclasses import dataclass

from answerlens_sandbox.draw import between, filled, number, pick, shuffled, unit
from answerlens_sandbox.intents import intent_of
from answerlens_sandbox.prose import Line, answer_lines
from answerlens_sandbox.resources import data
from answerlens_sandbox.slots import slots
from answerlens_sandbox.sources import Source, sources_for
from answerlens_sandbox.world import World

_UNSEARCHED_SHARE = 0.25
"""Of the answers that cite and list no brand, this share did not search at all."""


@dataclass(frozen=True)
class Passage:
    """A line of Markdown and the source indexes it refers to."""

    text: str
    cites: tuple[int, ...] = ()


@dataclass(frozen=True)
class Answer:
    """What an engine says: passages in order (joined by newlines), and what it found before."""

    passages: tuple[Passage, ...]
    sources: tuple[Source, ...] = ()
    queries: tuple[str, ...] = ()
    thinking: str = ""
    suggestions: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The Markdown without any reference marks."""
        return "\n".join(passage.text for passage in self.passages)

    def unsearched(self) -> "Answer":
        """Return the answer as given with web search switched off."""
        return Answer(tuple(Passage(each.text) for each in self.passages), (), (), self.thinking, self.suggestions)


def answer(world: World, engine: str, question: str, which: object, keyword: str = "") -> Answer:
    """Return one answer of an engine to a question: the nth, or that on an occasion; for a keyword, if it is known."""
    about = world.field_of(question, keyword)
    key = (world.seed, "answer", engine, question, which)
    drawn = world.draw(engine, question, which, keyword)
    texts = data("prose")
    values = slots(about, *key, question=question)
    if about:
        lines = answer_lines(about, intent_of(question, about.keyword), drawn, question, *key)
    else:
        lines = [Line(sentence) for sentence in shuffled(texts["offtopic"], *key, "offtopic")]
    sources: list[Source] = []
    if drawn.cited or drawn.listed or unit(*key, "searched") >= _UNSEARCHED_SHARE:
        sources = sources_for(drawn, about, *key)
    thoughts = shuffled(texts["thinking"], *key, "thinking")[: between(2, 4, *key, "thoughts")]
    asked = question.rstrip("？?。！! ")
    related = data("questions")[pick(("recommend", "price", "scene"), *key, "next")]["bank"]
    return Answer(
        tuple(_passages(lines, sources, *key)),
        tuple(sources),
        (asked, f"{values['k']} {values['a']}") if sources else (),
        filled("\n".join(thoughts), values),
        tuple(filled(pattern, values) for pattern in shuffled(related, *key, "related")[:3]),
    )


def refusal(*key: object) -> Answer:
    """Return an answer that declines."""
    return Answer((Passage(pick(data("prose")["refusals"], *key)),))


def _passages(lines: list[Line], sources: list[Source], *key: object) -> list[Passage]:
    cites: dict[int, list[int]] = {}
    quotable = [place for place, line in enumerate(lines) if line.quotable and line.text]
    for source in sources:
        if source.cited:
            own = [place for place in quotable if source.brand and lines[place].brand == source.brand]
            where = own or quotable
            cites.setdefault(where[number(*key, "cite", source.index) % len(where)], []).append(source.index)
    return [Passage(line.text, tuple(cites.get(place, ()))) for place, line in enumerate(lines)]
