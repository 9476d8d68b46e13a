"""Dates: of single values in many forms and languages, of whole columns, and in running text."""

import doctest
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from topics.text import DateColumn, dates, find_date, read_dates

JUNE_17 = """
2023-06-17 | 2023/6/17 | 2023.06.17 | 2023. 6. 17. | 20230617 | 20230617.0 | 17.06.23 | 17.6.2023 | 17. 6. 2023 | 17/06/2023
17-06-2023 | 06/17/2023 | 17 06 2023 | ٢٠٢٣/٠٦/١٧ | ２０２３－０６－１７
2023-06-17T08:30:00Z | 2023-06-17T23:30:00-08:00 | 2023-06-17 08:30:00.123456+02:00 | 20230617T083000Z | 20230617083000
2023-06-17T08:30+02:00[Europe/Berlin] | 17/06/2023 08:30 | 6/17/2023 8:30 PM | 17.06.2023, 08.30 Uhr | 17.06.2023 8:30
17.06.2023 um 8 Uhr | le 17/06/2023 à 08h30 | 17 juin 2023 à 8 h 30 | 17 de junio de 2023, 8:30 a. m.
17.06.2023 в 08:30 МСК | Sat, 17 Jun 2023 08:30:00 +0200 | Sat Jun 17 08:30:00 UTC 2023 | 17/Jun/2023:08:30:00 +0200
Sat Jun 17 2023 08:30:00 GMT+0200 (Central European Summer Time)
17-Jun-23 | 17Jun2023 | 17 June 2023 | June 17, 2023 | Jun. 17 2023 | JUNE 17TH, 2023 | the 17th of June, 2023 | 2023 June 17
Saturday, June 17, 2023 at 8:30 AM EDT | June 17, 2023 Saturday | Published: 17 June 2023 | Lagos, 17 June 2023
17. Juni 2023 | Sa., 17. Juni 2023 | am 17. Juni 2023 | den 17. Jun. 2023 | Bad Kornburg, 17. Juni 2023
17 juin 2023 | samedi 17 juin 2023 | sam. 17 juin 2023 | le 17 juin 2023
17 de junio de 2023 | sábado, 17 de junio del 2023 | 17 jun. 2023 | el 17 de junio de 2023
17 июня 2023 г. | 17 июня 2023 года | суббота, 17 июня 2023 | 17 июн. 2023 | 17.06.2023 г.
2023年6月17日 | 2023 年 6 月 17 日 星期六 08:30 | 2023年06月17日上午8点30分 | 二〇二三年六月十七日 | 2023年6月17号（星期六）
"""
OTHERS = {
    "2023-03-01": "1er mars 2023 | 1ᵉʳ mars 2023 | 1.º de marzo de 2023 | 1-го марта 2023 | Mar 1 2023 | mar. 1 mars 2023",
    "2023-08-05": "5 août 2023 | 5 aout 2023 | 5 ago 2023 | 5. Aug. 2023 | 5 авг. 2023 | AUGUST 5, 2023",
    "2024-01-20": "20. Jänner 2024 | 20. Jän. 2024 | 20 янв. 2024 | 20 ene. 2024 | 20 janv. 2024",
    "2023-06": "2023-06 | 2023/06 | 2023.06 | 06/2023 | 6.2023 | June 2023 | Juin 2023 | Juni 2023 | junio de 2023 | "
    "июнь 2023 г. | 2023年6月 | Jun-2023 | June '23 | c. June 2023 | 2023 June | 二〇二三年六月",
    "2023-Q2": "Q2 2023 | 2023-Q2 | 2023Q2 | 2Q 2023 | 2nd quarter of 2023 | 2. Quartal 2023 | II. Quartal 2023 | T2 2023 | "
    "2e trimestre 2023 | 2.º trimestre de 2023 | II кв. 2023 г. | 2-й квартал 2023 | 2023年第二季度",
    "1917": "1917 | 1917.0 | c. 1917 | ca. 1917 | c1917 | circa 1917 | around 1917 | ~1917 | um 1917 | etwa 1917 | "
    "vers 1917 | hacia 1917 | около 1917 | ок. 1917 г. | 约1917年 | 1917年左右 | 1917年 | [1917] | [1917?] | 1917? | "
    "(c. 1917) | ©1917 | in 1917 | im Jahr 1917 | en 1917 | en el año 1917 | в 1917 году | 1917 год | 一九一七年",
    "1950s": "1950s | 1950's | the 1950s | early 1950s | mid-1950s | c. 1950s | 1950er | 1950er Jahre | "
    "Anfang der 1950er-Jahre | années 1950 | les années 1950 | années 50 du XXe siècle | "
    "años 1950 | década de 1950 | años 50 del siglo XX | "
    "1950-е | 1950-е гг. | в 1950-х годах | 50-е годы XX века | 50-е годы ХХ в. | "
    "1950年代 | 20世纪50年代 | 二十世纪五十年代 | 195X | [195-]",
    "2000s": "2000s",
    "1900s": "1900er | années 1900 | 1900-е | 1900年代",
    "1999-12-31": "31.12.99 | 31-Dec-99",
    "": "|nan|NaN|None|N/A|n/a|n.d.|[n.d.]|s.d.|-|–|—|NULL|<NA>|NaT|?|unknown|undated|不详|б. г.|0000-00-00",
}  # fmt: skip
FORMS = [(text.strip(), "2023-06-17") for text in JUNE_17.replace("\n", "|").split("|") if text.strip()] + [
    (text.strip(), iso) for iso, texts in OTHERS.items() for text in texts.split("|")
]
UNCLEAR = """
03/04/2023 | 10-11-12 | 31.02.2023 | 2023-13-01 | 30 февраля 2023 | June 31, 2020 | 00/06/2023 | 32.01.2023 | 2023年13月1日
Summer 2023 | soon | yesterday | 3 days ago | 17 June | 12:30 | Jun-23 | May 20 | 2023-W24 | 2023-168 | 17 Foo 2023
Mayor 12, 2024
before 17 June 2023 | bis 17. Juni 2023 | до 17 июня 2023 | 17–18 June 2023 | June 17–18, 2023 | 17 June – 2 July 2023
2023-06-17 – 2023-06-20 | 2023-06-17/2023-06-20 | June 2023 – July 2023 | 1914-1918 | 1914–18 | 2019-20 | 2010/11 | 1917-8
44 BC | c. 17 June 1917 | 17 June 1917? | 1900s | 1955s | años 50 | 50er Jahre | 19th century | 50s | 0001-01-01 | 9999-12-31
123456 | 17062023 | 20231301 | 202306 | 12345678901 | 2023061708 | 2023.5 | 3.1417 | Vol. 17, 2023 | 17 June 2023, p. 4
2023-06-17-08
3 May 1950s | 1950sam | 17.06.2023x
"""


@pytest.mark.parametrize(("text", "iso"), FORMS)
def test_a_date_is_read_as_exactly_as_it_is_written(text: str, iso: str) -> None:
    column = read_dates([text])
    assert column.values == (iso,)
    assert (column.understood, column.missing, column.not_understood) == ((1, 0, 0) if iso else (0, 1, 0))
    assert (column.unclear, column.message) == ((), "")


@pytest.mark.parametrize("text", [text.strip() for text in UNCLEAR.replace("\n", "|").split("|") if text.strip()])
def test_what_is_not_certain_is_kept_and_named(text: str) -> None:
    column = read_dates([text])
    assert column.values[0].replace("–", "-").removeprefix("the ") == text.replace("–", "-")
    assert (column.understood, column.missing, column.not_understood, column.unclear) == (0, 0, 1, (text,))
    assert column.message.startswith(f"1 of 1 dates not understood, e.g. '{text}'")


@pytest.mark.parametrize("text", ["2010-11", "1900s"])
def test_a_kept_text_is_no_date_for_a_later_reader(text: str) -> None:
    kept = read_dates([text, "2019-20"]).values[0]
    assert kept != text
    assert read_dates([kept]).understood == 0


# ---------------------------------------------------------------------------------- columns


@pytest.mark.parametrize(
    ("values", "expected", "order"),
    [
        ("03/04/2023 | 25/05/2023", "2023-04-03 | 2023-05-25", "day first"),
        ("03/04/2023 | 05/25/2023 10:00", "2023-03-04 | 2023-05-25", "month first"),
        ("3-4-23 | 25/05/2023", "2023-04-03 | 2023-05-25", "day first"),
        ("05/05/2023 | 2023-06-17", "2023-05-05 | 2023-06-17", ""),
        ("03.04.2023 | 05.04.2023", "2023-04-03 | 2023-04-05", "day first"),
        ("03.04.2023 | 05.25.2023", "2023-03-04 | 2023-05-25", "month first"),
        ("03/04/2023 | 25.05.2023", "03/04/2023 | 2023-05-25", "day first"),
        ("03/04/2023 | 25/05/2023 | 32/05/2023", "2023-04-03 | 2023-05-25 | 32/05/2023", "day first"),
        ("03/04/2023 | 31/02/2023", "03/04/2023 | 31/02/2023", ""),
        ("99/06/17 | 01/02/03", "1999-06-17 | 2001-02-03", "year first"),
        ("23/06/17 | 23/07/18 | 23/11/30", "23/06/17 | 23/07/18 | 23/11/30", ""),
        ("23/06/17 | 04/07/17 | 11/11/17", "2017-06-23 | 2017-07-04 | 2017-11-11", "day first"),
        ("2010-11 | 2011-12 | 2012-05", "2010-11 | 2011-12 | 2012-05", ""),
        ("2010-11 | 2011-12", "2010–11 | 2011–12", ""),
        ("1904-07 | 1914-18", "1904–07 | 1914–18", ""),
        ("2010/11 | 2010/09", "2010-11 | 2010-09", ""),
        ("2010-11", "2010-11", ""),
        ("1900s | 1910s", "1900s | 1910s", ""),
        ("1917 | c. 1920 | 17 June 2023 | 2023-Q2 | 1950s", "1917 | 1920 | 2023-06-17 | 2023-Q2 | 1950s", ""),
        ("45094 | 45094.354 | nan | 36526,5", "2023-06-17 | 2023-06-17 |  | 2000-01-01", ""),
        ("45094 | 2023-06-18", "45094 | 2023-06-18", ""),
        ("14999 | 45094", "14999 | 45094", ""),
        ("1686990600 | 999999999.5", "2023-06-17 | 2001-09-09", ""),
        ("1686990600123", "2023-06-17", ""),
        ("1686990600000000000", "2023-06-17", ""),
        ("1686990600 | 1686990600123", "1686990600 | 1686990600123", ""),
    ],
)  # fmt: skip
def test_a_column_decides_what_one_value_leaves_open(values: str, expected: str, order: str) -> None:
    cells = [cell.strip() for cell in values.split("|")]
    for turn in (1, -1):
        column = read_dates(cells[::turn])
        assert list(column.values) == [cell.strip() for cell in expected.split("|")][::turn]
        assert column.order == order


def test_an_unknown_order_is_said_with_an_example() -> None:
    column = read_dates(["03/04/2023", "05/05/2023", "07/08/2023 12:00", "", "2023-06-17"])
    assert column == DateColumn(
        values=("03/04/2023", "2023-05-05", "07/08/2023 12:00", "", "2023-06-17"),
        understood=2,
        missing=1,
        unclear=("03/04/2023", "07/08/2023 12:00"),
        problem="the order of day and month is not clear: '03/04/2023' is 3 April or March 4; write dates as 2023-06-17",
    )
    assert column.message == f"2 of 4 dates not understood, e.g. '03/04/2023', '07/08/2023 12:00'; {column.problem}"


def test_in_a_column_of_both_orders_only_dates_of_one_meaning_are_read() -> None:
    column = read_dates(["03/04/2023", "13/05/2023", "05/14/2023", "06/06/2023"])
    assert column.values == ("03/04/2023", "2023-05-13", "2023-05-14", "2023-06-06")
    assert column.order == ""
    assert "'13/05/2023' has the day first, '05/14/2023' the month" in column.problem
    assert "'03/04/2023' is 3 April or March 4" in column.problem


def test_conventions_are_noted() -> None:
    assert read_dates(["45094"]).note == "dates are read as Excel serial numbers (1900 date system)"
    assert read_dates(["1686990600"]).note == "dates are read as Unix times in seconds (UTC)"
    assert read_dates(["1920", "c. 1917", "c. 1917"]).note == "2 approximate dates used like exact ones, e.g. 'c. 1917'"
    note = "two-digit years are read as 1969 to 2068, e.g. '17-Jun-62' as 2062-06-17"
    assert read_dates(["17-Jun-62", "17.06.23"]).note == note
    assert read_dates(["2023-06-17", "17.06.2023", "1950s", "二〇二三年六月"]).note == ""


def test_only_a_few_examples_are_named_and_long_ones_are_cut() -> None:
    column = read_dates([f"day {i} of " + "rain " * 20 for i in range(15)])
    assert (column.not_understood, len(column.unclear)) == (15, 3)
    assert column.message.startswith("15 of 15 dates not understood, e.g. 'day 0 of rain")
    assert len(column.message) < 200


def test_an_empty_column_has_no_dates() -> None:
    assert read_dates([]) == DateColumn(())
    assert read_dates(["", " ", "n/a"]) == DateColumn(("", "", ""), missing=3)


MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
}
DAYS = st.dates(date(1900, 1, 1), date(2068, 12, 31))
PLAIN = ["%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%d.%m.%Y", "%Y年%m月%d日", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d %H:%M:%S.%f",
         "%Y%m%dT%H%M%S", "%d.%m.%Y, %H:%M Uhr"]  # fmt: skip
NAMED = ["{day} {month} {year}", "{day}. {month} {year}", "{month} {day}, {year}", "{day}-{month}-{year}",
         "{day} de {month} de {year}", "{day:02d} {month} {year} 08:30", "{year} {month} {day}", "{day} {month} {year} г.",
         "[{day} {month} {year}]"]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(DAYS, st.sampled_from(PLAIN))
def test_any_day_in_numbers_comes_back(day: date, form: str) -> None:
    assert read_dates([datetime(day.year, day.month, day.day, 23, 59, 1).strftime(form)]).values == (day.isoformat(),)


@settings(max_examples=300, deadline=None)
@given(DAYS, st.sampled_from(NAMED), st.sampled_from(sorted(MONTHS)))
def test_any_day_in_words_comes_back(day: date, form: str, language: str) -> None:
    text = form.format(day=day.day, month=MONTHS[language].split()[day.month - 1], year=day.year)
    assert read_dates([text]).values == (day.isoformat(),)


@settings(max_examples=200, deadline=None)
@given(st.lists(DAYS, min_size=1, max_size=8), st.sampled_from(["%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y %H:%M"]))
@example([date(2023, 4, 3)], "%d/%m/%Y")
def test_a_slashed_column_is_read_rightly_or_not_at_all(days: list[date], form: str) -> None:
    texts = [day.strftime(form) for day in days]
    column = read_dates(texts)
    assert all(iso in (day.isoformat(), text) for iso, day, text in zip(column.values, days, texts, strict=True))
    if any(day.day > 12 for day in days):
        assert (column.understood, column.problem) == (len(days), "")
        assert column.order == ("month first" if form.startswith("%m") else "day first")
    elif any(day.day != day.month for day in days):
        assert "the order of day and month is not clear" in column.problem


@settings(max_examples=150, deadline=None)
@given(st.lists(st.dates(date(1970, 1, 2), date(2030, 1, 1)), min_size=1))
def test_serial_numbers_come_back(days: list[date]) -> None:
    expected = tuple(day.isoformat() for day in days)
    assert read_dates([str((day - date(1899, 12, 30)).days) for day in days]).values == expected
    late = [datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=23, days=1200) for day in days]
    late = [moment for moment in late if 100_000_000 <= moment.timestamp() < 1_900_000_000]
    assert read_dates([f"{moment.timestamp():.0f}" for moment in late]).values == tuple(
        str(moment.date()) for moment in late
    )


@settings(max_examples=300, deadline=None)
@given(st.lists(st.text(max_size=20) | st.text("0123456789-/. junivcaQ年月日", max_size=14), max_size=6))
def test_any_text_is_counted_once_and_kept_if_not_understood(values: list[str]) -> None:
    column = read_dates(values)
    assert len(column.values) == len(values)
    assert column.not_understood >= len(column.unclear)
    assert (column.not_understood == 0) == (column.unclear == ())
    assert read_dates([iso for iso in column.values if iso]).understood >= column.understood, "dates stay dates"
    assert column == read_dates(list(values))


# ---------------------------------------------------------------------------------- running text


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2024-03-01T10:30:00Z", "2024-03-01"),
        ("2024/03/01", "2024-03-01"),
        ("1.3.2024", "2024-03-01"),
        ("MARCH 1, 2024", "2024-03-01"),
        ("Published Friday, 1st of March, 2024 at 10:30", "2024-03-01"),
        ("Sept. 5th, 2023", "2023-09-05"),
        ("5. September 2023", "2023-09-05"),
        ("24. Dez. 2023", "2023-12-24"),
        ("1er mars 2024", "2024-03-01"),
        ("3 fév. 2024", "2024-02-03"),
        ("12 de marzo de 2024", "2024-03-12"),
        ("1\u00a0мая\u00a02024 года", "2024-05-01"),
        ("2024年3月1日", "2024-03-01"),
        ("3 years after Decimus 10, 2021, on May 4, 2024", "2024-05-04"),
        ("June 31, 2020; printed July 1, 2020", "2020-07-01"),
    ],
)
def test_a_date_spelt_out_to_the_day_is_found_in_many_languages(text: str, iso: str):
    assert find_date(text) == iso


@pytest.mark.parametrize(
    "text",
    ["", "2024", "March 2024", "2024-03", "1 March", "3/1/2024", "01.02.24", "2024-13-45", "30 February 2024", "yesterday",
     "3 days ago", "1-800-2024-03-010", "Mayor 12, 2024"],
)  # fmt: skip
def test_no_date_is_extended_or_guessed(text: str):
    assert find_date(text) == ""


@pytest.mark.parametrize("module", [dates.columns, dates.free_text])
def test_examples_run(module: object) -> None:
    assert doctest.testmod(module).failed == 0
