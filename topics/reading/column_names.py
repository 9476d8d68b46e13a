"""Usual names of columns in tables of articles, in English, German, French, Spanish, Russian and Chinese."""

import re
import unicodedata

NAMES = {
    "text": """
        text, full text, fulltext, article text, text content, content text, article body, body text, body, content,
        contents,
        article content, main text, plain text, raw text, clean text, cleaned text, maintext, story, story text,
        article,
        news text, document text, self text, post text, tweet text, tweet, post, message, speech, speech text,
        transcript,
        paragraph, paragraph text, sentence, document, answer, response, comment, review,
        Volltext, Artikeltext, Inhalt, Textinhalt, Haupttext, Beitrag, Beitragstext, Fließtext, Nachrichtentext,
        Antwort,
        Absatz, Rede, Artikelinhalt,
        texte, texte intégral, texte complet, contenu, corps, corps du texte, corps de l'article, texte de l'article,
        article complet, paragraphe, discours, réponse,
        texto, texto completo, contenido, cuerpo, cuerpo del texto, texto del artículo, artículo, párrafo, discurso,
        respuesta,
        текст, полный текст, текст статьи, содержание, содержимое, контент, тело, статья, абзац, сообщение, речь,
        ответ,
        正文, 内容, 文本, 全文, 文章, 文章内容, 正文内容, 新闻内容, 新闻正文, 段落, 文字,
        正文文本, 內文, 內容, 文本內容, 文章內容
    """,
    "title": """
        title, headline, head line, article title, news title, story title, post title, page title, document title,
        heading,
        web title,
        Titel, Überschrift, Schlagzeile, Artikeltitel, Haupttitel, Titelzeile,
        titre, titre de l'article, intitulé, manchette, gros titre,
        título, titular, titulo del artículo, encabezado, titulares,
        заголовок, название, название статьи, заглавие, заголовок статьи,
        标题, 題目, 标题名称, 題名, 题目, 标题文本, 题名, 標題, 文章标题, 新闻标题
    """,
    "author": """
        author, authors, author name, author names, authors name, byline, by line, by, writer, creator, journalist,
        reporter,
        Autor, Autoren, Autorin, Verfasser, Verfasserin, Verfasser*in, Autor*in, AutorIn, Redakteur,
        auteur, auteurs, auteur de l'article, rédacteur, journaliste, signature,
        autores, autora, periodista, redactor, firmado por,
        автор, авторы, автор статьи, журналист, корреспондент,
        作者, 作者姓名, 记者, 撰稿人, 作者名, 記者
    """,
    "outlet": """
        outlet, news outlet, media outlet, outlet name, media name, publication, publication name, publication title,
        newspaper,
        newspaper name, journal, journal title, magazine, source name, source title, news source, source, publisher,
        publisher name, media, medium, news agency, site name, site, website, web site, domain, domain name, source
        domain,
        hostname, host,
        Quelle, Zeitung, Zeitungsname, Medienname, Publikation, Zeitschrift, Verlag, Herausgeber, Medien, Blatt,
        Webseite, Website-Name, Quellenname,
        média, médias, titre de presse, nom du média, publication en ligne, quotidien, presse, éditeur, nom de la
        source, revue,
        medio, medios, periódico, diario, fuente, nombre del medio, publicación, revista, nombre de la fuente,
        издание, источник, сми, газета, журнал, медиа, название издания, издатель, название источника, сайт,
        媒体, 媒体名称, 来源, 报纸, 出处, 来源媒体, 报刊, 网站, 刊物, 新闻来源, 媒體, 來源, 報紙
    """,
    "date": """
        date, publication date, publish date, published date, date published, date of publication, pub date,
        published,
        published at, published on, publication datetime, publish time, publication time, article date, news date,
        post date,
        posted, posted at, date posted, issue date, web publication date, date time, datetime, timestamp, time,
        created, created at, date created, creation date, created utc, pubdate, first published,
        Datum, Veröffentlicht, Veröffentlicht am, Veröffentlichungsdatum, Veroeffentlicht, Veroeffentlichungsdatum,
        Erscheinungsdatum, Erschienen, Erschienen am, Publikationsdatum, Zeitpunkt, Erstellt, Erstellt am,
        date de publication, publié, publié le, date de parution, paru le, parution, date publication, créé le,
        fecha, fecha de publicación, fecha publicación, publicado, publicado el, fecha de creación, creado,
        дата, дата публикации, опубликовано, дата выхода, дата и время, время публикации, создано,
        日期, 发布日期, 发表日期, 出版日期, 发布时间, 时间, 发表时间, 刊登日期, 發布日期, 時間, 创建时间,
        year, Jahr, année, año, год, 年份, 年
    """,
    "article_id": """
        article id, articleid, document id, doc id, docid, story id, stories id, news id, post id, page id, record id,
        item id,
        id, uid, uuid, guid, _id, unique id, doc number, document number, identifier,
        Artikel-ID, Artikelnummer, Dokument-ID, Dokumentnummer, Kennung,
        id article, identifiant, id document, numéro de l'article,
        id artículo, id del artículo, identificador, id documento,
        ид, идентификатор, id статьи, номер статьи,
        编号, 文章编号, 文档编号, 文章id, 編號
    """,
    "paragraph_id": """
        paragraph id, para id, paragraphid, Absatz-ID, id paragraphe, id párrafo, id абзаца, 段落编号, 段落id
    """,
}
_FILES = """
    file, file name, files, path, file path, source file, text file, file id, document, document name, doc, name,
    Datei, Dateiname, Dateipfad, Dokument, fichier, nom du fichier, nom de fichier, chemin,
    archivo, fichero, nombre del archivo, nombre de archivo, nombre del fichero, ruta,
    файл, имя файла, название файла, путь, 文件, 文件名, 文件名称, 文件路径, 檔案, 檔名, 檔案名稱
"""
_YEARS = "year, Jahr, année, año, год, 年份, 年"
_MONTHS = "month, Monat, mois, mes, месяц, 月份, 月"
_DAYS = "day, Tag, jour, día, день, 日"


def normalize_name(name: str) -> str:
    """A column's name without case, accents, spaces and punctuation.

    Examples
    --------
    >>> from topics.reading.column_names import normalize_name
    >>> [normalize_name(name) for name in ("publishedAt", "Published_at", "Título")]
    ['publishedat', 'publishedat', 'titulo']
    """
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in plain if letter.isalnum()) or name.strip()


def _usual(names: str) -> dict[str, int]:
    """Normalised name -> rank."""
    ranked: dict[str, int] = {}
    for name in names.replace("\n", " ").split(","):
        ranked.setdefault(normalize_name(name), len(ranked))
    return ranked


RANKS = {name: _usual(names) for name, names in NAMES.items()}
ALL_NAMES = frozenset().union(*RANKS.values())
OF_YEARS, OF_MONTHS, OF_DAYS = (frozenset(_usual(names)) for names in (_YEARS, _MONTHS, _DAYS))
FILE_NAMES = _usual(_FILES)
"""Usual names of the column of ``metadata.csv`` that names the files."""
NAMELESS = re.compile(r"(?:Unnamed: \d+(?:_level_\d+|\.\d+)?|\.\.\.\d+|__index_level_\d+__|index|row\.?names|)")
"""Names that programs give to a column without one: pandas, readr, pyarrow, R."""
GENERIC_IDS = frozenset({"id", "uid", "uuid", "guid", "uniqueid", "identifier"})
"""Names of ids that do not say of what."""
SHORT_PATHS = frozenset({"text", "title", "author", "outlet", "date"})
"""Fields that may also be called by the last part of a nested name, as in ``fields.body``."""
