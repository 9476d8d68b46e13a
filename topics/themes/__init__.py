"""Paragraphs + codebook -> theme scores, assignments, evidence; and whether the codebook suits the corpus.

- ``keyword_words``: what a word of a keyword matches: inflections, compounds, capitals, wildcards.
- ``matching``: which keywords and other words stand in a text; phrases, hyphens, regular expressions.
- ``encoding``: sentences, descriptions and keywords -> vectors, by the encoder that the settings choose.
- ``vectors``: which paragraphs are neighbours, and how similar each is to each theme.
- ``model``: the seeded naive Bayes that turns words and similarity into evidence for each theme.
- ``calibration``: evidence -> probability; how far the codebook is trusted on this corpus.
- ``gold``: codes of people correct the scores. ``coders``: codes of others, weighed by their agreement.
- ``estimate``: counts, the fitted model, and the scores that both give.
- ``scores``: the fitted themes of a corpus, and their table. Its docstring tells the whole way.
- ``refits``: scores of the same corpus without a keyword, or with other settings.
- ``others``: scores of paragraphs that the model was not fitted to.
- ``estimator``: the same as a classifier of scikit-learn.
- ``assignments``: themes of single paragraphs, assigned manually.
- ``audit``: what to change in the codebook.
"""

from topics.themes.assignments import apply_assignments, create_assignment, split_applicable
from topics.themes.audit import Audit, audit_codebook, audit_fitted, check_audit_sheet, write_audit_sheet
from topics.themes.estimator import ThemeModel
from topics.themes.refits import OccurringKeyword, occurring_keywords, scores_with, scores_without
from topics.themes.scores import FittedThemes, Themes, fit_themes, score_themes

__all__ = [
    "Audit", "FittedThemes", "OccurringKeyword", "ThemeModel", "Themes", "apply_assignments", "audit_codebook",
    "audit_fitted", "check_audit_sheet", "create_assignment", "fit_themes", "occurring_keywords", "score_themes",
    "scores_with", "scores_without", "split_applicable", "write_audit_sheet",
]  # fmt: skip
