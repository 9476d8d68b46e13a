"""Words broken by typesetting: joined where they are one word, by how the text spells them elsewhere."""

import pytest

from topics.reading.formats.typesetting import Hyphenation, count_ligatures, mend_line_ends, plain_letters


@pytest.mark.parametrize(
    ("text", "before", "after", "joined"),
    [
        ("", "the Corpora-", "tion owns", "the Corporation owns"),
        ("", "a long-", "term plan", "a long-term plan"),
        ("A co-operation.", "their co-", "operation failed", "their co-operation failed"),
        ("A decision-making body.", "the decision-", "making body", "the decision-making body"),
        ("Of policymaking.", "the policy-", "making body", "the policymaking body"),
        ("The climate is friendly.", "a climate-", "friendly law", "a climate-friendly law"),
        ("", "die Regie-", "rung sagt", "die Regierung sagt"),
        ("", "die US-", "Regierung sagt", "die US-Regierung sagt"),
        ("", "Energie-", "und Klimapolitik", "Energie- und Klimapolitik"),
        ("", "Jean-", "Luc came", "Jean-Luc came"),
        ("", "THE REGU-", "LATION OF", "THE REGULATION OF"),
        ("", "the refi\u00ad", "nery burns", "the refinery burns"),
        ("", "la coopé\u2010", "ration", "la coopération"),
        ("", "no hyphen", "at all", "no hyphen at all"),
        ("", "from 1914-", "1918 on", "from 1914-1918 on"),
        ("", "a dash –", "and more", "a dash – and more"),
        ("", "面包师", "揉面", "面包师揉面"),
        ("", "a self-govern-", "ing town", "a self-governing town"),
    ],
)
def test_words_at_line_ends_are_joined_as_they_are_spelled(text: str, before: str, after: str, joined: str):
    hyphenation = Hyphenation(f"{text}\n{before}\n{after}")
    assert hyphenation.join(before, after) == joined


def test_only_words_joined_without_their_hyphen_are_counted():
    hyphenation = Hyphenation("")
    for before, after in [("Corpora-", "tion"), ("long-", "term"), ("a", "b")]:
        hyphenation.join(before, after)
    assert hyphenation.joined == 1


def test_ligatures_are_letters_and_invisible_characters_are_nothing():
    text = "o\ufb03ce \ufb02ag a\ufb00air \ufb01x ba\ufb04e \ufb05 \ufb06 soft\u00adhyphen \ufeffmark æ ½"
    assert plain_letters(text) == "office flag affair fix baffle st st softhyphen mark æ ½"
    assert count_ligatures(text) == 7


@pytest.mark.parametrize(
    ("text", "mended", "joined"),
    [
        ("the refi-\nnery, which\nburns", "the refinery,\nwhich\nburns", 1),
        ("a long-\nterm plan", "a long-term\nplan", 0),
        ("the refi-\nnery.\n\nThe next", "the refinery.\n\n\nThe next", 1),
        ("the refi-\nnery\nand more", "the refi-\nnery\nand more", 0),
        ("pre-\nand post-war", "pre-\nand post-war", 0),
        ("- one\n- two\na dash -\nand", "- one\n- two\na dash -\nand", 0),
        ("1914-\n1918", "1914-\n1918", 0),
        ("", "", 0),
    ],
)
def test_words_broken_in_pasted_text_move_to_the_line_where_they_begin(text: str, mended: str, joined: int):
    assert mend_line_ends(text) == (mended, joined)
