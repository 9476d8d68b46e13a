"""The way of a run through the rooms: nothing costly is done twice."""

import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from topics.runs.study import Study
from topics.text import language
from topics.themes import estimate


@pytest.mark.usefixtures("little_drawn")
@pytest.mark.filterwarnings("ignore:only 33 paragraphs")
def test_a_run_fits_the_themes_once_and_tokenises_no_paragraph_twice(
    small_study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fits: list[tuple[int, ...]] = []
    fit, words = estimate.fit_naive_bayes, language.words
    tokenised: Counter[str] = Counter()

    def spy_on_fit(counts: Any, *more: Any) -> Any:
        fits.append(counts.shape)
        return fit(counts, *more)

    def spy_on_words(text: str, *more: Any) -> Any:
        tokenised[text] += 1
        return words(text, *more)

    monkeypatch.setattr(estimate, "fit_naive_bayes", spy_on_fit)
    for name, module in list(sys.modules.items()):
        if name.startswith("topics.") and vars(module).get("words") is words:
            monkeypatch.setattr(module, "words", spy_on_words)
    run = small_study.run(tmp_path / "run")
    assert [shape[0] for shape in fits] == [len(run.paragraphs)]
    assert {text: tokenised[text] for text in run.paragraphs["text"]} == dict.fromkeys(run.paragraphs["text"], 1)
