"""Texts: bytes, words and stems, phrases, vectors."""
