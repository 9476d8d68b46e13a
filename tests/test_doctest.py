"""The examples in the docstrings of the public names: all of them run, and each name has one."""

import doctest
import inspect
import types
from pathlib import Path

import pytest

import topics

ROOT = Path(__file__).parents[1]
NEED_A_RUN = {"Run", "TopicsWarning", "explore", "figures", "run"}
"""Names whose examples need a run, which takes too long here: these may all be skipped."""


@pytest.mark.parametrize("name", topics.__all__)
def test_examples_of_public_names_run(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    public = getattr(topics, name)
    # the docstring of the name itself: those of methods and of the other functions of a module are not public examples
    test = doctest.DocTestParser().get_doctest(inspect.getdoc(public) or "", {"topics": topics}, name, None, None)
    executed = [example for example in test.examples if not example.options.get(doctest.SKIP)]
    assert executed or name in NEED_A_RUN, f"topics.{name} has no example that is executed"
    assert test.examples or isinstance(public, types.ModuleType) or name == "explore", f"topics.{name} has no example"
    report: list[str] = []
    failed, _ = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, out=report.append)
    assert not failed, "".join(report)
