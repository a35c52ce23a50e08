import pytest

from answerlens_common.text.matching.absence_clauses_english import (
    denies_all_english,
    denies_when_asked_english,
    says_nothing_english,
)


def nothing(text: str) -> bool:
    before, _, after = text.split("|")
    return says_nothing_english(before, after)


@pytest.mark.parametrize(
    "text",
    [
        "regarding |thornwick|, i have no information",
        "none of the sources mention |thornwick|",
        "the brand you mentioned, |thornwick|, i couldn’t find anything",
        "|thornwick| doesn't come up in any of the reviews i looked at",
        "i searched for |thornwick| but found no relevant results",
        "there's no brand called |thornwick|",
        "|thornwick| isn't a hotel chain i have any details on",
        "i don't have enough information about |thornwick| to give a recommendation",
        "i came up empty when searching for |thornwick|",
        "there are no customer reviews of |thornwick| that i can access",
        "it's possible that |thornwick| is a small local firm, but i have no data on it",
    ],
)
def test_a_clause_without_another_word_says_nothing(text: str) -> None:
    assert nothing(text)


@pytest.mark.parametrize(
    "text",
    [
        "you don't know |sony|",
        "|sony| reviews are not reliable",
        "i don't have a |sony|",
        "|sony|, which i found, has nothing special",
        "no data shows that |sony| sags",
        "no other brand has as much information online as |sony|",
        "they haven't heard of |sony|",
        "the review doesn't mention |sony|'s policy",
        "|sony| does not provide details",
        "i found |sony| reviews, but none on price",
    ],
)
def test_a_word_more_says_something(text: str) -> None:
    assert not nothing(text)


def test_a_statement_or_an_answer_without_the_name() -> None:
    assert denies_all_english("i couldn't find any information about this brand")
    assert not denies_all_english("no returns after 30 days")
    assert denies_when_asked_english("", "", " i haven't heard of that brand")
    assert not denies_when_asked_english("", "", " i have two of them")
