"""What can go wrong when people change what they track, in their words."""


class CreatorError(Exception):
    """A change to a creator that cannot be made; str() says why in plain words. `code` is the API's and UI's term."""

    code = "creator_error"
    message = "This change cannot be made."

    def __str__(self) -> str:
        return self.message


class HandleTaken(CreatorError):
    """The handle is tracked in the same project already."""

    code = "handle_taken"

    def __init__(self, handle: str) -> None:
        super().__init__(handle)
        self.message = f"@{handle} is already tracked in this project."


class InvalidHandle(CreatorError):
    """What was typed is no handle and no profile address."""

    code = "invalid_handle"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class InvalidStartDate(CreatorError):
    """Tracking cannot start on this day."""

    code = "invalid_start_date"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotDisabled(CreatorError):
    """The creator is read already, so there is nothing to switch on again."""

    code = "not_disabled"

    def __init__(self, creator: str) -> None:
        super().__init__(creator)
        self.message = f"{creator} is being tracked already."


class NoChange(CreatorError):
    """The handle is the one the creator has."""

    code = "no_change"
    message = "That is the handle this creator already has."


class SwitchedOff(CreatorError):
    """The creator is auto-disabled: it is read again only after a person has switched it on."""

    code = "auto_disabled"

    def __init__(self, creator: str) -> None:
        super().__init__(creator)
        self.message = f"{creator} is auto-disabled. Switch it on again first; it is read at once then."


class CreatorBanned(CreatorError):
    """The account is banned from the platform."""

    code = "creator_banned"

    def __init__(self, handle: str) -> None:
        super().__init__(handle)
        self.message = f"@{handle} is banned from trackagoat and cannot be tracked. Write to support if that is wrong."
