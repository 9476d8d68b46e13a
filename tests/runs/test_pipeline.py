"""The way of a run through the rooms: nothing costly is done twice."""

import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from topics.runs.study import Study
from topics.text import words
from topics.themes import estimate


@pytest.mark.usefixtures("little_drawn")
@pytest.mark.filterwarnings("ignore:only 33 paragraphs")
def test_a_run_fits_the_themes_once_and_tokenises_no_paragraph_twice(
    small_study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fits: list[tuple[int, ...]] = []
    fit, find_words = estimate.fit_naive_bayes, words.find_words
    tokenised: Counter[str] = Counter()

    def spy_on_fit(counts: Any, *more: Any) -> Any:
        fits.append(counts.shape)
        return fit(counts, *more)

    def spy_on_words(text: str, *more: Any) -> Any:
        tokenised[text] += 1
        return find_words(text, *more)

    monkeypatch.setattr(estimate, "fit_naive_bayes", spy_on_fit)
    for name, module in list(sys.modules.items()):
        if name.startswith("topics.") and vars(module).get("find_words") is find_words:
            monkeypatch.setattr(module, "find_words", spy_on_words)
    run = small_study.run(tmp_path / "run")
    assert [shape[0] for shape in fits] == [len(run.paragraphs)]
    assert {text: tokenised[text] for text in run.paragraphs["text"]} == dict.fromkeys(run.paragraphs["text"], 1)
