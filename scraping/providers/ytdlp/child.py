"""The process in which yt-dlp runs: bounded in memory, silent, and without a network of its own.

Its only request handler hands every request to the parent, and refuses whatever is not TikTok's before that. Start it
with `python -m scraping.providers.ytdlp.child MEGABYTES`; it ends when its input does.
"""

import os
import resource
import sys
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from scraping.grammar import is_tiktok_host
from scraping.providers.ytdlp.messages import Channel, Json, Silence

# Keys of yt-dlp's results that are read; everything else stays here.
KEPT = (
    "id",
    "uploader",
    "uploader_id",
    "channel",
    "channel_id",
    "timestamp",
    "description",
    "duration",
    "track",
    "view_count",
    "like_count",
    "comment_count",
    "repost_count",
    "save_count",
)
OPTIONS: Json = {
    "quiet": True,
    "no_warnings": True,
    "noprogress": True,
    "skip_download": True,
    "extract_flat": True,
    "cachedir": False,
    "extractor_retries": 0,
    "retries": 0,
    "ignore_no_formats_error": True,
    "allowed_extractors": ["TikTok$", "tiktok:user$"],
}


def main() -> None:
    """Serve jobs until the parent closes the conversation."""
    megabytes = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (megabytes * 1_048_576, megabytes * 1_048_576))
    # Whatever prints must not end up in the conversation.
    channel = Channel(os.dup(0), os.dup(1))
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(silence, stream)
    try:
        while True:
            job, _ = channel.hear()
            channel.say(_done(channel, job))
    except Silence:
        return


def _done(channel: Channel, job: Json) -> Json:
    from yt_dlp.utils import YoutubeDLError

    try:
        return {"done": _run(channel, job)}
    except YoutubeDLError as error:
        return {"failed": f"{type(error).__name__}: {error}"[:500]}
    except MemoryError:
        return {"failed": "MemoryError"}


def _run(channel: Channel, job: Json) -> list[Json]:
    options = OPTIONS | ({"playlist_items": job["items"]} if "items" in job else {})
    with _client(channel, options) as client:
        # Unprocessed, a post is read from its page and nothing of it is looked for elsewhere.
        found = client.extract_info(job["url"], download=False, process="items" in job)
        entries = list(found["entries"]) if "items" in job else [found]
    return [_kept(entry) for entry in entries if entry]


def _kept(entry: Json) -> Json:
    covers = [cover.get("url") for cover in entry.get("thumbnails") or ()]
    return {key: entry.get(key) for key in KEPT} | {"covers": covers}


def _client(channel: Channel, options: Json) -> Any:
    from yt_dlp import YoutubeDL
    from yt_dlp.networking import Request, RequestHandler, Response
    from yt_dlp.networking.exceptions import HTTPError, TransportError, UnsupportedRequest

    class ParentRH(RequestHandler):  # type: ignore[misc]  # yt-dlp ships no types
        """Hands requests to the parent."""

        _SUPPORTED_URL_SCHEMES = ("http", "https")

        def _check_extensions(self, extensions: Json) -> None:
            super()._check_extensions(extensions)
            for known in ("cookiejar", "timeout", "legacy_ssl", "keep_header_casing"):
                extensions.pop(known, None)

        def _validate(self, request: Request) -> None:
            super()._validate(request)
            parts = urlsplit(request.url)
            if parts.scheme != "https" or not is_tiktok_host(parts.netloc):
                raise UnsupportedRequest(f"not TikTok: {request.url}")

        def _send(self, request: Request) -> Response:
            headers = dict(self._get_headers(request))
            channel.say({"url": request.url, "headers": headers}, request.data or b"")
            answer, body = channel.hear()
            if "refused" in answer:
                raise TransportError(answer["refused"])
            response = Response(BytesIO(body), request.url, {"Content-Type": "text/html"}, answer["status"])
            if answer["status"] >= 400:
                raise HTTPError(response)
            return response

    class Client(YoutubeDL):  # type: ignore[misc]
        """A `YoutubeDL` without the handlers of the outside world."""

        def build_request_director(self, _handlers: object, _preferences: object = None) -> Any:
            return super().build_request_director([ParentRH])

    return Client(options)


if __name__ == "__main__":
    main()
