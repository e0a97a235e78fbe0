"""What can go wrong when people change which videos they track, in their words."""


class VideoError(Exception):
    """A change to a video that cannot be made; str() says why in plain words. `code` is the API's and UI's term."""

    code = "video_error"
    message = "This change cannot be made."

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return self.message


class SwitchedOff(VideoError):
    """The video's tracking is switched off: it is read again only after a person has switched it on."""

    code = "tracking_disabled"

    def __init__(self) -> None:
        super().__init__("Tracking of this video is switched off. Switch it on first; it is read at once then.")
