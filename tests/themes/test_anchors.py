"""Anchors: what the keywords of a paragraph say holds, in any language, with an encoder and without."""

from dataclasses import replace
from itertools import combinations

import pandas as pd
import pytest
from conftest import BOATS, BREAD, CODEBOOK, STARS, make_corpus

from topics import codebook as codebooks
from topics.settings import Settings, override
from topics.tables import UNASSIGNED
from topics.themes import Themes, score_themes

ENGLISH = {theme["name"]: theme["keywords"] for theme in CODEBOOK["theme"]}
KEYWORDS = {
    "en": ENGLISH,
    "de": {
        "bread": ["Teig", "Hefe", "Mehl", "Backofen", "Bäcker"],
        "stars": ["Teleskop", "Galaxie", "Stern", "Planet", "Komet"],
        "boats": ["Boot", "Segel", "Hafen", "Werft", "Matrose"],
    },
    "fr": {
        "bread": ["pâte", "levure", "farine", "four", "boulanger"],
        "stars": ["télescope", "galaxie", "étoile", "planète", "comète"],
        "boats": ["bateau", "voile", "port", "chantier naval", "équipage"],
    },
    "es": {
        "bread": ["masa", "levadura", "harina", "horno", "panadero"],
        "stars": ["telescopio", "galaxia", "estrella", "planeta", "cometa"],
        "boats": ["barco", "vela", "puerto", "astillero", "marinero"],
    },
    "ru": {
        "bread": ["тесто", "дрожжи", "мука", "печь", "пекарь"],
        "stars": ["телескоп", "галактика", "звезда", "планета", "комета"],
        "boats": ["лодка", "парус", "гавань", "верфь", "матрос"],
    },
    "pl": {
        "bread": ["ciasto", "drożdże", "mąka", "piec", "piekarz"],
        "stars": ["teleskop", "galaktyka", "gwiazda", "planeta", "kometa"],
        "boats": ["łódź", "żagiel", "port", "stocznia", "marynarz"],
    },
}  # fmt: skip
SENTENCES = {
    "de": {
        "bread": (
            "Der Bäcker knetet den Teig am frühen Morgen.",
            "Ohne Hefe geht der Teig nicht auf.",
            "Das Mehl kommt aus der Mühle im Nachbardorf.",
            "Im Backofen wird die Kruste braun.",
        ),
        "stars": (
            "Das Teleskop zeigte eine ferne Galaxie.",
            "Der Planet umkreist einen kleinen Stern.",
            "Ein Komet war drei Nächte lang zu sehen.",
            "Sein Licht braucht Jahre bis zu uns, sagt die Sternwarte.",
        ),
        "boats": (
            "Das Boot verließ den Hafen bei Ebbe.",
            "Der Matrose zog das Segel hoch.",
            "Die Werft baut jedes Jahr ein Boot.",
            "Im Hafen lagen sie sicher vor dem Sturm.",
        ),
    },
    "fr": {
        "bread": (
            "Le boulanger pétrit la pâte à l'aube.",
            "Sans levure, la pâte ne monte pas.",
            "La farine vient du moulin voisin.",
            "La croûte dore dans le four.",
        ),
        "stars": (
            "Le télescope montrait une galaxie lointaine.",
            "La planète tourne autour d'une petite étoile.",
            "Une comète fut visible trois nuits.",
            "Sa lumière met des années à nous parvenir.",
        ),
        "boats": (
            "Le bateau quitta le port à marée basse.",
            "L'équipage hissa la voile.",
            "Le chantier naval construit un bateau par an.",
            "Ils attendirent la fin de la tempête au port.",
        ),
    },
    "es": {
        "bread": (
            "El panadero amasa la masa al amanecer.",
            "Sin levadura la masa no sube.",
            "La harina viene del molino vecino.",
            "La corteza se dora en el horno.",
        ),
        "stars": (
            "El telescopio mostró una galaxia lejana.",
            "El planeta gira alrededor de una estrella pequeña.",
            "Un cometa se vio durante tres noches.",
            "Su luz tarda años en llegar a nosotros.",
        ),
        "boats": (
            "El barco salió del puerto con la marea.",
            "El marinero izó la vela.",
            "El astillero construye un barco al año.",
            "Esperaron en el puerto a que pasara la tormenta.",
        ),
    },
    "ru": {
        "bread": (
            "Пекарь месит тесто на рассвете.",
            "Без дрожжей тесто не поднимется.",
            "Муку привозят с соседней мельницы.",
            "Корка румянится в печи.",
        ),
        "stars": (
            "Телескоп показал далёкую галактику.",
            "Планета вращается вокруг маленькой звезды.",
            "Комету было видно три ночи.",
            "Её свет идёт к нам много лет.",
        ),
        "boats": (
            "Лодка вышла из гавани при отливе.",
            "Матрос поднял парус.",
            "Верфь строит одну лодку в год.",
            "В гавани они переждали бурю.",
        ),
    },
    "pl": {
        "bread": (
            "Piekarz zagniata ciasto o świcie.",
            "Bez drożdży ciasto nie wyrośnie.",
            "Mąka pochodzi z sąsiedniego młyna.",
            "Skórka rumieni się w piecu.",
        ),
        "stars": (
            "Teleskop pokazał odległą galaktykę.",
            "Planeta krąży wokół małej gwiazdy.",
            "Kometę było widać przez trzy noce.",
            "Jej światło biegnie do nas latami.",
        ),
        "boats": (
            "Łódź wypłynęła z portu podczas odpływu.",
            "Marynarz postawił żagiel.",
            "Stocznia buduje jedną łódź rocznie.",
            "W porcie przeczekali burzę.",
        ),
    },
}
SENTENCES["en"] = {"bread": BREAD[:4], "stars": STARS[:4], "boats": BOATS[:4]}
TWO = {
    "en": "The baker bought flour, and the crew mended a sail.",
    "de": "Der Bäcker kaufte Mehl, und im Hafen flickte man ein Segel.",
    "fr": "Le boulanger acheta de la farine, et au port on réparait une voile.",
    "es": "El panadero compró harina y en el puerto remendaban una vela.",
    "ru": "Пекарь купил муку, а в гавани чинили парус.",
    "pl": "Piekarz kupił mąkę, a w porcie łatano żagiel.",
}
"""Two keywords of bread, two of boats."""
OTHER = {
    "en": (
        "The court fined the bank for its accounts.",
        "Pupils sit their exams in June.",
        "The striker scored twice before the break.",
        "The union asked for higher wages.",
        "A new law limits rents in the city.",
        "Doctors warned of another wave of flu.",
    ),
    "de": (
        "Das Gericht verurteilte die Bank zu einer Strafe.",
        "Die Schüler schreiben im Juni ihre Prüfungen.",
        "Der Stürmer traf zweimal vor der Pause.",
        "Die Gewerkschaft verlangt höhere Löhne.",
        "Ein neues Gesetz begrenzt die Mieten.",
        "Ärzte warnen vor einer Grippewelle.",
    ),
    "fr": (
        "Le tribunal a condamné la banque à une amende.",
        "Les élèves passent leurs examens en juin.",
        "L'attaquant a marqué deux fois avant la pause.",
        "Le syndicat demande des salaires plus élevés.",
        "Une nouvelle loi limite les loyers.",
        "Les médecins craignent une vague de grippe.",
    ),
    "es": (
        "El tribunal condenó al banco a pagar una multa.",
        "Los alumnos hacen sus exámenes en junio.",
        "El delantero marcó dos goles antes del descanso.",
        "El sindicato pide salarios más altos.",
        "Una ley nueva limita los alquileres.",
        "Los médicos temen una ola de gripe.",
    ),
    "ru": (
        "Суд оштрафовал банк за отчётность.",
        "Школьники сдают экзамены в июне.",
        "Нападающий забил дважды до перерыва.",
        "Профсоюз требует повысить зарплату.",
        "Новый закон ограничивает арендную плату.",
        "Врачи предупреждают о новой волне гриппа.",
    ),
    "pl": (
        "Sąd ukarał bank grzywną za sprawozdania.",
        "Uczniowie zdają egzaminy w czerwcu.",
        "Napastnik strzelił dwa gole przed przerwą.",
        "Związek zawodowy żąda wyższych płac.",
        "Nowa ustawa ogranicza czynsze.",
        "Lekarze ostrzegają przed falą grypy.",
    ),
}
EVERY = pytest.mark.parametrize("language", list(KEYWORDS))
BOTH = pytest.mark.parametrize("encoder", ["auto", "none"])


def scored(language: str, encoder: str, *more: str, order: slice = slice(None)) -> Themes:
    """Four sentences of each theme, six on other subjects, and ``more``, each an article of its own."""
    own = [text for texts in SENTENCES[language].values() for text in texts]
    texts = [*own, *OTHER[language], *more]
    names = [f"a{i:02d}" for i in range(len(texts))]
    corpus = make_corpus(texts, names)
    corpus = replace(
        corpus,
        language=language,
        articles=corpus.articles.assign(language=language),
        paragraphs=corpus.paragraphs[order].reset_index(drop=True),
    )
    book = {"theme": [{"name": name, "keywords": words} for name, words in KEYWORDS[language].items()]}
    return score_themes(corpus, codebooks.from_dict(book), override(Settings(), [f"themes.encoder={encoder!r}"]))


def assigned(themes: Themes, number: int) -> set[str]:
    table = themes.table
    return set(table.loc[table["assigned"] & (table["paragraph_id"] == f"a{number:02d}-p0001"), "theme"])


@BOTH
@EVERY
def test_a_paragraph_with_two_keywords_of_one_theme_and_none_of_another_keeps_it(language: str, encoder: str) -> None:
    found = scored(language, encoder)
    assert assigned(found, 0) == {"bread"}
    assert assigned(found, 1) == {"bread"}
    assert assigned(found, 4) == assigned(found, 5) == {"stars"}
    assert assigned(found, 8) == assigned(found, 9) == {"boats"}


@BOTH
@EVERY
def test_two_themes_with_two_keywords_each_are_both_found(language: str, encoder: str) -> None:
    assert assigned(scored(language, encoder, TWO[language]), 18) == {"bread", "boats"}


@BOTH
@EVERY
def test_a_sentence_with_one_unambiguous_keyword_is_assigned(language: str, encoder: str) -> None:
    found = scored(language, encoder)
    assert "bread" in assigned(found, 2)
    assert "stars" in assigned(found, 6)


@BOTH
@EVERY
def test_subjects_that_the_codebook_does_not_name_stay_mostly_unassigned(language: str, encoder: str) -> None:
    found = scored(language, encoder)
    assert sum(bool(assigned(found, 12 + i)) for i in range(6)) <= 1


@BOTH
@EVERY
def test_the_order_of_rows_changes_no_byte(language: str, encoder: str) -> None:
    forth, back = (scored(language, encoder, order=order) for order in (slice(None), slice(None, None, -1)))
    tables = [themes.table.sort_values(["paragraph_id", "theme"], ignore_index=True) for themes in (forth, back)]
    assert tables[0].to_csv() == tables[1].to_csv()
    pd.testing.assert_series_equal(forth.primary, back.primary)


@BOTH
def test_themes_that_never_stand_together_are_not_assigned_together(encoder: str) -> None:
    """Co-occurrence is that of the texts."""
    found = scored("en", encoder, *BREAD[4:], *STARS[4:], *BOATS[4:])
    wide = found.table.pivot(index="paragraph_id", columns="theme", values="assigned")
    assert not any((wide[one] & wide[other]).any() for one, other in combinations(wide.columns, 2))
    assert (found.primary != UNASSIGNED).sum() >= 26
