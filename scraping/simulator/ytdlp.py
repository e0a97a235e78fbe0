"""Lets an unmodified yt-dlp read the simulator: its requests to TikTok go to loopback, all others are refused.

yt-dlp's own networking interface is used for it: a `YoutubeDL` that knows one request handler. There is no other way
out of it, so no outside address can be contacted.
"""

from io import BytesIO
from typing import Any

import httpx
from yt_dlp import YoutubeDL
from yt_dlp.networking import Request, RequestHandler, Response
from yt_dlp.networking.exceptions import HTTPError, TransportError, UnsupportedRequest

_TIKTOK_HOSTS = frozenset({"www.tiktok.com", "tiktok.com", "m.tiktok.com"})


class SimulatorRH(RequestHandler):  # type: ignore[misc]  # yt-dlp ships no types
    """Sends requests for TikTok's web hosts to the simulator; `simulator_url` is set per `YoutubeDL`."""

    _SUPPORTED_URL_SCHEMES = ("http", "https")
    simulator_url = ""

    def _check_extensions(self, extensions: dict[str, Any]) -> None:
        super()._check_extensions(extensions)
        for known in ("cookiejar", "timeout", "legacy_ssl", "keep_header_casing"):
            extensions.pop(known, None)

    def _validate(self, request: Request) -> None:
        super()._validate(request)
        if httpx.URL(request.url).host not in _TIKTOK_HOSTS:
            raise UnsupportedRequest(f"not TikTok: {request.url}")

    def _send(self, request: Request) -> Response:
        asked, simulator = httpx.URL(request.url), httpx.URL(self.simulator_url)
        local = asked.copy_with(scheme=simulator.scheme, host=simulator.host, port=simulator.port)
        try:
            with httpx.Client(trust_env=False, follow_redirects=True, timeout=self._calculate_timeout(request)) as http:
                got = http.request(request.method, local, content=request.data, headers=self._get_headers(request))
        except httpx.TransportError as error:
            raise TransportError(cause=error) from error
        headers = {key: value for key, value in got.headers.items() if key != "content-encoding"}
        response = Response(BytesIO(got.content), str(got.url), headers, got.status_code)
        if got.is_error:
            raise HTTPError(response)
        return response


class SimulatorYoutubeDL(YoutubeDL):  # type: ignore[misc]
    """A `YoutubeDL` for use as a library, whose only way out is the simulator at `url`."""

    def __init__(self, url: str, params: dict[str, Any] | None = None) -> None:
        self._handler = type("SimulatorRH", (SimulatorRH,), {"simulator_url": url})
        super().__init__({"quiet": True, "no_warnings": True, "skip_download": True, **(params or {})})

    def build_request_director(self, _handlers: object, _preferences: object = None) -> Any:
        """The handlers of the outside world are left out."""
        return super().build_request_director([self._handler])
