"""CITATION.cff and BibTeX: whatever is cited can be found."""

from __future__ import annotations

import re

import pytest
from records import plain

from topics.errors import InputError
from topics.figures import FIGURES
from topics.record import RunRecord
from topics.report import citation, methods_sentences
from topics.runs import Run

CITED = re.compile(r"([A-Z][\w’-]+(?: and [A-Z]\w+| et al\.)?),? ((?:19|20)\d\d)\b")


def everything_said(run: Run) -> str:
    return " ".join([*methods_sentences(run.record).values(), *(run.sidecar(name)["caption"] for name in run.figures)])


def test_every_source_that_a_caption_or_the_methods_cite_is_in_the_file(sample_run: Run) -> None:
    text = everything_said(sample_run)
    known = citation.references()
    cited = sorted({f"{author} {year}" for author, year in CITED.findall(text)})
    assert len(cited) > 10
    assert [one for one in cited if not any(citation.is_cited(reference, one) for reference in known)] == []


def test_every_source_in_the_file_is_cited_by_a_method(sample_run: Run) -> None:
    coded = plain(sample_run)
    coded["results"] |= {"coded_paragraphs": 10, "codes_used": True}
    coded["settings"]["profiles"]["population"] = "articles like these"
    said = methods_sentences(RunRecord.from_dict(coded))
    text = " ".join([everything_said(sample_run), said["themes"], said["shares"], said["differences"]])
    assert [one["title"] for one in citation.references()[1:] if not citation.is_cited(one, text)] == []


@pytest.mark.parametrize(
    ("authors", "text", "cited"),
    [
        (["Rubin"], "(Rubin 1981)", True),
        (["Rubin"], "(Rubin, 1981)", True),
        (["Rubin"], "(Rubin 1982)", False),
        (["Rubin", "Little"], "(Rubin 1981)", False),
        (["Rubin", "Little"], "(Rubin and Little 1981)", True),
        (["Rubin", "Little", "Cox"], "(Rubin et al. 1981)", True),
        (["Rubin"], "(Van Rubinstein 1981)", False),
    ],
)
def test_a_citation_names_one_two_or_more_authors(authors: list[str], text: str, cited: bool) -> None:
    reference = {"authors": [{"family-names": name, "given-names": "A."} for name in authors], "year": 1981}
    assert citation.is_cited(reference, text) is cited


def test_bibtex_has_one_well_formed_entry_per_source() -> None:
    entries = [citation.bibtex(one) for one in citation.references()]
    keys = [re.match(r"@[a-z]+\{([a-z0-9]+),\n", entry) for entry in entries]
    assert all(keys)
    assert len({found[1] for found in keys if found}) == len(entries)
    for entry in entries:
        assert entry.count("{") == entry.count("}")
        assert re.search(r"(?<!\\)[&%#]", entry) is None
        assert "author = {" in entry
        assert "title = {{" in entry


def test_a_figure_is_cited_with_its_caption_its_methods_and_their_sources(small_run: Run) -> None:
    said = small_run.cite("keyness")
    assert small_run.sidecar("keyness")["caption"] in said
    assert methods_sentences(small_run.record)["keyness"] in said
    assert "@article{monroe2008," in said
    assert "@software{topics," in said
    assert "campello2013" not in said, "no topic is in it"
    assert "seed 7" in said


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_rests_on_methods_that_are_told(sample_run: Run, name: str) -> None:
    assert set(FIGURES[name].methods) <= set(methods_sentences(sample_run.record))


def test_a_figure_that_is_not_there_is_an_input_error(small_run: Run) -> None:
    with pytest.raises(InputError, match="no figure 'pie'; expected one of ribbon"):
        small_run.cite("pie")
