"""How articles and values of columns are displayed."""

from types import SimpleNamespace

import pytest

from topics.format import article_name, value_labels


@pytest.mark.parametrize(
    ("title", "source", "article_id", "name"),
    [
        ("Bread rises", "a/bread.html", "bread-rises-0123abcd", "Bread rises"),
        ("", "a/2009_Budget_FF.txt", "some-words-0123abcd", "2009_Budget_FF"),
        ("", "survey.v2.csv:12", "some-words-0123abcd", "survey.v2 12"),
        ("", "data:3", "data-3-0123abcd", "data 3"),
        ("", "survey.csv:12", "R-2009-01", "R-2009-01"),
        ("", "", "R-2009-01", "R-2009-01"),
    ],
)
def test_an_article_without_a_title_has_the_name_of_its_file_its_row_or_its_own_id(
    title: str, source: str, article_id: str, name: str
) -> None:
    assert article_name(SimpleNamespace(title=title, source=source, article_id=article_id)) == name


def test_decimals_are_shortened_only_as_far_as_values_differ() -> None:
    assert value_labels(["0.0", "0.333", "0.66667002"]) == {"0.0": "0", "0.333": "0.33", "0.66667002": "0.67"}
    assert value_labels(["0.1231", "0.1232"]) == {"0.1231": "0.1231", "0.1232": "0.1232"}
    assert value_labels(["1", "1.0"]) == {"1": "1", "1.0": "1.0"}
    assert value_labels(["01", "2024"]) == {"01": "01", "2024": "2024"}
    assert value_labels(["wave 1.0", "2.0"]) == {"wave 1.0": "wave 1.0", "2.0": "2.0"}
    assert value_labels([]) == {}
