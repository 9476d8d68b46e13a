"""Claims: what counts as a number of the prose, what ties it, and when it holds."""

import pytest
from claims import Value, compare, ill_formed, parse, untied
from hypothesis import given
from hypothesis import strategies as st

ENERGY = 'run.numbers.text["corpus/energy"]'
VALUES: dict[str, Value] = {ENERGY: "17 % (12–23)", "n": 17, "share": 0.25, "yes": True, "no": False, "big": "14\u202f210"}


def test_a_claim_is_the_expression_in_a_comment() -> None:
    (first, second) = parse(f"Energy has 17 % (12–23)<!-- {ENERGY} --> of all\nwords, most\nrare<!--\n  a <\n  b -->.")
    assert first.expression == ENERGY
    assert second.expression == "a < b"


def test_a_comment_in_code_is_no_claim() -> None:
    assert parse("`17<!-- n -->` and\n\n```html\n17<!-- n -->\n```\n") == []
    assert untied("`17<!-- n -->` and\n\n```html\n17<!-- n -->\n```\n") == []


@pytest.mark.parametrize(
    "source",
    [
        f"Energy has 17 % (12–23)<!-- {ENERGY} --> of the words",
        f"Energy has **17 % (12–23)**<!-- {ENERGY} --> of the words",
        f"Energy has **17 %** (12–23)<!-- {ENERGY} --> of the words",
        f"Energy has 17\u202f%\n(12–23)<!-- {ENERGY} --> of the words",
        "There are _17_<!-- n -->, or `17`<!-- n -->, a share of 0.25<!-- share -->.",
        "All of it<!-- yes -->, 14 210<!-- big --> words, hold.",
        "An interval of 95 %<!-- fixed --> (1–5)<!-- fixed -->",
        "| theme | n |\n|---|---|\n| energy | 17<!-- n --> |",
    ],
)
def test_what_the_run_says_holds(source: str) -> None:
    assert untied(source) == []
    assert compare(source, VALUES) == []


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (f"Energy has 18 % (12–23)<!-- {ENERGY} -->", "“17 % (12–23)”"),
        (f"Energy has 17 % (12–24)<!-- {ENERGY} -->", "“17 % (12–23)”"),
        ("There are 117<!-- n -->", "“17”"),
        ("There are −17<!-- n -->", "“17”"),
        ("There are 17 of them<!-- n -->", "“17”"),
        ("There are seventeen<!-- n -->", "“17”"),
        ("All are stable<!-- no -->", "is False"),
        ("There are 17 stable<!-- yes -->", "17 is covered by no claim"),
        ("There are 1.17<!-- n -->", "1.17 is covered by no claim"),
        ("There are 12 of 17<!-- n -->", "12 is covered by no claim"),
        ("Between 12–17<!-- n -->", "12 is covered by no claim"),
        ("We took 12. 17<!-- n --> were left.", "12 is covered by no claim"),
        ("There are 12 and 17<!-- fixed -->", "12 is covered by no claim"),
    ],
)
def test_what_the_run_does_not_say_is_told(source: str, said: str) -> None:
    (problem,) = compare(source, VALUES)
    assert said in problem


@pytest.mark.parametrize(
    ("source", "numbers"),
    [
        ("There are 17 topics.", ["17"]),
        ("There are 17 topics<!-- n -->.", ["17"]),
        ("17\n\n<!-- n -->", ["17"]),
        ("17 % (12–23) of 14,210 words", ["17", "12", "23", "14,210"]),
        ("In 2017 there were none; at 0.6, too.", ["2017", "0.6"]),
        ("since May 2024 (in March 2024)", ["2024", "2024"]),
        ("- 17 `code`<!-- n -->", ["17"]),
        ("> *17*", ["17"]),
        ("17<!-- n --> of 19", ["19"]),
    ],
)
def test_a_number_without_a_claim_is_found(source: str, numbers: list[str]) -> None:
    assert untied(source) == numbers


@pytest.mark.parametrize(
    "source",
    [
        "## The 10 topics",
        "Set `seed = 7` and ``a`7`` before.",
        "```python\nseed = 7\n```",
        "~~~\n7\n~~~",
        "See [the map](figures/7.svg) and <b id=x7>it</b>, a&#8239;b[^1].",
        "[^1]: page 7",
        "1. first\n2. second",
        "by stability (Hennig 2007), agreement (Krippendorff 2018; Hayes and Krippendorff 2007)",
        "as Grootendorst (2022), Hayes & Krippendorff (2007) and Roberts et al. (2014) say (see Egger 2022, and others)",
        "BM25 and word2vec are names; nine is a word.",
    ],
)
def test_code_headings_links_lists_and_citations_hold_no_number(source: str) -> None:
    assert untied(source) == []
    assert compare(source, {}) == []


def test_a_claim_in_a_heading_is_not_lost() -> None:
    assert compare("## All 17<!-- n --> topics, 18<!-- n -->", VALUES) == [
        "the prose says “topics, 18”; the run says “17” for n"
    ]


def test_a_claim_that_is_no_expression_is_told() -> None:
    assert ill_formed("17<!-- n -->, 17<!-- fixed -->, 17<!-- of them -->, 17<!-- a = 1 -->, 17<!-- 17 -->") == [
        "of them", "a = 1", "17",
    ]  # fmt: skip


PLAIN = st.text(alphabet="abc ,;:()%*–.\n", max_size=30)


@given(before=PLAIN, value=st.integers(0, 10**6), after=PLAIN)
def test_any_number_written_as_the_run_has_it_holds(before: str, value: int, after: str) -> None:
    source = f"a {before} {value}<!-- n -->{after}"
    assert untied(source) == []
    assert compare(source, {"n": value}) == []


@given(before=PLAIN, said=st.integers(0, 10**6), true=st.integers(0, 10**6), after=PLAIN)
def test_any_other_number_does_not(before: str, said: int, true: int, after: str) -> None:
    source = f"a {before} {said}<!-- n -->{after}"
    assert (compare(source, {"n": true}) == []) == (said == true)


@given(before=PLAIN, number=st.integers(0, 10**6), after=PLAIN)
def test_any_number_that_nothing_follows_is_found(before: str, number: int, after: str) -> None:
    assert untied(f"{before} x {number} x {after}") == [str(number)]


@given(st.text(alphabet="ab1 2`~<!->\n#*_[](){}é.", max_size=60))
def test_no_prose_breaks_the_reading_of_it(source: str) -> None:
    claims = parse(source)
    untied(source)
    compare(source, {claim.expression: 1 for claim in claims})
