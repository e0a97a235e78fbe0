"""What can be wrong with goals, in words for the person who sets them."""


class GoalError(Exception):
    """A change to goals that cannot be made; str() says why and what to do."""


class InvalidGoal(GoalError):
    """What a goal asks for makes no sense; `field` is the part of the form it is about."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class GoalDeleted(GoalError):
    """The goal is deleted: its history stays, nothing of it changes."""

    def __str__(self) -> str:
        return "This goal is deleted. Restore it to make changes."
