"""Two people's changes of one text: no word of either is lost, whatever they wrote and wherever."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.panels.domain.merge_words import merge_words

WORDS = st.lists(st.sampled_from(["the", "plan", "is", "sound.", "Aunt", "asked", "by", "May"]), max_size=8)
GAPS = st.sampled_from([" ", "\n", "  "])


def text(words: list[str], gap: str) -> str:
    return gap.join(words)


@pytest.mark.parametrize(
    ("base", "theirs", "ours", "both"),
    [
        ("", "Sound.", "Late.", "Sound.\nLate."),
        ("Sound.", "Sound. Aunt asked.", "Sound. Late.", "Sound. Aunt asked.\nLate."),
        ("It is sound.", "It is now sound.", "It is sound. And late.", "It is now sound. And late."),
        ("The plan is sound.", "The plan is weak.", "The plan is late.", "The plan is weak.\nlate."),
        ("Sou", "Sound.\nSou", "Sou more", "Sound.\nSou more"),
        ("One. Two.", "One. Two. Three.", "Two.", "Two. Three."),
        ("One. Two.", "One. Two, rather.", "One.", "One. Two, rather."),
        ("One two", "One X two", "One Y two", "One X\nY two"),
    ],
)  # fmt: skip
def test_both_are_there(base: str, theirs: str, ours: str, both: str) -> None:
    assert merge_words(base, theirs, ours) == both


@given(WORDS, WORDS, WORDS, GAPS)
def test_no_new_word_of_either_is_lost(base: list[str], theirs: list[str], ours: list[str], gap: str) -> None:
    merged = merge_words(text(base, gap), text(theirs, gap), text(ours, gap)).split()
    for wrote in (theirs, ours):
        for word in set(wrote):
            new = wrote.count(word) - base.count(word)
            assert merged.count(word) >= new, (word, merged)


@given(WORDS, WORDS, GAPS)
def test_one_who_changed_nothing_changes_nothing(base: list[str], theirs: list[str], gap: str) -> None:
    before, after = text(base, gap), text(theirs, gap)
    assert merge_words(before, after, before) == after
    assert merge_words(before, before, after) == after
