"""The sentences of a methods section, each true of the settings that the run had."""

from topics.format import TRUSTED, count
from topics.record import RunRecord


def methods_sentences(record: RunRecord) -> dict[str, str]:
    """What was done, by step, in the order in which it was done; a step that was not taken is left out.

    Returns
    -------
    dict
        ``reading themes shares differences co_occurrence keyness topics words stability hierarchy software``
        → a paragraph of plain text that cites its sources as "Author Year"; ``CITATION.cff`` has them all.
    """
    paragraphs = {
        "reading": _reading(record),
        "themes": _themes(record),
        "shares": _shares(record),
        "differences": (
            "An outlet's difference is its share of words on a theme less that of all other outlets together; both sides are"
            " drawn by whole articles."
        ),
        "co_occurrence": (
            "Themes that stand in one paragraph are counted, and set against the number that chance gives two themes of"
            " their frequencies; the interval is the wider of a Bayesian bootstrap over articles (Rubin 1981) and the exact"
            " interval of a Poisson count (Garwood 1936)."
        ),
        "keyness": (
            "Words that set an outlet apart have the highest log-odds ratio with an informative Dirichlet prior (Monroe et"
            " al. 2008), the corpus; shown are words in two or more of its articles whose bootstrap interval over whole"
            " articles (Rubin 1981) lies above 0."
        ),
        "topics": _topics(record),
        "words": (
            "The words of a topic are the heaviest by class-based tf-idf (Grootendorst 2022), of which those were kept that"
            " stand together. Its coherence is the mean NPMI (Bouma 2009) of its words within ten words, −1 to 1 (Aletras"
            " and Stevenson 2013)."
        ),
        "stability": _stability(record),
        "hierarchy": "Topics were joined two by two by Ward's method (Ward 1963) on the means of their vectors.",
        "software": _software(record),
    }
    return {step: text for step, text in paragraphs.items() if text}


def _reading(record: RunRecord) -> str:
    reading = record.settings.reading
    if reading.unit == "paragraph":
        return "Each row of a table is a paragraph, as it was handed in."
    sentences = [
        "Each line of a page was taken for article, title, heading, byline or boilerplate by a conditional random field over"
        " the page's lines (Lafferty et al. 2001); what is no article is in dropped.csv with its reason."
    ]
    if record.results.corrections:
        sentences.append(f"Told by hand: {count(record.results.corrections, 'line')} (corrections in run.json).")
    if reading.duplicates == "drop":
        sentences.append(
            "Of articles that share most of their word 5-grams (Broder 1997), the earlier was kept, and of an excerpt the"
            " whole; the others are in duplicates.csv."
        )
    if reading.other_languages == "drop":
        sentences.append(f"Paragraphs in another language than {record.results.language} were dropped.")
    if reading.repair:
        sentences.append("Glued words were parted (repairs.csv).")
    if reading.unit == "sentence":
        sentences.append("The units of analysis, called paragraphs here, are sentences.")
    elif reading.unit == "article":
        sentences.append("The units of analysis, called paragraphs here, are whole articles: an interval rests on one unit.")
    else:
        short = "joined to its neighbour" if reading.short == "join" else "dropped"
        sentences.append(
            f"A line of fewer than {reading.min_words} words was {short}; a paragraph of more than {reading.max_words} words"
            " was split at sentences."
        )
    return " ".join(sentences)


def _themes(record: RunRecord) -> str:
    settings, results = record.settings.themes, record.results
    coded = ""
    if results.coded_paragraphs:
        sheets = ", ".join(record.inputs.coding)
        coded = f", and then on {results.coded_paragraphs} paragraphs coded by hand ({sheets}; Cox 1958)"
    sentences = [
        "Each paragraph was scored against each theme of the codebook by a naive Bayes model with a background class, seeded"
        " with the codebook's words and taught by the unlabelled corpus with expectation-maximisation (Nigam et al. 2000),"
        " with word distributions smoothed towards the corpus (Zhai and Lafferty 2004);"
        f" neighbouring paragraphs of an article lend each other {settings.neighbours} of their evidence. Scores were"
        " calibrated without labels, on how much oftener a theme's keywords stand in paragraphs whose other words speak for"
        f" it (keywords as noisy anchors: Elkan and Noto 2008; Halpern et al. 2016){coded}.",
        f"A theme is assigned from a score of {settings.threshold}.",
    ]
    if results.assignments:
        sentences.append(
            f"The themes of {count(results.assignments, 'paragraph')} were assigned by hand (assignments in run.json)."
        )
    vectors = record.inputs.embeddings.name
    if vectors != "lsa" and settings.nearest:
        sentences.append(
            f"Paragraphs that are nearest by {vectors} vectors lend each other {settings.nearest} of their evidence, too."
        )
    sentences += _keyword_fitness(record)
    return " ".join(sentences)


def _keyword_fitness(record: RunRecord) -> list[str]:
    """How often keywords of one theme meet, and by how much scores were lowered for it."""
    fitness = record.results.keyword_fitness
    if fitness.cohesion is None:
        return []
    apart = lowered = ""
    if fitness.distinction is not None:
        apart = f"; {fitness.distinction:.1f} times as often as keywords of different themes"
    if min(fitness.trust) < 1:
        parts = zip(fitness.trust, record.codebook.themes, strict=True)
        each = ", ".join(f"{100 * trust:.0f} % for {theme.label}" for trust, theme in parts)
        lowered = f"; the codebook hardly fits the corpus, and logits were lowered to {each}"
    return [
        f"Keywords of one theme meet in a paragraph {fitness.cohesion:.1f} times as often as chance has it (geometric mean"
        f" over themes{apart}){lowered}."
    ]


def _shares(record: RunRecord) -> str:
    return (
        "Shares are of words; a paragraph with several themes splits its words over them. Intervals"
        f" ({100 * record.settings.profiles.level:.0f} %) are Bayesian bootstrap intervals over an article's"
        " paragraphs (Rubin 1981) with one prior paragraph; of an outlet, a period or the corpus, over its articles, with"
        " one prior article."
    )


def _topics(record: RunRecord) -> str:
    settings, results = record.settings.topics, record.results
    runs, n_each = results.stability.runs, results.stability.paragraphs_each
    guide = "guided by the primary themes (semi-supervised)" if settings.guided else "without the codebook"
    method = (
        f"Topics: {record.inputs.embeddings.name} vectors, UMAP (McInnes et al. 2018) and HDBSCAN (Campello et al. 2013), as"
        f" in BERTopic (Grootendorst 2022), {guide}"
    )
    if not runs:
        return f"{method}; no groups were found, and all paragraphs are one topic."
    if runs == 1:
        sentences = [f"{method}, once."]
    else:
        sentences = [
            f"{method}, repeated {runs} times with other seeds, each time on {n_each} of the paragraphs; the middles of all"
            " groups found were joined by Ward's method (meta-clustering, Strehl and Ghosh 2002; Ward 1963) and settled by"
            " k-means (Lloyd 1982), and a paragraph belongs to the topic nearest to it."
        ]
    if settings.outliers:
        sentences.append(
            f"The {100 * settings.outliers:.0f} % of the paragraphs that are least like their topic are in none."
        )
    if settings.granularity:
        sentences.append(f"The number of topics, {settings.granularity}, was given.")
    else:
        sentences.append("Of the numbers of topics tried, the most stable and coherent was chosen (granularity.csv).")
    if results.reassigned_share:
        most = "in most reruns " if runs > 1 else ""
        sentences.append(
            f"{100 * results.reassigned_share:.0f} % of the paragraphs seen, which HDBSCAN left out {most}as outliers,"
            " went to the nearest topic too (reassigned)."
        )
    if record.edits:
        sentences.append(
            f"Edited by hand: {results.edits} of {count(len(record.edits), 'edit')} applied (edits in run.json). A"
            " merged topic is held against the topics of each refit joined in the same way; the parts of a split one have no"
            " stability."
        )
    return " ".join(sentences)


def _stability(record: RunRecord) -> str:
    runs = record.results.stability.runs
    if not runs:
        return ""
    if runs == 1:
        return "How stable the topics are is unknown, for nothing was rerun (stability.runs)."
    return (
        "The stability of a topic is its mean best Jaccard overlap with the topics that each rerun gives by itself; below"
        f" {TRUSTED} a topic should not be trusted (Hennig 2007), and is marked unstable."
    )


def _software(record: RunRecord) -> str:
    libraries = record.environment.libraries
    versions = ", ".join(f"{name} {libraries[name]}" for name in ("bertopic", "umap-learn", "hdbscan", "scikit-learn"))
    return f"Computed with topics {record.environment.topics} ({versions}), seed {record.seed}."
