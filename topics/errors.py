"""What can go wrong: input that cannot be used, and what the reader of a result must know."""


class InputError(ValueError):
    """What the user handed in cannot be used; the message says got, expected, what to do."""


class TopicsWarning(UserWarning):
    """The run went through, but its reader must know something (a corpus too small, say)."""
