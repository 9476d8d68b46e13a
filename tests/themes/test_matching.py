"""Matching: keywords are found as people mean them, and nothing is counted twice."""

import itertools
from collections import Counter, defaultdict
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topics import codebook as codebooks
from topics.errors import InputError
from topics.text import tokenise, tokenise_all
from topics.themes.estimate import Counts
from topics.themes.matching import Forms, Matcher, Matchers, written


def matcher(*keywords: list[str], language: str = "en") -> Matcher:
    """One theme per list of keywords."""
    themes = [{"name": f"theme {i}", "keywords": words} for i, words in enumerate(keywords)]
    return Matcher(codebooks.from_dict({"theme": themes}), language)


def terms(known: Matcher, text: str, forms: Forms | None = None) -> list[str]:
    return known.terms(tokenise(text, known.language), forms)


def found(keyword: str, text: str, language: str = "en") -> int:
    """How often ``keyword`` is found in ``text``."""
    one = matcher([keyword], language=language)
    return terms(one, text).count(one.keywords[0][keyword])


def columns_of(known: Matcher, text: str) -> dict[str, int]:
    """The column of each term of ``text``."""
    return Counts.of([[terms(known, text)]], np.zeros(1), np.zeros(1)).columns


@pytest.mark.parametrize(
    ("keyword", "text", "times"),
    [
        ("pipeline", "PIPELINE Pipeline pipeline", 3),
        ("PIPELINE", "a pipeline, a PIPELINE", 1),
        ("pipeline", "Pipelines, the pipeline's end, the pipelines' ends, the pipeline’s end", 4),
        ("pipelines", "one pipeline", 1),
        ("invest", "invested, investing, invests", 3),
        ("China's", "China and Chinas", 2),
        ("pipe", "pipeline windpipe", 0),
        ("café", "Cafe\u0301 CAFÉ", 2),
    ],
)
def test_a_word_matches_in_any_case_and_inflection_and_not_inside_another(keyword: str, text: str, times: int) -> None:
    assert found(keyword, text) == times


@pytest.mark.parametrize(
    ("keyword", "text", "times"),
    [
        ("Belt and Road", "the belt and road, the Belts and Roads, BELT AND ROAD", 3),
        ("Belt and Road", "the Belt-and-Road plan, the Belt–and–Road plan", 2),
        ("Belt and Road", "belt and\nroad, belt  and road", 2),
        ("Belt and Road", "a belt on the road, road and belt, belt road", 0),
        ("Belt and Road", "Belt and Belt and Road and Road", 1),
        ("oil prices", "the oil price rose", 1),
        ("state-of-the-art", "a state of the art, the state-of-the-art", 2),
    ],
)
def test_a_phrase_matches_its_words_in_order_inflected_and_hyphenated(keyword: str, text: str, times: int) -> None:
    assert found(keyword, text) == times


@pytest.mark.parametrize(
    ("keyword", "text", "times"),
    [
        ("multi-polar", "multi-polar multipolar multi polar Multi–Polar multi\u2011polar multi\u2010polar", 6),
        ("multipolar", "multi-polar multipolar Multi–Polar multi\u2011polar", 4),
        ("multipolar", "multi, polar; multi polar", 0),
        ("multi polar", "multi-polar, multi polar", 2),
        ("Indo-Pacific", "Indo-Pacific, the Indo Pacific, IndoPacific, Indo–Pacific", 4),
        ("Indo Pacific", "Indo-Pacific, Indo–Pacific", 2),
        ("pipe-lines", "a pipeline, pipelines, a pipe-line", 3),
        ("co-operation", "cooperation, co-operation, to co-operate", 2),
        ("cooperation", "cooperation, co-operation, to co-operate", 2),
        ("well-being", "wellbeing and well-being", 2),
    ],
)
def test_hyphens_do_not_matter(keyword: str, text: str, times: int) -> None:
    assert found(keyword, text) == times


@pytest.mark.parametrize(
    ("keyword", "text", "times"),
    [
        ("U.S.", "the U.S. and the US told us", 2),
        ("US", "the U.S. and the US told us", 2),
        ("G7", "the G7, the g7, G-7, the G7's talks", 4),
        ("G7", "7 of 70", 0),
        ("S-400", "an S-400, the S400, the S–400, an S 400", 4),
        ("S400", "an S-400, the S400", 2),
        ("1989", "in 1989 and 1990", 1),
    ],
)
def test_names_and_numbers_can_be_keywords(keyword: str, text: str, times: int) -> None:
    assert found(keyword, text) == times


@pytest.mark.parametrize(
    ("language", "keyword", "text", "times"),
    [
        ("zh", "天然气", "两国签署了天然气协议。天然气涨价", 2),
        ("zh", "天然气", "他们谈到了天气，自然也谈了气候", 0),
        ("zh", "石油", "石油和石油价格", 2),
        ("en", "天然气", "The word 天然气 means gas", 1),
        ("ja", "パイプライン", "新しいパイプラインです", 1),
        ("ru", "газопровод", "Газопровода, газопроводами и ГАЗОПРОВОД", 3),
        ("ru", "Россия", "в России, с Россией, РОССИЮ", 3),
        ("ru", "Дальний Восток", "на Дальнем Востоке и Дальнего Востока", 2),
        ("ru", "северо-западный", "северо-западного, северозападный", 2),
        ("de", "Vertrag", "des Vertrages, die Verträge", 2),
        ("xx", "Pipeline", "pipeline PIPELINE pipelines", 2),
    ],
)
def test_other_languages_and_scripts_are_matched_by_their_own_rules(
    language: str, keyword: str, text: str, times: int
) -> None:
    assert found(keyword, text, language) == times


@pytest.mark.parametrize(
    ("keyword", "text", "times"),
    [
        ("/pipelines?/", "PIPELINE, pipelines, Pipelined", 3),
        (r"/\bpipelines?\b/", "PIPELINE, pipelines, Pipelined", 2),
        ("/(oil|gas) fields?/", "Oil field and GAS FIELDS, oil", 2),
        ("/oil|gas/", "oil, gas, coal", 2),
        ("/a+/", "baa b", 1),
        ("/天然?气/", "天气和天然气", 2),
        (r"/\$\d+ (b|m)illion/", "for $40 billion", 1),
        ("24/7", "open 24/7", 1),
    ],
)
def test_a_keyword_between_slashes_is_a_regular_expression_in_any_case(keyword: str, text: str, times: int) -> None:
    assert found(keyword, text) == times


def test_words_that_a_regular_expression_matched_stay_words() -> None:
    assert sorted(terms(matcher(["/(oil|gas) field/"]), "Oil field")) == ["/(oil|gas) field/", "field", "oil"]


@pytest.mark.parametrize(
    ("keywords", "text", "expected"),
    [
        (["natural gas"], "natural gas and gas", ["[natural gas]", "gas"]),
        (["natural gas", "gas"], "natural gas and gas", ["[natural gas]", "[gas]", "[gas]"]),
        (["oil price", "oil price cap"], "the oil price cap and an oil price", ["[oil price cap]", "[oil price]"]),
        (["oil price cap", "oil price"], "the oil price cap and an oil price", ["[oil price cap]", "[oil price]"]),
        (["gas field", "natural gas"], "natural gas field", ["[natural gas]", "field"]),
        (["Belt and Road"], "Belt and Road, and a belt", ["[Belt and Road]", "belt"]),
        (["multi-polar"], "multi-polar, multipolar", ["[multi-polar]", "[multi-polar]"]),
        (["Belt-and-Road", "road"], "Belt and Road", ["[Belt-and-Road]", "[road]"]),
        (["天然气"], "天然气", ["[天然气]"]),
    ],
)
def test_a_phrase_stands_for_its_words_longest_first_unless_they_are_keywords(
    keywords: list[str], text: str, expected: list[str]
) -> None:
    assert Counter(terms(matcher(keywords), text)) == Counter(expected)


def test_stop_words_and_numbers_are_no_terms_and_other_words_are_stems() -> None:
    assert terms(matcher(["oil"]), "The 3 ministers of the 12 states have been signing") == ["minist", "state", "sign"]


def test_a_keyword_of_two_themes_is_divided_between_them() -> None:
    both = matcher(["oil", "gas"], ["gas", "coal"])
    columns = columns_of(both, "oil gas coal")
    seeds = both.seeds(columns).weights
    assert seeds[:, columns["[gas]"]] == pytest.approx([1 / 3, 1 / 3])
    assert seeds[0, columns["[oil]"]] == pytest.approx(2 / 3)
    assert seeds.sum(axis=1) == pytest.approx([1, 1])


def test_keywords_that_come_to_the_same_term_count_once() -> None:
    one = matcher(["pipeline", "pipelines", "Pipeline's", "oil"], ["coal"])
    columns = columns_of(one, "an oil pipeline and coal")
    seeds = one.seeds(columns)
    assert seeds.weights[0, [columns["[Pipeline's]"], columns["[oil]"]]] == pytest.approx([0.5, 0.5])
    assert seeds.anchors[0] == sorted([columns["[Pipeline's]"], columns["[oil]"]])
    assert seeds.sizes == (4, 1)
    assert terms(one, "pipeline") == ["[Pipeline's]"]


def test_a_theme_without_keywords_is_known_by_its_description_and_one_with_keywords_by_them_alone() -> None:
    book = {
        "theme": [
            {"name": "a", "label": "Bread", "description": "Dough in the oven.", "examples": ["A loaf stales."]},
            {"name": "b", "label": "Boats", "description": "The hull.", "keywords": ["sail"]},
        ]
    }
    known = Matcher(codebooks.from_dict(book), "en")
    columns = columns_of(known, "Bread, dough, an oven, a loaf, a hull, a sail, a stone")
    names = list(columns)
    seeds = known.seeds(columns)
    first, second = ({names[column] for column in found} for found in seeds.anchors)
    assert first == {"bread", "dough", "oven", "loaf"}
    assert second == {"[sail]"}
    assert seeds.sizes == (0, 1)
    assert {names[column] for column in seeds.listed.nonzero()[1]} == {"[sail]"}
    assert {names[column] for column in seeds.described[1].nonzero()[0]} == {"hull"}
    assert seeds.weights[1, columns["[sail]"]] == pytest.approx(2 * seeds.weights[1, columns["hull"]])
    assert seeds.weights[0, columns["stone"]] == seeds.weights[1, columns["stone"]] == 0


def test_keywords_that_never_occur_have_no_column_and_the_rest_share_their_weight() -> None:
    known = matcher(["oil", "zeppelin"], ["airship"])
    seeds = known.seeds({"[oil]": 0})
    assert seeds.anchors == [[0], []]
    assert seeds.weights.tolist() == [[1.0], [0.0]]
    assert seeds.sizes == (2, 1)


def test_asking_seeds_for_their_weights_changes_nothing() -> None:
    seeds = matcher(["oil", "gas"], ["gas"]).seeds({"[gas]": 0, "[oil]": 1, "stone": 2})
    before = seeds.listed.copy(), seeds.described.copy()
    np.testing.assert_array_equal(seeds.weights, seeds.weights)
    np.testing.assert_array_equal(seeds.listed, before[0])
    np.testing.assert_array_equal(seeds.described, before[1])


def test_terms_are_shown_as_the_corpus_mostly_writes_them() -> None:
    forms: Forms = defaultdict(Counter)
    terms(matcher(["gas", "/oil (field|well)s?/"]), "Pipelines, pipelines, a pipeline; natural gas", forms)
    assert written("pipelin", forms) == "pipelines"
    assert written("/oil (field|well)s?/", forms) == "/oil (field|well)s?/"
    assert written("never", forms) == "never"


@pytest.mark.parametrize("spellings", [("pipe-line", "pipeline"), ("pipeline", "pipe-line"), ("pipe-lines", "Pipeline")])
def test_a_joined_and_a_hyphenated_spelling_in_two_themes_are_one_shared_keyword(spellings: tuple[str, str]) -> None:
    both = matcher(*([spelling] for spelling in spellings))
    columns = columns_of(both, "a pipeline and a pipe-line")
    assert len(columns) == 1
    seeds = both.seeds(columns)
    assert seeds.anchors == [[0], [0]]
    assert (seeds.weights == 1).all(), "each theme knows no other word"


@pytest.mark.parametrize("spellings", list(itertools.permutations(["multi-polar", "multi polar", "multipolar"])))
@pytest.mark.parametrize("text", ["multipolar", "multi-polar", "multi polar"])
def test_a_spelling_more_takes_no_match_away(spellings: list[str], text: str) -> None:
    together = matcher(list(spellings))
    assert len(terms(together, text)) == 1
    assert set(terms(together, text)) <= set(together.keywords[0].values())
    apart = matcher(*([spelling] for spelling in spellings))
    assert any(terms(apart, text)[0] in keywords.values() for keywords in apart.keywords)


@pytest.mark.parametrize(
    ("keyword", "text"),
    [
        ("co-operation treaty", "a cooperation treaty"),
        ("ceasefire agreement", "the cease-fire agreement"),
        ("anti-satellite weapon", "antisatellite weapons"),
        ("co-operation treaty", "the co-operation treaty, a Cooperation Treaty"),
        ("oil pipe-line deal", "the oil pipeline deal, an oil pipe-line deal"),
        ("treaty of co-operation", "a treaty of cooperation, treaties of co–operation"),
    ],
)
def test_hyphens_do_not_matter_within_a_phrase(keyword: str, text: str) -> None:
    assert found(keyword, text) == text.count(",") + 1
    assert len(set(terms(matcher([keyword]), text))) == 1, "nor does the phrase leave words behind"


def test_a_phrase_is_shown_as_words_even_where_they_stand_nowhere_else() -> None:
    forms: Forms = defaultdict(Counter)
    terms(matcher(["energy security"]), "Energy security is dear.", forms)
    assert written("[energy security]", forms) == "energy security"


KEYWORDS = ["gas", "pipelines", "G7", "multipolar", "天然气", "/oil(field)?s?/", "/a*b/", "U.S."]
PIECES = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [
            "Gas pipelines.",
            "the G7’s multi-polar oilfields",
            "两国签署了天然气协议。",
            "the U.S. told us",
            "multi-",
            "polar",
            "b",
        ]
    ),
)


@settings(deadline=None)  # the first call loads a dictionary
@given(st.lists(st.one_of(PIECES, st.sampled_from(["Belt and Road", "Belt-and-", "natural", "gas field"])), max_size=6))
def test_any_text_has_terms_and_none_is_empty(pieces: list[str]) -> None:
    known = matcher([*KEYWORDS, "Belt and Road", "natural gas"], ["multi-polar", "gas field"])
    forms: Forms = defaultdict(Counter)
    found = terms(known, "".join(pieces), forms)
    assert all(found)
    counts = Counts.of([[found]], np.zeros(1), np.zeros(1))
    assert counts.paragraphs.sum() == len(found)
    seeds = known.seeds(counts.columns)
    assert np.isfinite(seeds.weights).all()
    assert (seeds.weights >= 0).all()
    assert seeds.weights.sum(axis=1) == pytest.approx([float(bool(found)) for found in seeds.anchors])
    assert all(isinstance(written(term, forms), str) for term in found)


@settings(deadline=None)  # the first call loads a dictionary
@given(st.lists(PIECES, max_size=6))
def test_the_terms_of_a_text_are_those_of_its_sentences_where_no_phrase_spans_them(pieces: list[str]) -> None:
    known = matcher(KEYWORDS)
    whole = Counter(terms(known, "\n".join(pieces)))
    assert whole == sum((Counter(terms(known, piece)) for piece in pieces), Counter())


FUNCTIONAL = {"en": ("they", "Planet"), "de": ("und", "Planet"), "fr": ("les", "planète"), "es": ("los", "planeta"),
              "ru": ("они", "планета"), "pl": ("oni", "planeta")}  # fmt: skip


@pytest.mark.parametrize("language", FUNCTIONAL)
def test_function_words_are_refused_in_a_codebook_and_left_out_of_a_dictionary_of_another_tool(language: str) -> None:
    themes = codebooks.Codebook.from_dict({"pronouns": list(FUNCTIONAL[language]), "empty": [FUNCTIONAL[language][0]]})
    with pytest.raises(InputError, match="consists of function words alone"):
        Matcher(themes, language)
    one = Matcher(replace(themes, source="LIWC: own.dic"), language)
    assert [list(own) for own in one.keywords] == [[FUNCTIONAL[language][1]], []]
    assert (
        "1 of the keywords are function words alone, which stand in nearly every paragraph, and are not used"
        in (one.notes[0])
    )
    matches = one.find(tokenise(f"{FUNCTIONAL[language][0]} {FUNCTIONAL[language][1]}", language))
    assert [match.keyword for match in matches] == [FUNCTIONAL[language][1]]


def standing(keyword: str, text: str, language: str = "en") -> list[str]:
    """The forms of ``keyword`` that are found in ``text``."""
    return [text[match.start : match.end] for match in matcher([keyword], language=language).find(tokenise(text, language))]


@pytest.mark.parametrize(
    ("language", "keyword", "text", "forms"),
    [
        ("en", "WHO", "Who knows the WHO, who? The WHO's plan, W.H.O. staff.", ["WHO", "WHO's", "W.H.O."]),
        ("en", "WHO", "WHO WILL WIN THE WAR?", []),
        ("en", "WHO", "WHO warns of flu. WHO WILL WIN THE WAR?", ["WHO"]),
        ("en", "AI", "AIs, AI's, ai, said", ["AIs", "AI's"]),
        ("en", "IT", "It is IT, and it grows.", ["IT"]),
        ("en", "NATO", "NATO, Nato. WILL NATO WIN THE WAR?", ["NATO", "NATO"]),
        ("en", "US troops", "US troops told us, troops; the U.S. troop", ["US troops", "U.S. troop"]),
        ("de", "EU", "Die EU, neu, eu", ["EU"]),
        ("fr", "ONU", "L'ONU et l’ONU, onu", ["L'ONU", "l’ONU"]),
        ("es", "PAN", "El PAN y el pan", ["PAN"]),
        ("ru", "МИД", "МИД и МИДа, в МИДе, мид", ["МИД", "МИДа", "МИДе"]),
        ("uk", "ООН", "ООН, оон", ["ООН"]),
        ("pl", "NIK", "NIK i nik", ["NIK"]),
        ("tr", "AB", "AB'nin ve AB, ab", ["AB'nin", "AB"]),
    ],
)
def test_a_keyword_in_capitals_matches_capitals_alone(language: str, keyword: str, text: str, forms: list[str]) -> None:
    assert standing(keyword, text, language) == forms


@pytest.mark.parametrize(
    ("language", "keyword", "text", "forms"),
    [
        ("en", "energ*", "Energy and ENERGETIC, synergy", ["Energy", "ENERGETIC"]),
        ("de", "*energie", "Kernenergie, Energie, Energien", ["Kernenergie", "Energie"]),
        ("en", "nucl*r", "nuclear, nuclei", ["nuclear"]),
        ("en", "nuclear weapon*", "nuclear weaponry, Nuclear weapons, weapons", ["nuclear weaponry", "Nuclear weapons"]),
        ("es", "territor*", "territorio, territoriales, terror", ["territorio", "territoriales"]),
        ("fr", "chôm*", "le chômage, les chômeurs, chaume", ["chômage", "chômeurs"]),
        ("ru", "газ*", "газа, газета, магазин", ["газа", "газета"]),
        ("uk", "енерг*", "енергетика, енергії, синергія", ["енергетика", "енергії"]),
        ("en", "anti-*", "anti-war, antiwar", ["anti-war", "antiwar"]),
        ("zh", "天然*", "天然气", ["天然"]),
        ("en", "wh?t", "what", []),
    ],
)
def test_a_star_stands_for_any_letters(language: str, keyword: str, text: str, forms: list[str]) -> None:
    assert standing(keyword, text, language) == forms


@pytest.mark.parametrize(
    ("language", "keyword", "text", "forms"),
    [
        ("es", "paro", "El paro es para todos, y los paros", ["paro", "paros"]),
        ("es", "Constitución", "la Constitución y las constituciones constituyen", ["Constitución", "constituciones"]),
        ("en", "United Nations", "the United Nations, a unit of nations", ["United Nations"]),
        ("de", "Energie", "Die Energiepolitik der Kernenergie", ["Energiepolitik", "Kernenergie"]),
        ("de", "soziale Gerechtigkeit", "der sozialen Gerechtigkeit", ["sozialen Gerechtigkeit"]),
        ("fr", "énergie", "ENERGIE, ÉNERGIE, energie", ["ENERGIE", "ÉNERGIE"]),
        ("el", "πόλεμος", "ΠΟΛΕΜΟΣ και του πολέμου", ["ΠΟΛΕΜΟΣ", "πολέμου"]),
        ("fr", "crise économique", "des crises économiques", ["crises économiques"]),
        ("uk", "права людини", "про права людини", ["права людини"]),
        ("pl", "prawa człowieka", "praw człowieka", ["praw człowieka"]),
        ("ar", "حقوق الإنسان", "عن حقوق الإنسان", ["حقوق الإنسان"]),
        ("tr", "enerji", "enerjisi ve enerjik", ["enerjisi"]),
        ("fi", "energia", "energian hinta", ["energian"]),
        ("ko", "에너지", "에너지를 쓴다", ["에너지를"]),
        ("zh", "天然气", "天然气，天然和然气", ["天然气"]),
        ("ja", "石油", "石油価格と油石", ["石油"]),
        ("th", "น้ำมัน", "ราคาน้ำมันขึ้น", ["น้ำมัน"]),
    ],
)
def test_a_keyword_matches_its_own_inflections_and_nothing_else(
    language: str, keyword: str, text: str, forms: list[str]
) -> None:
    assert standing(keyword, text, language) == forms


def test_function_words_within_a_phrase_stand_as_they_are_written() -> None:
    assert standing("rule of law", "the Rule OF law, rule by law, rules of laws") == ["Rule OF law", "rules of laws"]


@pytest.mark.parametrize(
    ("language", "keyword"), [("en", "the"), ("en", "of the"), ("es", "para"), ("de", "und"), ("ru", "это")]
)
def test_function_words_alone_are_refused(language: str, keyword: str) -> None:
    with pytest.raises(InputError, match=rf"'{keyword}' consists of function words alone.*write /"):
        matcher(["oil", keyword], language=language)


@pytest.mark.parametrize(
    ("language", "keyword"),
    [("en", "IT"), ("en", "work"), ("es", "trabajo"), ("sv", "vänster"), ("en", "/the/"), ("en", "right")],
)
def test_acronyms_nouns_and_expressions_are_no_function_words(language: str, keyword: str) -> None:
    assert matcher([keyword], language=language).keywords[0]


def test_an_expression_that_takes_too_long_is_named() -> None:
    known = matcher(["/(a|aa)+$/"])
    with pytest.raises(InputError, match=r"'/\(a\|aa\)\+\$/' took more than 1 second.*simplify"):
        known.find(tokenise("a" * 60 + "b"))


def test_matches_are_listed_in_the_order_of_the_text_with_all_themes() -> None:
    known = matcher(["oil", "oil price"], ["gas", "/pri[cs]es?/", "oil"])
    text = "Gas and oil prices, oil"
    assert [(match.theme, match.keyword, text[match.start : match.end]) for match in known.find(tokenise(text))] == [
        (1, "gas", "Gas"),
        (0, "oil", "oil"),
        (1, "oil", "oil"),
        (0, "oil price", "oil prices"),
        (1, "/pri[cs]es?/", "prices"),
        (0, "oil", "oil"),
        (1, "oil", "oil"),
    ]


def test_a_word_with_the_stem_of_a_keyword_keeps_a_column_of_its_own() -> None:
    assert terms(matcher(["imports"]), "Imports are important") == ["[imports]", "import"]


def test_a_keyword_that_stands_there_is_no_form_of_another() -> None:
    text = "housing, houses"
    found = matcher(["house"], ["housing"]).find(tokenise(text))
    assert [(match.keyword, match.start) for match in found] == [("housing", 0), ("house", 9)]


def test_a_language_without_sources_is_said_to_match_the_written_form_alone() -> None:
    known = matcher(["Казахстан"], language="kk")
    assert len(known.notes) == 1
    assert "only the form in which they are written" in known.notes[0]
    assert matcher(["Казахстан"], language="ru").notes == matcher(["/x/"], language="kk").notes == ()


def test_each_text_is_matched_by_the_rules_of_its_language() -> None:
    texts = tokenise_all(["Die Gasse und das Erdgas", "gasses and gases", "los paros para"], "de", ["de", "en", "es"])
    book = codebooks.from_dict({"theme": [{"name": "a", "keywords": ["Gas", "paro", "los"]}]})
    known = Matchers(book, texts)
    found = [[tokens.text[m.start : m.end] for m in known.find(tokens)] for tokens in texts.own]
    assert found == [["Erdgas"], ["gasses", "gases"], ["paros"]], "los is an article in Spanish"
    assert known.terms(list(texts.own)[2]) == ["[paro]"]
    assert known.keywords == [{"Gas": "[Gas]", "paro": "[paro]", "los": "[los]"}]
