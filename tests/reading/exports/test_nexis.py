"""Nexis exports are split into their articles; what only looks like one stays whole."""

import pytest
from exported import ANY_STORIES, STORIES, Story, body, lines_by_kind, read, split, wrapped
from hypothesis import given, settings
from hypothesis import strategies as st

COVER = """



Download Request: Selected Items: 1-3
Time Of Request: Friday, April 21, 2023  16:51:31

Send To:

THE LIBRARY
12 QUAY STREET

Terms: (harbour or train)

Source: Coastal News
Project ID: None



"""


def classic(stories: tuple[Story, ...], cover: str = COVER, total: int = 0) -> str:
    text = cover
    for number, story in enumerate(stories, start=1):
        text += f"""
                              {number} of {total or len(stories)} DOCUMENTS



                               {story.outlet}

                             {story.date} Saturday
                                  Edition 1;
                                   Scotland

{story.title}

BYLINE: By {story.author}

SECTION: {story.section}; Pg. {story.page}

LENGTH: 1,355 words


{wrapped(story)}

GRAPHIC: The quay on Friday. Photograph by
the town.

LOAD-DATE: April 20, 2023

LANGUAGE: ENGLISH

SUBJECT: HARBOURS & PORTS (90%); TRANSPORTATION & WAREHOUSING (78%); CITY LIFE
(71%); BREAD (60%)

PUBLICATION-TYPE: Newspaper


                    Copyright 2023 Coastal Newspapers Group and
                               Partners Limited
                              All Rights Reserved

"""
    return text


def uni(stories: tuple[Story, ...], gap: str = "\n", announced: int = 0, cover: bool = True) -> str:
    lines = []
    if cover:
        lines += [
            "User Name: =", "Date and Time: Friday, April 21, 2023 4:51:00 PM BST", "Job Number: 195341234",
            f"Documents ({announced or len(stories)})",
        ]  # fmt: skip
        for number, story in enumerate(stories, start=1):
            lines += [
                f"{number}. {story.title}", "Client/Matter: -None-", "Search Terms: harbour OR train",
                "Search Type: Terms and Connectors", "Narrowed by:", "Content Type Narrowed by",
                "News Timeline: 2021 to 2023",
            ]  # fmt: skip
    for story in stories:
        lines += [
            story.title, story.outlet, f"{story.date} Saturday 8:27 PM GMT", "Copyright 2023 Coastal Newspapers",
            "All Rights Reserved", f"Section: {story.section}; Pg. {story.page}", "Length: 512 words",
            f"Byline: By {story.author}", "Body", *story.paragraphs, "Graphic", "The quay on Friday, photo by the town.",
            "Classification", "Language: ENGLISH", "Publication-Type: Newspaper",
            "Subject: HARBOURS & PORTS (90%); BREAD (60%)", "Load-Date: April 20, 2023", "End of Document",
        ]  # fmt: skip
    return gap.join(lines)


def check(text: str, stories: tuple[Story, ...], **expected: str) -> None:
    contents = split(text)
    assert contents.kind == "Nexis export"
    assert len(contents.documents) == len(stories)
    for number, (document, story) in enumerate(zip(contents.documents, stories, strict=True), start=1):
        fields = {
            "title": story.title, "author": story.author, "outlet": story.outlet, "date": story.date,
            "section": story.section, "page": story.page,
        } | expected  # fmt: skip
        assert {name: document.fields.get(name) for name in fields} == fields
        assert document.part == str(number)
        assert body(document) == story.body
        assert document.notes == ()


def test_the_classic_layout_gives_title_author_outlet_date_and_text() -> None:
    others = {"length": "1355", "language": "ENGLISH", "publication_type": "Newspaper", "edition": "Edition 1; Scotland"}
    check(classic(STORIES), STORIES, **others)


def test_lines_of_the_cover_page_are_counted() -> None:
    assert split(classic(STORIES)).notes == ("11 lines outside the articles left out (cover page, separators)",)


def test_the_text_of_an_article_does_not_depend_on_the_download() -> None:
    assert split(classic(STORIES)).documents[0].text == split(classic(STORIES[::-1], cover="")).documents[-1].text


@pytest.mark.parametrize("layout", [classic, uni])
def test_no_line_of_the_export_is_article_text_after_classification(layout) -> None:
    for document, story in zip(split(layout(STORIES)).documents, STORIES, strict=True):
        kinds = lines_by_kind(document)
        assert kinds["title"] == story.title
        assert kinds["body"] == "\n".join(story.paragraphs)


@pytest.mark.parametrize("gap", ["\n", "\n\n", "\n \n\n"])
@pytest.mark.parametrize("n", [1, 2, 3])
def test_the_layout_of_nexis_uni(gap: str, n: int) -> None:
    check(uni(STORIES[:n], gap), STORIES[:n], length="512", language="ENGLISH")


@pytest.mark.parametrize("n", [1, 3])
def test_nexis_uni_without_a_cover_page(n: int) -> None:
    check(uni(STORIES[:n], "\n\n", cover=False), STORIES[:n])


def test_a_title_that_is_cut_off_in_the_list_of_the_cover_page() -> None:
    text = uni(STORIES).replace("1. Harbour reopens after eleven years", "1. Harbour reopens after…", 1)
    check(text, STORIES)


def test_spaces_of_word_files() -> None:
    check(uni(STORIES).replace(": ", ":\u00a0"), STORIES)


def test_an_export_of_which_articles_are_missing() -> None:
    assert "the export announces 15 articles; 3 found" in split(uni(STORIES, announced=15)).notes
    assert "the export announces 15 articles; 3 found" in split(classic(STORIES, total=15)).notes


def test_two_downloads_in_one_file() -> None:
    contents = split(classic(STORIES) + classic(STORIES[:2]))
    assert len(contents.documents) == 5
    assert not any("announces" in note for note in contents.notes)


@pytest.mark.parametrize(
    ("separator", "labels", "date", "rights"),
    [
        ("Dokument {} von {}", ("AUTOR: Von Ines Okafor", "RUBRIK: NEWS; S. 6", "LÄNGE: 306 Wörter",
         "UPDATE: 2. September 2011", "SPRACHE: GERMAN; DEUTSCH"), "Mittwoch 31. August 2011", "Alle Rechte Vorbehalten"),
        ("{} of {} DOCUMENTS", ("AUTEUR: Par Ines Okafor", "RUBRIQUE: NEWS; Page 6", "LONGUEUR: 306 mots",
         "DATE-CHARGEMENT: 04 novembre 2003", "LANGUE: FRENCH; FRANÇAIS"), "mercredi 31 août 2011", "Tous droits réservés"),
        ("DOCUMENTS {} de {}", ("AUTEUR: Ines Okafor", "RUBRIQUE: NEWS; Page 6", "LONGUEUR: 306 mots",
         "DATE-CHARGEMENT: 04 novembre 2003", "LANGUE: FRENCH; FRANÇAIS"), "31 août 2011", "Tous droits réservés"),
        ("{} van {} DOCUMENTEN", ("AUTEUR: Door Ines Okafor", "SECTIE: NEWS; blz. 6", "LENGTE: 306 woorden",
         "LAADDATUM: 2 september 2011", "TAAL: DUTCH"), "31 augustus 2011 woensdag", "Alle rechten voorbehouden"),
    ],
)  # fmt: skip
def test_other_languages(separator: str, labels: tuple[str, ...], date: str, rights: str) -> None:
    text = "\n".join(
        f"\n{separator.format(number, 2)}\n\n\nDie Zeitung\n\n{date}\n\nEin Titel;\nmit Unterzeile\n\n{labels[0]}\n\n"
        f"{labels[1]}\n\n{labels[2]}\n\n{wrapped(STORIES[0])}\n\n{labels[3]}\n\n"
        f"{labels[4]}\n\n\nCopyright 2011 Verlag\n{rights}\n"
        for number in (1, 2)
    )
    found = split(text).documents
    assert [document.fields["author"] for document in found] == ["Ines Okafor"] * 2
    assert found[1].fields["title"] == "Ein Titel; mit Unterzeile"
    assert found[1].fields["outlet"] == "Die Zeitung"
    assert found[1].fields["date"] in ("31. August 2011", "31 août 2011", "31 augustus 2011")
    assert (found[1].fields["section"], found[1].fields["page"], found[1].fields["length"]) == ("NEWS", "6", "306")
    assert body(found[1]) == STORIES[0].body


@pytest.mark.parametrize("end", ["End of Document", "Ende des Dokuments", "Fin du document"])
def test_the_end_of_an_article_in_other_languages(end: str) -> None:
    check(uni(STORIES).replace("End of Document", end), STORIES)


def test_labels_within_the_text_do_not_end_it() -> None:
    story = Story("Forms", "A Bc", "The Post", "May 2, 2019", "NEWS", "1", (
        "The form has three lines, and whoever fills it in must know them all by heart before the clerk asks.",
        "Language: the first one.", "Subject: the second one, which nobody reads.",
        "So it goes in every office of the country, from the smallest village to the capital, year after year.",
    ))  # fmt: skip
    for text in (uni((story, story), "\n\n"), classic((story, story))):
        assert [body(document) for document in split(text).documents] == [story.body] * 2


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_the_older_layout_with_a_label_for_headline_and_body(gap: str) -> None:
    story = STORIES[0]
    head = ["SECTION: NEWS; Pg. 6", "LENGTH: 12 words", f"HEADLINE: {story.title}", "BYLINE: By Ines Okafor", "BODY:"]
    parts = (
        f"{number} of 2 DOCUMENTS\n\n\nCopyright 2003 Coastal Newspapers\n\nThe Coastal Courier\n\n"
        f"March 4, 2023, Saturday, Late Edition - Final\n\n{gap.join(head)}\n{wrapped(story)}\n\n"
        "GRAPHIC: Photo: The quay\n\nLOAD-DATE: March 4, 2023\n\n"
        for number in (1, 2)
    )
    check("\n".join(parts), (story, story))


def test_a_missing_end_of_an_article_is_noted() -> None:
    contents = split(uni(STORIES).replace("End of Document", "", 1))
    assert "the export announces 3 articles; 2 found" in contents.notes
    assert [len(document.notes) for document in contents.documents] == [1, 0]
    assert contents.documents[0].notes[0].startswith("it has the heads of 2 articles")


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_a_single_german_article_with_its_cover_page(gap: str) -> None:
    story = STORIES[0]
    lines = [
        "Page 1 of 9", "User Name: =", "Date and Time: Friday, April 21, 2023 4:51:00 PM BST", "Job Number: 195341234",
        "Document (1)", f"1. {story.title}", "Client/Matter: -None-", "Narrowed by:", "Content Type", "Narrowed by", "News",
        "Timeline: 01 Jan 2021 to 31 Dez 2023", "About LexisNexis | Privacy Policy | Copyright © 2023 LexisNexis",
        story.title, story.outlet, "4. März 2023 Samstag", "Deutschland Ausgabe", "Copyright 2023 Verlag",
        "Alle Rechte vorbehalten", "Rubrik: NEWS; S. 6", "Länge: 512 Wörter", f"Autor: Von {story.author}", "Body",
        *story.paragraphs, "Klassifizierung", "Sprache: DEUTSCH", "Zeitungstyp: Zeitung", "Ladedatum: 5. März 2023",
        "Ende des Dokuments",
    ]  # fmt: skip
    check(gap.join(lines), (story,), date="4. März 2023", edition="Deutschland Ausgabe", language="DEUTSCH")


def test_headers_of_pages() -> None:
    text = uni(STORIES, "\n\n").replace(STORIES[0].paragraphs[1], f"Page 2 of 7\n\n{STORIES[0].paragraphs[1]}")
    check(text, STORIES)


def test_a_year_in_the_title_is_no_date() -> None:
    story = Story("Budget 2021", "A B", "World Cup 2022", "May 2, 2019", "NEWS", "1", STORIES[0].paragraphs)
    check(classic((story, story)), (story, story))
    check(uni((story, story)), (story, story))


@pytest.mark.parametrize(
    "text",
    [
        "The report closes with a line.\n\nEnd of Document\n\nNobody knows who wrote it.",
        "A list of papers\n\n2 of 10 DOCUMENTS\n\nare lost, said the archive.",
        "He typed two lines.\n\n1 of 2 DOCUMENTS\n\nLENGTH: 12 metres\n\nThat was all that the machine printed.",
        "User Name: =\nJob Number: 12\nDocuments (15)\n\nThe rest of the file was lost.",
    ],
)
def test_what_only_looks_like_an_export_stays_whole(text: str) -> None:
    contents = split(text)
    assert [document.text for document in contents.documents] == [text]
    assert contents.documents[0].kinds == {}
    assert contents.notes[0].startswith("looks like a Nexis export, but ")
    assert contents.notes[0].endswith("; read as one article")


@pytest.mark.parametrize("text", ["Length: 12 metres\n\nThe boat is long.", "BYLINE: a word of the press.", "", "\n\n"])
def test_an_article_with_a_label_is_no_export(text: str) -> None:
    assert split(text).notes == ()
    assert len(split(text).documents) == 1


def test_a_missing_end_of_document_is_doubtful() -> None:
    first, second = uni(STORIES, cover=False).split("End of Document")[:2]
    contents = split(f"{first}End of Document{second}")
    assert len(contents.documents) == 1
    assert "looks like a Nexis export, but there is more text after the last" in contents.notes[0]


def test_files_are_split_on_reading() -> None:
    contents = read(classic(STORIES))
    assert [document.fields["title"] for document in contents.documents] == [story.title for story in STORIES]


@settings(max_examples=40)
@given(ANY_STORIES, st.sampled_from([classic, uni]))
def test_any_text_comes_back_in_its_article(stories: tuple[Story, ...], layout) -> None:
    assert [body(document) for document in split(layout(stories)).documents] == [story.body for story in stories]
