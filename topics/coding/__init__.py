"""Sheets for people to code, and how far they agree."""
