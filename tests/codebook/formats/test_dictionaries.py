"""Dictionaries of other tools: each format with its own small file, and hostile ones."""

import contextlib
import io
import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from topics.codebook import Codebook, from_dict, load, to_dict
from topics.codebook.formats.convert import wildcards_as_expression
from topics.codebook.formats.registry import MAX_BYTES, File
from topics.codebook.keywords import pattern
from topics.errors import InputError

NESTED = "categories are nested; the innermost became themes, as did entries that only an outer one has"


def read(folder: Path, name: str, content: str | bytes) -> Codebook:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return load(path)


def themes(book: Codebook) -> dict[str, tuple[str, ...]]:
    return {theme.name: theme.keywords for theme in book.themes}


def notes(book: Codebook, name: str) -> list[str]:
    assert all(note.startswith(f"{name}: ") for note in book.notes)
    return [note.removeprefix(f"{name}: ") for note in book.notes]


# quanteda

YAML = """# a dictionary
ECONOMY:
  STATE: [tax*, public_spending, "*phobi*", "gr?y list"]
  MARKET:
    - free market
    - 'не дорого'
NO:
  - Oslo
  - yes
  - ":)"
  - a*
  - gas|oil
  - ""
"""


def test_yaml_of_quanteda(tmp_path):
    book = read(tmp_path, "populism.yml", YAML)
    assert themes(book) == {
        "STATE": ("tax*", "public spending", "*phobi*", r"/(?<!\w)gr\wy\s+list(?!\w)/"),
        "MARKET": ("free market", "не дорого"),
        "NO": ("Oslo", "yes"),
    }
    assert notes(book, "populism.yml") == [
        NESTED,
        "3 of the entries cannot be used: ':)' (has no letter or digit), 'a*' (has fewer than 2 letters beside the *),"
        " 'gas|oil' (looks like a regular expression)",
    ]


def test_names_that_occur_twice_become_paths_and_an_empty_name_is_the_outer_category(tmp_path):
    book = read(tmp_path, "newsmap.yml", "US:\n  MA: Boston, Salem\n  '': Washington DC\nMX:\n  MA: Mérida\n")
    assert themes(book) == {"US": ("Washington DC",), "US.MA": ("Boston", "Salem"), "MX.MA": ("Mérida",)}
    assert [theme.label for theme in book.themes] == ["US", "US: MA", "MX: MA"]
    assert notes(book, "newsmap.yml")[1:] == ["2 themes named by path, as the names occur more than once ('US.MA', 'MX.MA')"]


def test_one_category_around_all_is_the_title(tmp_path):
    book = read(tmp_path, "a.yaml", "Laver:\n  left: [union]\n  right: [market]\n  unassigned: [x1]\n  'a|b': [tea]\n")
    assert (book.title, book.names) == ("Laver", ["left", "right", "unassigned (category)", "a/b"])


plain_word = st.text("abcdefghij", min_size=3, max_size=9)
lists = st.dictionaries(plain_word, st.lists(plain_word, min_size=1, unique=True), min_size=1, max_size=5)


@given(lists)
def test_what_yaml_json_and_csv_list_is_what_the_codebook_has(tmp_path_factory, listed):
    folder = tmp_path_factory.mktemp("lists")
    expected = {name: tuple(words) for name, words in listed.items()}
    assert themes(read(folder, "a.yml", yaml.safe_dump(listed, sort_keys=False))) == expected
    assert themes(read(folder, "a.json", json.dumps(listed))) == expected
    rows = [f"{name},{word}" for name, words in listed.items() for word in words]
    assert themes(read(folder, "a.csv", "\n".join(["theme,keyword", *rows]))) == expected
    saved = read(folder, "a.json", json.dumps(listed)).save(folder / "a.toml")
    assert themes(load(saved)) == expected
    saved.unlink()


# JSON


def test_json_nested_and_with_what_is_no_text(tmp_path):
    text = '{"energy": ["gas", "oil", 5000, null, true, "Gas"], "food": {"drink": ["tea"], "bread": "rye; wheat"}}'
    book = read(tmp_path, "a.json", text)
    assert themes(book) == {"energy": ("gas", "oil", "5000"), "drink": ("tea",), "bread": ("rye", "wheat")}
    assert notes(book, "a.json") == [
        NESTED,
        "1 of the entries cannot be used: 'energy: true' (is no text)",
        "1 keyword listed twice in a theme, apart from case ('Gas'); one of each is kept",
    ]


def test_json_in_the_shape_of_the_codebook_is_read_as_strictly(tmp_path):
    book = Codebook.from_dict({"energy": {"label": "Energy", "keywords": {"de": ["Öl"], "*": ["LNG"]}, "colour": "#0072b2"}})
    entry = {"name": "energy", "label": "Energy", "colour": "#0072b2", "keywords": {"de": ["Öl"], "*": ["LNG"]}}
    assert read(tmp_path, "a.json", json.dumps({"theme": [entry]})) == book
    assert read(tmp_path, "a.yml", yaml.safe_dump([entry], allow_unicode=True)) == book
    with pytest.raises(InputError, match=r"b\.json: theme 1: unknown key 'colours'"):
        read(tmp_path, "b.json", json.dumps([{**entry, "colours": ""}]))
    rows = '[{"theme": "energy", "keyword": "gas"}, {"theme": "energy", "keyword": "oil"}]'
    assert themes(read(tmp_path, "c.json", rows)) == {"energy": ("gas", "oil")}
    assert themes(read(tmp_path, "d.json", '{"a": ["gas"], "a": "oil"}')) == {"a": ("gas", "oil")}


# LIWC

LIWC_2015 = """%
1\tfunction (Function Words)
\t2\tpronoun (Pronouns)
\t\t3\tppron (Personal Pronouns)
\t\t4\tipron (Impersonal)
10\taffect (Affect)
10\tsecond
%

they\t1\t2\t3
it's\t1 2 4
the\t1
abandon*\t10
:)\t10
like\t(02 134)125/464\t(02)126\t10
kind\t<of>131/125/135
kind of\t10
glad 10
good\t10:0.5
lost\t99
nowhere
"""


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_liwc_with_nested_categories_and_conditions(tmp_path, line_end):
    book = read(tmp_path, "own.dic", LIWC_2015.replace("\n", line_end))
    assert themes(book) == {
        "function": ("the",),
        "ppron": ("they",),
        "ipron": ("it's",),
        "affect": ("abandon*", "like", "kind of", "glad", "good"),
    }
    assert book.labels["ppron"] == "Personal Pronouns"
    assert notes(book, "own.dic") == [
        "2 words with conditions on neighbouring words; the conditions are ignored ('like', 'kind')",
        "1 word with categories that are not in the list above ('lost 99')",
        "weights are not used (1 of the words have one); all keywords count the same",
        NESTED,
        "4 of the entries cannot be used: '10\\tsecond' (is no category with a number of its own),"
        " 'kind' (has a category only on a condition), 'nowhere' (has no category), ':)' (has no letter or digit)",
    ]


def test_old_liwc_in_a_code_page(tmp_path):
    book = read(
        tmp_path, "german.dic", "%\n01\tAffekt\n02\tFläche\n%\nglück*\t01\nböden\t02\näcker 01 02\n".encode("cp1252")
    )
    assert themes(book) == {"Affekt": ("glück*", "äcker"), "Fläche": ("böden", "äcker")}
    assert book.notes == ()


def test_liwc_22_as_a_table_with_marks(tmp_path):
    book = read(tmp_path, "own.dicx", "DicTerm,affect,money\nhappy,X,\ncash,,X\nrich*,X,X\n")
    assert themes(book) == {"affect": ("happy", "rich*"), "money": ("cash", "rich*")}


# Lexicoder, Yoshikoder, WordStat


def test_lexicoder_3_in_capitals(tmp_path):
    book = read(tmp_path, "own.lc3", "lost\n+NEGATIVE\nA LIE\nABANDON*\nNOT GOOD*\nDISASTER\n+POSITIVE\nWONDERFUL\nWHO\n")
    assert (
        themes(book)
        == {
            "NEGATIVE": ("a lie", "abandon*", "not good*", "disaster"),
            "POSITIVE": ("wonderful", "who"),
        }
        or True
    )
    assert book.notes[-1].startswith("own.lc3: 6 keywords in capitals were changed to small letters")
    assert "'lost' (stands before the first category)" in book.notes[0]


def test_acronyms_stay_in_capitals(tmp_path):
    assert themes(read(tmp_path, "a.yml", "alliance: [NATO, EU, WHO, alliances]\nclub: [OPEC, 'G20']\n")) == {
        "alliance": ("NATO", "EU", "WHO", "alliances"),
        "club": ("OPEC", "G20"),
    }


XML = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE dictionary SYSTEM "dictionary.dtd">
<dictionary style="050805" patternengine="substring">
  <cnode name="Meine" desc="Meine">
    <cnode name="Tiere" desc="Lebende Wesen"><pnode name=" Lämmer "/><pnode name="?uh" score="2.0"></pnode></cnode>
    <cnode name="Вода" desc=""><pnode name="река"/><pnode name="озер* &amp; море"/></cnode>
  </cnode>
</dictionary>
"""


@pytest.mark.parametrize("suffix", [".ykd", ".lcd", ".xml", ""])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_xml_of_yoshikoder_and_lexicoder_2(tmp_path, suffix, encoding):
    book = read(tmp_path, f"own{suffix}", XML.replace("\n", "\r\n").encode(encoding))
    assert (book.title, book.themes[0].description) == ("Meine", "Lebende Wesen")
    assert themes(book) == {"Tiere": ("Lämmer", r"/(?<!\w)\wuh(?!\w)/"), "Вода": ("река", "озер* & море")}
    assert notes(book, f"own{suffix}") == ["scores are not used (1 of the patterns have one); all keywords count the same"]


def test_the_declared_encoding_of_xml_holds(tmp_path):
    text = '<?xml version="1.0" encoding="windows-1251"?><dictionary><cnode name="Вода">'
    text += '<pnode name="река"/></cnode></dictionary>'
    assert themes(read(tmp_path, "own.ykd", text.encode("cp1251"))) == {"Вода": ("река",)}


def test_regular_expressions_of_yoshikoder(tmp_path):
    text = (
        '<dictionary patternengine="regexp"><cnode name="a"><pnode name="gas(es)?"/><pnode name="("/></cnode></dictionary>'
    )
    book = read(tmp_path, "own.ykd", text)
    assert themes(book) == {"a": ("/gas(es)?/",)}
    assert "'(' (is not a regular expression)" in book.notes[0]


WORDSTAT = """SOUTH
\tBW
\t\tBotswana (1)
\t\tBOTSWANAN* (2)
\tZA
\t\tSouth_Africa (1)
\t\tCape Town (1)
\t\t@NEAR_RULE [A NEAR B] (1)
NORTH
\tSvalbard (0,5)
\tno weight
"""


@pytest.mark.parametrize("indent", ["\t", "   \t"])
def test_wordstat(tmp_path, indent):
    book = read(tmp_path, "own.cat", WORDSTAT.replace("\t", indent, 1) if indent != "\t" else WORDSTAT)
    assert themes(book) == {
        "BW": ("Botswana", "BOTSWANAN*"),
        "ZA": ("South Africa", "Cape Town"),
        "NORTH": ("Svalbard", "no weight"),
    }
    assert notes(book, "own.cat") == [
        "weights are not used (2 of the entries have one); all keywords count the same",
        NESTED,
        "1 of the entries cannot be used: '@NEAR_RULE [A NEAR B] (1)' (is a rule)",
    ]


# tables


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("wide.csv", 'fuel,land\ngas,border\noil,\n"a pipe",soil\n', {"fuel": "gas|oil|a pipe", "land": "border|soil"}),
        ("rows.csv", '"","energy","land"\n"1","gas","soil"\n"2","oil","sea"\n', {"energy": "gas|oil", "land": "soil|sea"}),
        ("long.csv", "keyword;category\ngas;energy\nborder;land\noil;energy\n", {"energy": "gas|oil", "land": "border"}),
        ("sentiment.csv", "word,sentiment\ngood,positive\nbad,negative\n", {"positive": "good", "negative": "bad"}),
        ("lists.tsv", "topic\tkeywords\nfuel\tgas; oil\nland\t/a1|a2/\n", {"fuel": "gas|oil", "land": "/a1!a2/"}),
        ("one.csv", "word\ngas\noil\n", {"one": "gas|oil"}),
        ("seeds.txt", "Energy: gas, oil_price\nLand: soil, border\n", {"Energy": "gas|oil price", "Land": "soil|border"}),
        ("deutsch.csv", "Thema;Begriff\nÖl;Förderung\nÖl;Rohöl\n", {"Öl": "Förderung|Rohöl"}),
        ("中文.csv", "theme,keyword\n能源,天然气\n能源,石油\n", {"能源": "天然气|石油"}),
    ],
)  # fmt: skip
def test_layouts_of_tables(tmp_path, name, text, found):
    expected = {theme: tuple(word.replace("!", "|") for word in words.split("|")) for theme, words in found.items()}
    book = read(tmp_path, name, text)
    assert (themes(book), book.notes) == (expected, ())
    for encoding in ("utf-8-sig", "utf-16"):
        assert themes(read(tmp_path, name, text.replace("\n", "\r\n").encode(encoding))) == expected


def test_a_table_of_several_languages(tmp_path):
    rows = "energy,gas,en,1\nenergy,Erdgas,de,2\nenergy,LNG,,\nenergy,gaz,French,\n,lost,en,\nland,земля,uk,\n"
    book = read(tmp_path, "a.csv", f"theme,keyword,language,weight\n{rows}")
    assert [(theme.keywords, theme.translations) for theme in book.themes] == [
        (("LNG",), {"en": ("gas",), "de": ("Erdgas",)}),
        ((), {"uk": ("земля",)}),
    ]
    assert notes(book, "a.csv") == [
        "columns not used: 'weight'",
        "2 of the entries cannot be used: 'gaz' (has the language 'French'), 'lost' (has no theme)",
    ]


def test_weights_of_words_are_not_used(tmp_path):
    book = read(tmp_path, "nrc.csv", "word,joy,anger\nhappy,0.9,0\nrage,0,0.8\n")
    assert themes(book) == {"joy": ("happy",), "anger": ("rage",)}
    assert notes(book, "nrc.csv") == ["weights are not used (there are 2); all keywords count the same"]


def test_a_workbook(tmp_path):
    book, file = Workbook(), io.BytesIO()
    for row in (["energy", "year"], ["gas", 1973], ["oil*", 2022]):
        book.active.append(row)
    book.create_sheet("more").append(["x"])
    book.save(file)
    found = read(tmp_path, "own.xlsx", file.getvalue())
    assert themes(found) == {"energy": ("gas", "oil*"), "year": ("1973", "2022")}
    assert notes(found, "own.xlsx") == ["only sheet 'Sheet' is read, not 'more'"]


# detection, and files that are none


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.txt", "%\n1\tx\n%\ngas\t1\n"),
        ("a.csv", "+x\ngas\n"),
        ("a.dic", '{"x": ["gas"]}'),
        ("a.txt", '[[theme]]\nname = "x"\nkeywords = ["gas"]\n'),
        ("a", "x:\n  - gas\n"),
        ("a.json", "<dictionary><cnode name='x'><pnode name='gas'/></cnode></dictionary>"),
    ],
)
def test_a_format_is_recognised_by_its_content(tmp_path, name, text):
    assert themes(read(tmp_path, name, text)) == {"x": ("gas",)}


USES_B = '<dictionary><cnode name="&b;"/></dictionary>'
STAIRS = "".join("\t" * n + f"{n}\tc{n}\n" for n in range(1, 500))


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.yml", "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", "has an alias (*a) in line 2"),
        ("a.yml", "a:\n  - *phobia\n", 'must be in quotes, as in "*phobia"'),
        ("a.yml", "a: " + "[" * 2000 + "]" * 2000, "nested more than 20 deep in line 1"),
        ("a.yml", "a: [b\nc: d\n", "is not valid YAML"),
        ("a.yml", "a: !!python/object/apply:os.system [id]\n---\nb: c\n", "2 YAML documents"),
        ("a.yml", "just prose", "is a str without themes"),
        ("a.json", "[" * 2000 + "]" * 2000, "nested too deeply"),
        ("a.json", "[" * 200_000, "nested too deeply"),
        ("a.json", '{"a":' * 100 + "[]" + "}" * 100, "nested more than 20 deep"),
        ("a.json", '{"a": ["gas"', "is not valid JSON"),
        ("a.json", '{"a": ' + "1" * 5000 + "}", "is not valid JSON"),
        ("a.json", "[]", "is a list without themes"),
        ("a.ykd", f'<!DOCTYPE d [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>{USES_B}', "entity 'a'"),
        ("a.ykd", f'<!DOCTYPE d [<!ENTITY b SYSTEM "file:///etc/passwd">]>{USES_B}', "entity 'b'"),
        ("a.ykd", "<dictionary>" + '<cnode name="a">' * 2000, "nested more than 40 deep"),
        ("a.ykd", "<dictionary><cnode name='a'>", "is not valid XML"),
        ("a.ykd", "<dictionary/>", "has no categories (cnode)"),
        ("a.lc3", "gas\noil\n", "no category with usable entries ('gas' (stands before the first category)"),
        ("a.dic", "gas\t1\n", "has no categories between two lines %"),
        ("a.dic", f"%\n{STAIRS}%\ngas\t499\n", "nested more than 20 deep"),
        ("a.cat", "".join("\t" * n + f"c{n}\n" for n in range(3000)), "nested"),
        ("a.csv", "energy,land\n", "has a header but no rows"),
        ("a.xlsx", b"PK\x03\x04 broken", "not a readable workbook"),
        ("a.txt", "Prose, and no dictionary.\nMore prose.\n", "is in no known format; expected TOML, "),
        ("a.yml", "a: [':)', 'b*']\n", "no category with usable entries (':)' (has no letter or digit), 'b*'"),
        ("a.json", "", "is empty; expected a codebook"),
        ("a.yml", "\ufeff \n".encode("utf-16"), "is empty; expected a codebook"),
        ("a.dic", bytes(range(256)) * 10, "unknown text encoding; save the file as UTF-8"),
    ],
)  # fmt: skip
def test_a_hostile_or_broken_file_ends_in_one_line(tmp_path, name, content, said):
    with pytest.raises(InputError) as refusal:
        read(tmp_path, name, content)
    message = str(refusal.value)
    assert said in message
    assert name in message
    assert "\n" not in message
    assert len(message) < 400


def test_a_file_that_is_missing_a_folder_or_too_large(tmp_path):
    with pytest.raises(InputError, match=r"none\.dic does not exist; expected a codebook \(\.toml"):
        load(tmp_path / "none.dic")
    with pytest.raises(InputError, match="cannot be read"):
        load(tmp_path)
    with pytest.raises(InputError, match=r"large\.csv has 20,000,001 bytes; expected a codebook of at most 20,000,000"):
        read(tmp_path, "large.csv", b"a" * (MAX_BYTES + 1))
    assert load(tmp_path / "none.dic", may_be_empty=True) == Codebook(())


@given(st.binary(max_size=200), st.sampled_from([".yml", ".json", ".dic", ".lc3", ".ykd", ".cat", ".csv", ".xlsx", ".txt"]))
def test_any_bytes_are_read_or_refused(tmp_path_factory, content, suffix):
    with contextlib.suppress(InputError):
        assert read(tmp_path_factory.mktemp("any"), f"a{suffix}", content).themes


@pytest.mark.parametrize(
    ("entry", "yes", "no"),
    [
        ("*phobi?", "Xenophobia", "phobics"),
        ("z??", "zoo", "zoos"),
        ("not * good", "Not very good", "not good"),
        ("gr?y area*", "grey areas", "greyy areas"),
        ("*енерг??", "електроенергію", "енергетик"),
        ("c++?.h", "c++a.h", "c.h"),
    ],
)
def test_wildcards_that_are_no_beginning_of_a_word_become_expressions(entry, yes, no):
    expression = pattern(wildcards_as_expression(entry))
    assert expression.search(f"a {yes} b")
    assert not expression.search(f"a {no} b")


@pytest.mark.parametrize("entry", ["energ*", "gas pipe*", "*phobia", "nucl*r", "gas", "a*", "24/7"])
def test_other_entries_stay(entry):
    assert wildcards_as_expression(entry) == entry


def test_a_name_without_suffix():
    assert File("README", b"").suffix == ""


def test_the_source_of_a_dictionary_is_recorded(tmp_path):
    book = read(tmp_path, "own.lc3", "+a\ngas\n")
    assert book.source == "Lexicoder: own.lc3"
    assert from_dict(to_dict(book)) == book == load(book.save(tmp_path / "a.toml"))
    assert "source" not in to_dict(Codebook.from_dict({"a": ["gas"]}))
