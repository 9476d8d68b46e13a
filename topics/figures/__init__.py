"""One function per figure: tables in, Figure out. Nothing is computed here, nothing saved."""

from topics.figures.registry import *  # noqa: F403
