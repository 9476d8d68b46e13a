"""Paragraphs + codebook -> is this codebook usable on this corpus, and what to change in it."""
