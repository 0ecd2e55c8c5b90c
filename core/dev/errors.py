"""What can go wrong on a developer's machine, said in one line."""


class DevelopmentError(Exception):
    """The message is all that the developer sees: it names the thing, and what to do about it."""
