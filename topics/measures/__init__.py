"""Tables -> shares with intervals, comparisons, co-occurrence, keyness."""
