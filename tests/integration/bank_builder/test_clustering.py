"""Measured on our own labelled set (tests/data/clustering.jsonl): 5 keywords x 8 intents x 6 questions."""

import json
from collections import defaultdict
from pathlib import Path

import numpy as np
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

from answerlens_bank_builder.clustering import cluster, without_keyword
from answerlens_bank_builder.embedding import EmbeddingModel, unit
from answerlens_bank_builder.intents import INTENTS

LABELLED = Path(__file__).parents[2] / "data" / "clustering.jsonl"


async def test_intents_are_found_far_better_than_by_similarity_alone(model: EmbeddingModel) -> None:
    by_keyword = defaultdict(list)
    for line in LABELLED.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        by_keyword[row["keyword"]].append(row)
    phrasings = [await model.embed(intent.phrasings) for intent in INTENTS]
    ours, plain = [], []
    for keyword, rows in by_keyword.items():
        vectors = await model.embed([without_keyword(row["question"], keyword) for row in rows])
        truth = [row["intent"] for row in rows]
        clustering = cluster(vectors, phrasings)
        assert np.bincount(clustering.labels, minlength=8).min() >= 3
        ours.append(adjusted_rand_score(truth, clustering.labels))
        centred = unit(vectors - vectors.mean(axis=0))
        plain.append(adjusted_rand_score(truth, KMeans(8, n_init=10, random_state=0).fit_predict(centred)))
    assert np.mean(ours) >= 0.6
    assert np.mean(ours) >= 2 * np.mean(plain)
