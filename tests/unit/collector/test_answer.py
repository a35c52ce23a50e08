import json
from dataclasses import astuple

from answerlens_collection.answers.answer import Answer, Link, storable
from answerlens_common.contracts.statuses import AnswerStatus


def test_half_an_emoji_and_nul_are_left_out() -> None:
    whole = "索尼 🎧\n好\ufeff"
    assert storable(whole) == whole
    # as a stream brings them: a character cut between two pieces, halves alone, a NUL
    pieces = json.loads('["a\\ud83c", "\\udfa7b\\u0000", "\\udfa7c\\ud83c", "d\\ud83c"]')
    assert storable("".join(pieces)) == "a🎧bcd"


def test_whatever_a_site_sends_can_be_stored() -> None:
    bad, good = "\ud83c好\0", "好"
    answer = Answer(
        status=AnswerStatus.OK,
        text=bad,
        reasoning=bad,
        links=(Link(bad, bad, bad, cited=True),),
        finish_reason=bad,
        queries=(bad, bad),
        error=bad,
    )
    assert answer.links == (Link(good, good, good, cited=True),)
    assert (answer.text, answer.reasoning, answer.finish_reason, answer.error) == (good,) * 4
    assert answer.queries == (good, good)
    assert "\\u0000" not in json.dumps(astuple(answer))
    assert (Answer(status=AnswerStatus.EMPTY).finish_reason, Answer(status=AnswerStatus.EMPTY).error) == (None, None)
