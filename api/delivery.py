"""How an answer travels: not at all where the client has it already, and compressed where the client can read that."""

import re
import zlib
from collections.abc import Iterable, Iterator
from typing import cast

import brotli  # type: ignore[import-untyped]
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers

# Below, headers and a full packet outweigh what is saved.
SMALLEST = 500
BROTLI_QUALITY, GZIP_LEVEL = 4, 6
_CODING = re.compile(r"\s*([\w*-]+)\s*(?:;\s*q\s*=\s*([^,]*))?")
# zlib writes a gzip header with this added to the window's size.
_GZIP = 16 + zlib.MAX_WBITS


def deliver(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """The answer as it is sent: 304 without a body where `If-None-Match` names its ETag; in brotli or gzip."""
    etag = response.headers.get("ETag")
    if etag is not None and request.method in ("GET", "HEAD"):
        response = cast(
            HttpResponse, get_conditional_response(request, etag=etag, response=cast(HttpResponse, response))
        )
    if response.status_code != 304:
        _compress(request, response)
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def _compress(request: HttpRequest, response: HttpResponseBase) -> None:
    coding = _chosen(request.headers.get("Accept-Encoding", ""))
    if coding is None or response.has_header("Content-Encoding"):
        return
    if isinstance(response, StreamingHttpResponse):
        response.streaming_content = _compressed(cast(Iterable[bytes], response.streaming_content), coding)
    elif isinstance(response, HttpResponse):
        if len(response.content) < SMALLEST:
            return
        response.content = b"".join(_compressed([response.content], coding))
        response["Content-Length"] = str(len(response.content))
    response["Content-Encoding"] = coding


def _chosen(accepted: str) -> str | None:
    """The coding to use by an Accept-Encoding header; None: as it is. Of equally welcome ones the denser."""
    weights = {name.lower(): _weight(quality) for name, quality in _CODING.findall(accepted)}
    welcome = {name: weights.get(name, weights.get("*", 0.0)) for name in ("br", "gzip")}
    best = max(welcome, key=lambda name: welcome[name])
    return best if welcome[best] > 0 else None


def _weight(quality: str) -> float:
    try:
        return float(quality or 1)
    except ValueError:
        return 0.0


def _compressed(chunks: Iterable[bytes], coding: str) -> Iterator[bytes]:
    """A body in another coding, piece by piece: what is written can be read before the end."""
    if coding == "br":
        packer = brotli.Compressor(quality=BROTLI_QUALITY)
        for chunk in chunks:
            yield packer.process(chunk) + packer.flush()
        yield packer.finish()
        return
    zipper = zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, _GZIP)
    for chunk in chunks:
        yield zipper.compress(chunk) + zipper.flush(zlib.Z_SYNC_FLUSH)
    yield zipper.flush()
