"""Bylines -> author, outlet and date: what they say in any language, and nothing that they do not say."""

import pytest
from conftest import times_as_costly
from hypothesis import given
from hypothesis import strategies as st

from topics.reading.boilerplate.bylines import NAME, Said, find_author, read_bylines


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("By Ida Rye", "Ida Rye"),
        ("BY IDA RYE AND OTTO KORN", "Ida Rye, Otto Korn"),
        ("By IDA RYE and OTTO KORN", "Ida Rye, Otto Korn"),
        ("Ida Rye", "Ida Rye"),
        ("By Ida Rye | March 1, 2024", "Ida Rye"),
        ("By Ida Rye Published 1 March 2024 at noon", "Ida Rye"),
        ("Written on March 1, 2024 by Ida Rye", "Ida Rye"),
        ("By Ida Rye, Staff Writer", "Ida Rye"),
        ("Ida Rye, Energy Correspondent", "Ida Rye"),
        ("By Ida Rye, Otto Korn and The Associated Bakers", "Ida Rye, Otto Korn"),
        ("By Ida Rye, BBC News", "Ida Rye"),
        ("By Jean-Luc d’Or, Łucja O’Brien-Żak", "Jean-Luc d’Or, Łucja O’Brien-Żak"),
        ("Author: Ida van der Rye", "Ida van der Rye"),
        ("Photo by Otto Korn, text by Ida Rye", "Ida Rye"),
        ("By Ida Rye; edited by Otto Korn", "Ida Rye"),
        ("Otto von Korn", "Otto von Korn"),
        ("Von Ida Rye und Otto Korn", "Ida Rye, Otto Korn"),
        ("Ein Kommentar von Ida Rye", "Ida Rye"),
        ("Autorin: Ida Rye", "Ida Rye"),
        ("Par Ida Rye et Élodie Blé", "Ida Rye, Élodie Blé"),
        ("Propos recueillis par Ida Rye", "Ida Rye"),
        ("Por Ida de la Rosa y Íñigo Ñandú", "Ida de la Rosa, Íñigo Ñandú"),
        ("Автор: Ида Рожь, РИА Новости", "Ида Рожь"),
        ("Текст: Ида Рожь и Пётр Зерно", "Ида Рожь, Пётр Зерно"),
        ("Беседовала Ида Рожь", "Ида Рожь"),
        ("作者：李小麦、王大米", "李小麦, 王大米"),
        ("（记者 李小麦）", "李小麦"),
        ("文/艾达·拉伊", "艾达·拉伊"),
    ],
)
def test_authors_are_read_as_bylines_name_them(line: str, author: str):
    assert find_author(line) == author


@pytest.mark.parametrize(
    "line",
    [
        "By the editors",
        "By staff",
        "By 2030",
        "Staff Writer",
        "March 1, 2024",
        "7 min read",
        "Kornburg Daily News",
        "The Loaf 2024-03-01",
        "Edited by Otto Korn",
        "Translated by Otto Korn",
        "Photographs by Otto Korn",
        "First published by The Loaf",
        "Powered by Breadpress",
        "Ida Rye is a lecturer at the Mill School.",
        "Ida Rye is a baker whose first novel, praised by Otto Korn, appears in May.",
        "Ida Rye ist Dozentin an der Hochschule von Kornburg.",
        "作者简介：面包大学教授",
        "来源：人文周刊",
        "记者从面包局获悉",
    ],
)
def test_no_author_is_guessed(line: str):
    assert find_author(line) == ""


@pytest.mark.parametrize(
    "line",
    [
        "Published on March 1st, 2024 at noon",
        "Friday, 1 March 2024",
        "1 Mar. 2024",
        "2024-03-01 16:42:53",
        "2024/03/01",
        "01.03.2024, 10:00 Uhr",
        "Kornburg, 1. März 2024",
        "Publié le 1er mars 2024 à 10h00",
        "1 de marzo de 2024",
        "Опубликовано: 1 марта 2024 г.",
        "2024年3月1日 10:00",
        "来源：面包日报 2024 年 3 月 1 日",
    ],
)
def test_dates_are_read_in_any_language(line: str):
    assert read_bylines([line]).date == "2024-03-01"


@pytest.mark.parametrize("line", ["March 2024", "1 March", "03/01/2024", "99.99.2024", "No. 3 of 12", "3 мая"])
def test_no_date_is_guessed(line: str):
    assert read_bylines([line]) == Said()


@pytest.mark.parametrize(
    "lines",
    [
        ["Updated 2 March 2024, first published 1 March 2024"],
        ["Обновлено: 2 марта 2024", "1 марта 2024"],
        ["Published 1 March 2024", "1 April 2024"],
        ["Updated on 1 March 2024"],
    ],
)
def test_the_first_date_counts_that_is_of_no_update_where_there_is_one(lines: list[str]):
    assert read_bylines(lines).date == "2024-03-01"


@pytest.mark.parametrize(
    ("line", "outlet"),
    [
        ("Source: The Loaf | March 1, 2024", "The Loaf"),
        ("Quelle: Kornburger Bote", "Kornburger Bote"),
        ("Источник: Хлебный вестник", "Хлебный вестник"),
        ("来源：面包日报 2024年3月1日", "面包日报"),
        ("By Ida Rye · The Loaf · 1 March 2024", "The Loaf"),
        ("Ida Rye | The Loaf | 1 March 2024", "The Loaf"),
        ("By Ida Rye | 5 min read | 1 March 2024", ""),
        ("Written on March 1, 2024 by Ida Rye", ""),
        ("By Ida Rye in Kornburg", ""),
        ("The Loaf 2024-03-01", ""),
    ],
)
def test_outlets_are_read_where_a_byline_names_them_beside_its_author_or_as_its_source(line: str, outlet: str):
    assert read_bylines([line]).outlet == outlet


@pytest.mark.parametrize(
    ("around", "outlet"),
    [
        (["Privacy policy", "© 2019–2024 The Loaf Media Ltd.", "Support The Loaf"], "The Loaf"),
        (["THE LOAF", "Write to The Loaf", "The Loaf is printed in Kornburg."], "The Loaf"),
        (["© Otto Korn / AFP", "Privacy policy"], ""),
        (["© The Loaf", "Support The Loaf"], "The Loaf"),
        (["Ten Loaves", "Privacy policy", "Read more about Ten Loaves"], ""),
    ],
)
def test_an_outlet_that_no_byline_names_is_one_that_the_page_names_again_and_again(around: list[str], outlet: str):
    assert read_bylines(["By Ida Rye"], around).outlet == outlet


def test_the_outlet_of_a_byline_counts_before_that_of_the_page_around():
    around = ["© 2024 The Crumb", "Support The Crumb"]
    assert read_bylines(["By Ida Rye", "Source: The Loaf"], around) == Said("Ida Rye", "The Loaf", "")


def test_a_page_whose_bylines_say_nothing_has_neither_author_nor_outlet_nor_date():
    assert read_bylines([], []) == read_bylines(["7 min read", "* * *", ""], ["Share", "Privacy policy"]) == Said()


@given(st.text(st.sampled_from("By by Aa.-’ ,|©作者 \t2024"), max_size=60))
def test_what_is_said_stands_in_the_line(line: str):
    said = read_bylines([line], [line])
    assert all(name.lower().strip() in line.lower() for name in said.author.split(", "))
    assert said.outlet.lower() in line.lower()


@pytest.mark.parametrize("part", ["A-", "Korn-", "By ", "A. ", "作者", "© 2024 "])
def test_an_odd_line_takes_no_long_time(part: str):
    assert times_as_costly(lambda line: (NAME.match(line), read_bylines([line], [line])), part * 1000 + "!") < 50
