"""The error for invalid input, and the warning for users of the results."""


class InputError(ValueError):
    """Invalid input; the message states what was found, what was expected, and what to do.

    Examples
    --------
    >>> try:
    ...     topics.Settings(seed=-1)
    ... except topics.InputError as error:
    ...     print(error)
    setting seed is -1; expected at least 0 and at most 4294967295
    """


class TopicsWarning(UserWarning):
    """A completed run has a limitation that users of the results should know, such as a small corpus.

    Examples
    --------
    Stop at the first warning:

    >>> import warnings
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("error", topics.TopicsWarning)
    ...     run = topics.run("data/russia-china")  # doctest: +SKIP
    """
