from answerlens_scorer.rubric import HIGHEST, INSTRUCTIONS, LOWEST, RUBRIC_VERSION


def test_rubric_describes_every_score() -> None:
    assert (LOWEST, HIGHEST) == (0, 4)
    assert all(f"- {score}：" in INSTRUCTIONS for score in range(LOWEST, HIGHEST + 1))


def test_rubric_has_a_version() -> None:
    assert RUBRIC_VERSION
