"""What can be wrong with a question. Each error names the parameters it is about and says what to do next."""

from datetime import date


class QueryError(Exception):
    """A question that has no answer. `code` is the API's `meta.code`; `params` are the parameters it is about."""

    code = "invalid_params"

    def __init__(self, message: str, *params: str) -> None:
        super().__init__(message)
        self.params = params


class BadParameter(QueryError):
    """A parameter has a value that does not exist, or that is out of range."""


class BadCombination(QueryError):
    """Every parameter is fine by itself; together they ask for something that does not exist."""

    code = "invalid_query"


class EntityNotFound(QueryError):
    """There is no such video, creator, campaign or project here."""

    code = "not_found"


class RetentionExceeded(QueryError):
    """The range, or with `is_compared` the one it is compared with, reaches further back than the plan shows.

    `earliest` is the first day that may be asked for; `days` the plan's retention.
    """

    code = "retention_exceeded"

    def __init__(self, earliest: date, days: int, *, is_compared: bool = False) -> None:
        what = "The compared range begins" if is_compared else "The range begins"
        super().__init__(f"{what} before {earliest}; your plan shows the last {days} days.", "from")
        self.earliest, self.days, self.is_compared = earliest, days, is_compared
