"""What can go wrong with the local stack, in words for the person at the terminal."""


class StackError(Exception):
    """The stack cannot start or go on; the message says why and what to do about it."""
