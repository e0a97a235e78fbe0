"""HTML around the data: pages with the data script, and pages without it."""

from typing import Any

import orjson

_HEAD = (
    b'<!DOCTYPE html><html lang="en"><head><meta charset="UTF-8"/><title>TikTok - Make Your Day</title></head><body>'
)
_TAIL = b"</body></html>"
_UNIVERSAL = b'<script id="__UNIVERSAL_DATA_FOR_REHYDRATION__" type="application/json">'
_SIGI = b'<script id="SIGI_STATE" type="application/json">'
_CONTEXT = {"language": "en", "region": "GB", "appId": 1988, "appType": "m"}

CHALLENGE = (
    b'<!DOCTYPE html><html lang="en"><head><link rel="icon" href="data:;base64,="></head><body> Please wait... '
    b'<p id="wci" class="_wafchallengeid"></p><p id="cs" class=""></p><p id="rci" class="waforiginalreid"></p>'
    b'<p id="rs" class=""></p></body></html>'
)
CAPTCHA = (
    b'<!DOCTYPE html><html lang="en"><head><title>TikTok</title></head><body>'
    b'<div class="captcha_verify_container"></div></body></html>'
)
LOGIN = (
    b'<!DOCTYPE html><html lang="en"><head><title>Log in | TikTok</title></head><body>Log in to TikTok</body></html>'
)
HOME = _HEAD + b"For You" + _TAIL


def _script(opening: bytes, data: object) -> bytes:
    # A "</script>" inside a caption must not end the script.
    return opening + orjson.dumps(data).replace(b"</", b"<\\/") + b"</script>"


def universal_page(scope_name: str, scope: dict[str, Any]) -> bytes:
    """A page of today: one scope of the rehydration data, beside the context that every page has."""
    data = {"__DEFAULT_SCOPE__": {"webapp.app-context": _CONTEXT, scope_name: scope}}
    return _HEAD + _script(_UNIVERSAL, data) + _TAIL


def sigi_page(state: dict[str, Any]) -> bytes:
    """A page of the older kind."""
    return _HEAD + _script(_SIGI, state) + _TAIL
