"""A study, its runs, and the folder that a run leaves."""
