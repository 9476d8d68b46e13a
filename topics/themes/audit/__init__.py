"""Paragraphs + codebook -> is this codebook usable on this corpus, and what to change in it.

Nothing here needs a label, or changes the codebook:

1. ``keywords``: whether each occurs, which themes' keywords it co-occurs with, and what its theme would lose without it.
2. ``reach``: in which forms each stands, whether they are mostly other words, or everyday ones; ``concordance``: in context.
3. ``themes``: whether enough keywords stand in enough paragraphs, and two themes on the same ones.
4. ``words``: what sets a theme's paragraphs apart, or those without one, and is not in the codebook.
5. ``uncovered``: paragraphs of a theme that hold no keyword and have words of their own.
6. ``findings``: what all that means, and what to do.
7. ``audit`` puts them together, and writes the table.

Coded paragraphs and the vectors of a pretrained model have no part in it.
"""

from topics.themes.audit.audit import Audit, audit_codebook, audit_fitted, check_audit_sheet, write_audit_sheet

__all__ = ["Audit", "audit_codebook", "audit_fitted", "check_audit_sheet", "write_audit_sheet"]
