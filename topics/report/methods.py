"""The sentences of a methods section, each true of the settings that the run had."""

from topics.coding import ESTIMAND
from topics.format import TRUSTED, count, enumeration, level_percent
from topics.record import CoderRecord, RunRecord


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
        "differences": _differences(record),
        "co_occurrence": (
            "The number of paragraphs with both of two themes was compared with the number expected by chance from the"
            " frequencies of the themes; the interval is the wider of a Bayesian bootstrap over articles (Rubin 1981) and"
            " the exact interval of a Poisson count (Garwood 1936)."
        ),
        "keyness": (
            "Distinctive words of an outlet are those with the highest log-odds ratio against the other outlets, with the"
            " corpus as informative Dirichlet prior (Monroe et al. 2008); shown are words in two or more of its articles"
            " whose bootstrap interval over whole articles (Rubin 1981) is above 0."
        ),
        "topics": _topics(record),
        "words": _words(record),
        "stability": _stability(record),
        "hierarchy": "Topics were merged pairwise by Ward's method (Ward 1963) on their mean vectors.",
        "software": _software(record),
    }
    return {step: text for step, text in paragraphs.items() if text}


def _reading(record: RunRecord) -> str:
    reading = record.settings.reading
    # such rows are neither classified, nor dropped, nor split
    if reading.unit == "paragraph":
        return "The input table has one paragraph per row."
    sentences = [
        "Each line of a page was classified as body, title, heading, byline or boilerplate by a conditional random field"
        " over the lines of the page (Lafferty et al. 2001); lines that are not body text were dropped (dropped.csv)."
    ]
    if record.results.corrections:
        sentences.append(f"{_lines(record.results.corrections)} reclassified manually (corrections in run.json).")
    if reading.duplicates == "drop":
        sentences.append(
            "Of articles that share most of their word 5-grams (Broder 1997), the earlier one was kept, and the full text"
            " rather than an excerpt; the others are listed in duplicates.csv, and only their new paragraphs were kept."
        )
    if reading.other_languages == "drop":
        sentences.append(f"Paragraphs in languages other than {record.results.language} were dropped.")
    if reading.repair:
        sentences.append("Missing spaces between words were restored (repairs.csv).")
    if reading.unit == "sentence":
        sentences.append("The unit of analysis, called paragraph here, is the sentence.")
    elif reading.unit == "article":
        sentences.append(
            "The unit of analysis, called paragraph here, is the article: the interval of an article is based on one unit."
        )
    else:
        short = "joined to a neighbouring line" if reading.short == "join" else "dropped"
        sentences.append(
            f"Lines of fewer than {reading.min_words} words were {short}; paragraphs of more than {reading.max_words} words"
            " were split at sentence boundaries."
        )
    return " ".join(sentences)


def _lines(n: int) -> str:
    return "1 line was" if n == 1 else f"{n} lines were"


def _themes(record: RunRecord) -> str:
    settings, results = record.settings.themes, record.results
    coded = ""
    if results.coded_paragraphs:
        sheets = ", ".join(record.inputs.coding)
        similar = ""
        if record.inputs.theme_encoder:
            similar = "; with a Gaussian process over similar paragraphs: Rasmussen and Williams 2006"
        n_coded = results.coded_paragraphs
        coded = f"; scores were then corrected with {n_coded} manually coded paragraphs ({sheets}; Cox 1958{similar})"
    sentences = [
        "Each paragraph was scored for each theme of the codebook by a naive Bayes model with a background class, seeded"
        " with the words of the codebook and trained on the unlabelled corpus by expectation-maximisation (Nigam et al."
        " 2000), with word distributions smoothed towards the corpus (Zhai and Lafferty 2004); evidence from adjacent"
        f" paragraphs of the same article is added with weight {settings.neighbours}, and where most articles name an author"
        f" or outlet, evidence is balanced within these (Mantel and Haenszel 1959).{_encoder(record)}"
        " Scores were calibrated without labels, from how much"
        " more often the keywords of a theme occur in paragraphs whose other words are evidence for it (keywords as noisy"
        " anchors: Elkan and Noto 2008; Halpern et al. 2016), combined with the keywords of the paragraph and of its nearest"
        " neighbours with weights learnt on labelled corpora (stacking: Wolpert 1992); without manual codes no score is"
        f" above 0.9{coded}.",
        _thresholds(record),
    ]
    sentences += [_coder(coder) for coder in results.coders]
    if results.assignments:
        sentences.append(
            f"The themes of {count(results.assignments, 'paragraph')} were assigned manually (assignments in run.json)."
        )
    sentences += _keyword_fitness(record)
    return " ".join(sentences)


def _thresholds(record: RunRecord) -> str:
    """From which score themes are assigned."""
    thresholds = record.results.thresholds
    if not record.results.coded_paragraphs or not thresholds:
        return f"A theme is assigned if its score is at least {record.settings.themes.threshold}."
    return (
        f"A theme is assigned if its score is at least the threshold, {min(thresholds):.2f} to {max(thresholds):.2f}, that"
        " maximises the expected F1 of the theme (Lipton, Elkan and Naryanaswamy 2014; thresholds in run.json)."
    )


def _coder(coder: CoderRecord) -> str:
    """What became of the codes of another coder."""
    agreement = f"mean sensitivity {coder.sensitivity:.2f}, mean specificity {coder.specificity:.2f} over themes"
    if coder.by_chance:
        return f"Codes of {coder.name} agreed no better than chance ({agreement}) and were not used."
    return (
        f"Codes of {coder.name} for {count(coder.paragraphs, 'paragraph')} were added to the scores as log-likelihood"
        f" ratios, weighed by their agreement ({agreement}; Dawid and Skene 1979)."
    )


def _encoder(record: RunRecord) -> str:
    """What the vectors of a pretrained model add."""
    encoder = record.inputs.theme_encoder
    if encoder is None:
        return ""
    name = f"the encoder {encoder.name}"
    if encoder.name == "use":
        name = "Google's multilingual Universal Sentence Encoder (Yang et al. 2020)"
    return (
        f" The cosine of its sentences with description and keywords of a theme, by {name}, is further evidence; evidence of"
        f" the nearest paragraphs is mixed in with weight {record.settings.themes.nearest} (Zhou et al. 2004)."
    )


def _keyword_fitness(record: RunRecord) -> list[str]:
    """How often keywords of one theme meet, and by how much scores were lowered for it."""
    fitness = record.results.keyword_fitness
    sentences = []
    if fitness.cohesion is not None:
        sentences.append(
            f"Near a paragraph with a keyword, another keyword of the theme occurs {fitness.cohesion:.1f} times as often as"
            " expected by chance."
        )
    if fitness.trust < 1:
        sentences.append(f"The codebook fits the corpus poorly, and logits were reduced to {100 * fitness.trust:.0f} %.")
    return sentences


def _shares(record: RunRecord) -> str:
    profiles, n_coded = record.settings.profiles, len(record.inputs.coded_paragraphs)
    sentences = [ESTIMAND]
    if record.results.codes_used:
        n_coders = len(record.inputs.coding)
        people = f"how far the {n_coders} coders differ" if n_coders > 1 else ""
        covered = enumeration(filter(None, ["the model's error", "which paragraphs were coded", people]))
        sentences.append(
            f"Shares were estimated from the scores of all paragraphs and the codes of a random sample of {n_coded},"
            " which had no part in these scores, by the difference estimator (prediction-powered inference,"
            " Angelopoulos et al. 2023; design-based supervised learning, Egami et al. 2023) with one slope tuned to"
            " the codes. Intervals are those of weighted counts of errors (Fay and Feuer 1997; Zou and Donner 2008)."
            " Shares of articles, and of groups with fewer than ten codes, borrow strength from all codes: scores were"
            " raked to the shares of the corpus (Deming and Stephan 1940) and moved by the codes of the article"
            f" (small-area estimation, Battese et al. 1988; Rao and Molina 2015). Intervals ({level_percent(profiles.level)}"
            f" %) cover {covered}{'' if people else ', but not how far other coders would differ'}."
        )
    else:
        sentences.append(
            "Without gold codes, shares count assignments and are not corrected for the model's error. Their intervals"
            f" ({level_percent(profiles.level)} %) cover how far such shares were from those of coders on five labelled"
            " corpora, further where scores are less certain."
        )
    if profiles.population == "these articles":
        sentences.append("They hold for these articles.")
    else:
        sentences.append(
            "They also cover which articles there are, and which paragraphs an article has (for single articles, a Bayesian"
            " bootstrap of contiguous blocks; Rubin 1981; Künsch 1989)."
        )
    return " ".join(sentences)


def _differences(record: RunRecord) -> str:
    text = (
        "The difference of an outlet is its share of words on a theme minus the share of all other outlets together; its"
        " interval covers which articles there are"
    )
    if record.results.codes_used:
        text += " (articles as clusters, Liang and Zeger 1986), and the model's error where both sides have ten codes."
    else:
        text += (
            " (Bayesian bootstrap over articles, Rubin 1981). It is a difference of assignments, and of what coders"
            " would say if the model errs alike on both sides."
        )
    columns = dict.fromkeys(record.settings.groups.by)
    if columns:
        text += (
            f" The groups of articles by {enumeration(columns)} were compared in the same way; articles without a value were"
            " left out of the comparison."
        )
    return text


def _topics(record: RunRecord) -> str:
    settings, results = record.settings.topics, record.results
    runs, n_each = results.stability.runs, results.stability.paragraphs_each
    if (own := record.inputs.topic_model) is not None:
        parts = "; ".join(f"{name} {value}" for name, value in own.items()) or "default parameters"
        return f"Topics were found with BERTopic (Grootendorst 2022) with parameters chosen by the authors: {parts}."
    guide = "guided by the primary themes (semi-supervised)" if settings.guided else "without the codebook"
    method = (
        f"Paragraphs were clustered as in BERTopic (Grootendorst 2022): {record.inputs.embeddings.name} vectors, UMAP"
        f" (McInnes et al. 2018) and HDBSCAN (Campello et al. 2013), {guide}"
    )
    # without reruns there was nothing to choose, to move or to edit
    if not runs:
        return f"{method}; no clusters were found, and all paragraphs form one topic."
    if runs == 1:
        sentences = [f"{method}, once."]
    else:
        sentences = [
            f"{method}. The clustering was repeated {runs} times with different seeds, each time on {n_each} randomly"
            " drawn paragraphs; the centroids of all clusters were merged by Ward's method (meta-clustering, Strehl and"
            " Ghosh 2002; Ward 1963) and refined by k-means (Lloyd 1982), and each paragraph was assigned to the nearest"
            " consensus centroid."
        ]
    if settings.outliers:
        sentences.append(
            f"The {100 * settings.outliers:.0f} % of the paragraphs that are farthest from their topic are outliers."
        )
    if settings.granularity:
        sentences.append(f"The number of topics was set to {settings.granularity}.")
    else:
        sentences.append(
            "The number of topics is the largest of those whose stability, adjusted for that of reference vectors with the"
            " same factors (granularity.csv; Tibshirani et al. 2001; Hubert and Arabie 1985), is within one standard error"
            " of the highest (Breiman et al. 1984)."
        )
    if results.reassigned_share:
        most = "in most reruns " if runs > 1 else ""
        sentences.append(
            f"{100 * results.reassigned_share:.0f} % of the sampled paragraphs, which HDBSCAN classified {most}as outliers,"
            " were also assigned to the nearest topic (reassigned)."
        )
    if record.edits:
        sentences.append(
            f"Topics were edited manually: {results.edits} of {count(len(record.edits), 'edit')} applied (edits in"
            " run.json). The stability of a merged topic was measured against the topics of each rerun merged in the same"
            " way; the parts of a split topic have no stability."
        )
    return " ".join(sentences)


def _words(record: RunRecord) -> str:
    coherence = (
        "The coherence of a topic is the mean NPMI (Bouma 2009) of its words in windows of ten words, −1 to 1 (Aletras and"
        " Stevenson 2013)."
    )
    if record.inputs.topic_model is not None:
        return f"Words and labels of the topics are those of the model. {coherence}"
    return (
        "The words of a topic are those with the highest class-based tf-idf (Grootendorst 2022) that also co-occur in the"
        " corpus. Its label joins nouns, names and noun phrases that many of its paragraphs hold and that are rare in other"
        f" topics and in the language. {coherence}"
    )


def _stability(record: RunRecord) -> str:
    runs = record.results.stability.runs
    if record.inputs.topic_model is not None and runs:
        return (
            f"The stability of a topic is its mean best Jaccard overlap with the topics of {runs} refits of the model on"
            f" random {100 * record.settings.stability.fraction:.0f} % of the paragraphs; a topic below {TRUSTED} is marked"
            " unstable and should not be relied on (Hennig 2007)."
        )
    if not runs:
        return ""
    if runs == 1:
        return "The stability of the topics is unknown, because the clustering was not repeated (stability.runs)."
    return (
        "The stability of a topic is its mean best Jaccard overlap with the topics of each single rerun; a topic below"
        f" {TRUSTED} is marked unstable and should not be relied on (Hennig 2007)."
    )


def _software(record: RunRecord) -> str:
    libraries = record.environment.libraries
    versions = ", ".join(f"{name} {libraries[name]}" for name in ("bertopic", "umap-learn", "hdbscan", "scikit-learn"))
    return f"Computed with topics {record.environment.topics} ({versions}), seed {record.seed}."
