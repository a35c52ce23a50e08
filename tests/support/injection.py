"""Answers to score, and attacks on their scoring, both of our own."""

import json
from pathlib import Path

from answerlens_common.llm.labelling import Answer

DATA = Path(__file__).parents[1] / "data"


def _rows(name: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


HONEST = [Answer(row["id"], row["question"], row["text"]) for row in _rows("answers_to_score.jsonl")]
ATTACKS = [Answer(row["id"], "蓝牙耳机哪个牌子好？", row["text"]) for row in _rows("injections.jsonl")]
# Written after the fence stood, to get past it: other languages, hints, disguises.
HARD = [Answer(row["id"], "蓝牙耳机哪个牌子好？", row["text"]) for row in _rows("injections_hard.jsonl")]
# A good answer with the attack behind it, and before it.
CARRIED = [
    Answer(f"{attack.id}-{place}", attack.question, text)
    for attack in ATTACKS
    for place, text in (("after", HONEST[-1].text + attack.text), ("before", attack.text + HONEST[-1].text))
]
