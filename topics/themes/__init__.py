"""Paragraphs + codebook -> scores, assignments, evidence."""
