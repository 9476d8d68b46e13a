"""The methods section: true of the settings that the run had."""

from __future__ import annotations

from typing import Any

import pytest
from records import plain

from topics.record import RunRecord
from topics.report import methods_sentences
from topics.runs import Run

EDIT = {"action": "drop", "paragraphs": [["a"]]}


def changed(run: Run, **values: Any) -> dict[str, str]:
    """The sentences of a run whose record says otherwise: ``results__stability__runs=1``."""
    record = plain(run)
    for path, value in values.items():
        *way, last = path.split("__")
        place = record
        for key in way:
            place = place[key]
        place[last] = value
    return methods_sentences(RunRecord.from_dict(record))


def test_each_step_is_a_paragraph_of_whole_sentences(sample_run: Run) -> None:
    said = methods_sentences(sample_run.record)
    assert list(said) == [
        "reading", "themes", "shares", "differences", "co_occurrence", "keyness", "topics", "words", "stability",
        "hierarchy", "software",
    ]  # fmt: skip
    for text in said.values():
        assert text[0].isupper()
        assert text.endswith(".")
        assert "  " not in text
        assert "{" not in text


@pytest.mark.parametrize(
    ("values", "step", "words"),
    [
        ({"settings__reading__unit": "paragraph"}, "reading", "The input table has one paragraph per row."),
        ({"settings__reading__unit": "sentence"}, "reading", "is the sentence."),
        ({"settings__reading__max_words": 123}, "reading", "more than 123 words"),
        ({"settings__reading__repair": True}, "reading", "Missing spaces between words were restored"),
        ({"results__corrections": 2}, "reading", "2 lines were reclassified manually"),
        ({"results__coded_paragraphs": 40, "inputs__coding": {"a.csv": ""}}, "themes", "40 manually coded paragraphs (a"),
        ({"settings__themes__threshold": 0.5}, "themes", "if its score is at least 0.5."),
        ({"settings__profiles__level": 0.8}, "shares", "(80 %)"),
        ({"results__codes_used": True, "inputs__coded_paragraphs": ["a", "b"]}, "shares", "a random sample of 2, which"),
        ({"results__codes_used": True, "inputs__coding": {"a": "", "b": ""}}, "shares", "and how far the 2 coders differ."),
        ({"results__codes_used": True, "inputs__coding": {"a": ""}}, "shares", "but not how far other coders would differ."),
        ({"settings__profiles__population": "articles like these"}, "shares", "They also cover which articles there are"),
        ({"results__codes_used": True}, "differences", "and the model's error where both sides have ten codes."),
        ({"settings__groups__by": ["party", "wave"]}, "differences", "The groups of articles by party and wave were"),
        ({"settings__topics__guided": True}, "topics", "guided by the primary themes"),
        ({"results__stability__runs": 1}, "topics", "(Campello et al. 2013), without the codebook, once."),
        ({"results__stability__runs": 1}, "stability", "unknown, because the clustering was not repeated"),
        ({"results__stability__runs": 7}, "topics", "repeated 7 times"),
        ({"results__reassigned_share": 0.25}, "topics", "25 % of the sampled paragraphs"),
        ({"results__edits": 1, "edits": [EDIT, EDIT]}, "topics", "1 of 2 edits applied"),
        ({"seed": 3}, "software", "seed 3."),
    ],
)  # fmt: skip
def test_the_settings_of_the_run_are_in_the_sentences(
    sample_run: Run, values: dict[str, Any], step: str, words: str
) -> None:
    assert words in changed(sample_run, **values)[step]
    assert words not in methods_sentences(sample_run.record)[step]


def test_what_was_not_done_is_not_told(sample_run: Run) -> None:
    said = methods_sentences(sample_run.record)
    assert "manually coded" not in said["themes"]
    assert "edited manually" not in said["topics"]
    alone = changed(sample_run, results__stability__runs=0)
    assert "stability" not in alone
    assert "no clusters were found" in alone["topics"]
    assert "duplicates" not in changed(sample_run, settings__reading__duplicates="keep")["reading"]


def test_the_fit_of_the_codebook_is_told(sample_run: Run) -> None:
    said = changed(sample_run, results__keyword_fitness__cohesion=2.345)["themes"]
    assert "occurs 2.3 times as often as expected by chance." in said
    assert "poorly" not in said


@pytest.mark.parametrize("cohesion", [1.1, None])
def test_a_codebook_that_does_not_fit_is_told_with_how_much_it_lowered(sample_run: Run, cohesion: float | None) -> None:
    told = changed(sample_run, results__keyword_fitness__trust=0.5, results__keyword_fitness__cohesion=cohesion)["themes"]
    assert "he codebook fits the corpus poorly, and logits were reduced to 50 %." in told
    assert ("by chance" in told) == (cohesion is not None)
