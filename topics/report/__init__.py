"""Tables of a run -> report.html, methods, numbers, LaTeX, citation."""
