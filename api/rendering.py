"""How the API writes JSON: ids and times as Django REST framework's fields would, many times quicker."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import orjson
from rest_framework.renderers import JSONRenderer

OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS
# What of `meta` says when an answer was given rather than what it is: two answers that differ in these alone are one.
OF_THE_MOMENT = ("nextCursor", "syncedUntil")


class OrjsonRenderer(JSONRenderer):
    """JSON in UTF-8, with an ETag on every success. Times that come as they are read go out in UTC with Z."""

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        body = orjson.dumps(data, option=OPTIONS)
        response = (renderer_context or {}).get("response")
        if response is not None and response.status_code == 200:
            response["ETag"] = f'W/"{_fingerprint(data, body)}"'
        return body


def _fingerprint(data: Any, body: bytes) -> str:
    meta = data.get("meta") or {}
    if "syncedUntil" not in meta:
        return _digest(body)
    # `meta` comes last.
    stated = {name: value for name, value in meta.items() if name not in OF_THE_MOMENT}
    stated["more"] = meta["nextCursor"] is not None
    return _digest(memoryview(body)[: body.rindex(b',"meta":')], orjson.dumps(stated, option=OPTIONS))


def _digest(*parts: bytes | memoryview) -> str:
    # Processors have instructions for it: it takes half as long as BLAKE2.
    digest = sha256()
    for part in parts:
        digest.update(part)
    return digest.hexdigest()[:32]
