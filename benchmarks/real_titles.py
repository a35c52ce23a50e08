"""How well real titles are grouped by what they ask, against labels by hand: prints the tables of docs/method.md.

    python benchmarks/real_titles.py TITLES [--labelled FILE]

The titles are other people's and no part of this repository: `tests/data/real_titles.jsonl` has a checksum of each and
its label. TITLES is a file of JSON lines with the key `question`; what it lacks is skipped, and counted. FILE is one
keyword labelled whole: {"keyword", "intents": [{"label"}], "questions": [{"text", "intent"}]}. Takes a minute.
"""

import argparse
import asyncio
import hashlib
import json
import sys
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, cohen_kappa_score

from answerlens_bank_builder.embedding import EmbeddingModel, EmbeddingSettings, unit
from answerlens_bank_builder.grouping import OTHER, Grouper

LABELS = Path(__file__).parents[1] / "tests" / "data" / "real_titles.jsonl"
CLUSTERS = 8
STARTS = 50
CHECKSUM_DIGITS = 16
LEFT_OVER = -1


@dataclass(frozen=True)
class Labelled:
    """The titles of a keyword that are at hand, each with its intent.

    Attributes:
        missing: how many labelled titles are not at hand.
    """

    keyword: str
    titles: Sequence[str]
    intents: Sequence[str]
    missing: int = 0


def checksum(title: str) -> str:
    """Return the start of the SHA-256 of a title without white space around it, in hexadecimal digits."""
    return hashlib.sha256(title.strip().encode()).hexdigest()[:CHECKSUM_DIGITS]


def joined(titles: Sequence[str], labels: Path = LABELS) -> list[Labelled]:
    """Join the labels that the repository keeps with titles, by checksum; keywords in the order of the labels."""
    known = {checksum(title): title.strip() for title in titles}
    rows: dict[str, list[dict[str, str]]] = defaultdict(list)
    for line in labels.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        rows[row["keyword"]].append(row)
    found = []
    for keyword, labelled in rows.items():
        here = [row for row in labelled if row["title_sha256"] in known]
        found.append(
            Labelled(
                keyword,
                [known[row["title_sha256"]] for row in here],
                [row.get("intent", row["first"]) for row in here],
                len(labelled) - len(here),
            )
        )
    return found


def labelled_whole(file: Path) -> Labelled:
    """Read one keyword whose titles stand beside their intents."""
    data = json.loads(file.read_text(encoding="utf-8"))
    names = [intent["label"] for intent in data["intents"]]
    questions = data["questions"]
    return Labelled(
        data["keyword"], [each["text"] for each in questions], [names[each["intent"]] for each in questions]
    )


def agreement(labels: Path = LABELS) -> dict[str, float]:
    """Return Cohen's kappa of the two hands, for each keyword that both have labelled."""
    hands: dict[str, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    for line in labels.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if "second" in row:
            for hand, label in zip(hands[row["keyword"]], (row["first"], row["second"]), strict=True):
                hand.append(label)
    return {keyword: float(cohen_kappa_score(*both)) for keyword, both in hands.items()}


@dataclass(frozen=True)
class Measured:
    """How a keyword's titles were grouped.

    Attributes:
        ari: ours against the labels, 其他 as a class of its own.
        similar: that of k-means on centred vectors, as many clusters as there are labels, the best of 50 starts.
        left: the share of titles in 其他.
        clusters: for each cluster, 其他 last, its intent, its size, its commonest label and how many have that.
    """

    ari: float
    similar: float
    left: float
    clusters: Sequence[tuple[str, int, str, int]]


async def measure(grouper: Grouper, each: Labelled) -> Measured:
    """Group the titles of a keyword without a language model, and compare."""
    groups = await grouper.group(each.keyword, each.titles, CLUSTERS)
    number = {title: label for label, group in enumerate(groups) for title in group.questions}
    ours = [number.get(title, LEFT_OVER) for title in each.titles]
    vectors = await grouper.model.embed(each.titles)
    means = KMeans(len(set(each.intents)), n_init=STARTS, random_state=0)
    similar = means.fit_predict(unit(vectors - vectors.mean(axis=0)))
    clusters = []
    for label, name in [*enumerate(group.intent for group in groups), (LEFT_OVER, OTHER)]:
        labels = Counter(intent for intent, own in zip(each.intents, ours, strict=True) if own == label)
        if labels:
            clusters.append((name, labels.total(), *labels.most_common(1)[0]))
    return Measured(
        float(adjusted_rand_score(each.intents, ours)),
        float(adjusted_rand_score(each.intents, similar)),
        Counter(ours)[LEFT_OVER] / len(ours),
        clusters,
    )


async def rows(sets: Sequence[Labelled], kappa: dict[str, float]) -> AsyncIterator[str]:
    """Yield the table, a row for each keyword and their means; then each keyword's clusters."""
    grouper = Grouper(EmbeddingModel(EmbeddingSettings()))
    yield "| keyword | titles | intents | kappa | ARI | k-means | 其他 |"
    yield "|---|---|---|---|---|---|---|"
    results = []
    for each in sets:
        found = await measure(grouper, each)
        results.append(found)
        both = f"{kappa[each.keyword]:.2f}" if each.keyword in kappa else "one hand"
        size = f"{len(each.titles)} | {len(set(each.intents))}"
        yield f"| {each.keyword} | {size} | {both} | {found.ari:.2f} | {found.similar:.2f} | {found.left:.0%} |"
    ours, similar, left = np.mean([(each.ari, each.similar, each.left) for each in results], axis=0)
    yield f"| mean | | | | {ours:.3f} | {similar:.3f} | {left:.0%} |"
    yield f"\nratio {ours / similar:.2f}\n"
    yield "| keyword | clusters: intent, titles, of which have the commonest label |\n|---|---|"
    for each, found in zip(sets, results, strict=True):
        cells = (f"{name} {size} ({label} {count})" for name, size, label, count in found.clusters)
        yield f"| {each.keyword} | {'; '.join(cells)} |"


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def main() -> None:
    """Measure what is at hand, and say what is not."""
    parser = argparse.ArgumentParser(description="How well real titles are grouped by what they ask.")
    parser.add_argument("titles", nargs="?", type=Path, help="JSON lines with the key question")
    parser.add_argument("--labelled", type=Path, help="one keyword, labelled whole")
    given = parser.parse_args()
    titles: list[str] = []
    if given.titles is None or not given.titles.is_file():
        say(f"no file of titles ({given.titles}): the keywords of {LABELS.name} are skipped")
    else:
        titles = [json.loads(line)["question"] for line in given.titles.read_text(encoding="utf-8").splitlines()]
    sets = joined(titles)
    if given.labelled is not None:
        sets.append(labelled_whole(given.labelled))
    for each in sets:
        if each.missing:
            say(f"{each.keyword}: {each.missing} labelled titles are not in the file")
    here = [each for each in sets if each.titles]
    if here:
        async for line in rows(here, agreement()):
            say(line)


if __name__ == "__main__":
    asyncio.run(main())
