"""Compounds: a keyword is found in them, and not in words that merely contain its letters."""

import pytest

from topics.text import Compounds, Inflection


@pytest.mark.parametrize(
    ("language", "keyword", "compounds", "others"),
    [
        ("de", "Energie", "Energiepolitik Kernenergie Energiepreise Windenergien", "energisch Energien"),
        ("de", "Gas", "Erdgas Gaspreis Erdgases Gasverbrauch", "Gasse Gassen Gast Gastronomie Vegas Gasthaus gasförmig"),
        ("de", "Grenze", "Grenzkontrollen Staatsgrenze Obergrenzen", "Grenzen begrenzen"),
        ("de", "Vertrag", "Gasverträge Vertragspartner Friedensvertrages", "vertraglich Vertragen"),
        ("de", "Land", "Bundesland Bundesländer Landwirtschaft", "Deutschland Russlands Landung Landschaft"),
        ("de", "Rat", "Bundesrat Gemeinderäte", "Heirat Verrat Vorrat Apparat Ratte"),
        ("de", "Krieg", "Bürgerkrieg Kriegsende", "kriegen Krieger kriegerisch"),
        ("nl", "gas", "aardgas gasprijs", "gast vegas"),
        ("sv", "skola", "skolpolitik grundskolan", "skolas"),
        ("da", "krig", "borgerkrig krigsret", "kriger"),
        ("fi", "energia", "energiapolitiikka ydinenergian", "energinen"),
        ("en", "gas", "", "gasoline biogas"),
    ],
)
def test_parts_of_compounds(language: str, keyword: str, compounds: str, others: str) -> None:
    found = Compounds(Inflection(language), [keyword])
    assert [word for word in compounds.split() if found.parts(word) != [keyword]] == []
    assert [word for word in others.split() if found.parts(word)] == []


def test_a_compound_of_two_keywords_has_both() -> None:
    assert set(Compounds(Inflection("de"), ["Energie", "Politik", "Gas"]).parts("Energiepolitik")) == {"Energie", "Politik"}
