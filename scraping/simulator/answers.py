"""From a payload to an HTTP answer, with the planned fault in between."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import orjson
from starlette.responses import RedirectResponse, Response, StreamingResponse

from scraping.simulator import pages
from scraping.simulator.codes import Status
from scraping.simulator.faults import Fault, Faults, PlannedFault, Source, Target
from scraping.simulator.web import Json, status_body

LISTING = "listing"
HUGE_MEGABYTES = 50
_OUT_OF_CREDITS = {"success": False, "error": "out_of_credits", "message": "No credits left"}
# Keys of JSON answers that move when their shape drifts.
_MOVED = {"itemList": "items"} | dict.fromkeys(("aweme_list", "aweme_detail", "comments", "data", "html"), "moved")
_MOVED |= {"stats": "statistics", "statsV2": "statisticsV2", "access_token": "moved"}
_SIGI = "SIGI_STATE"


@dataclass(frozen=True, slots=True)
class Payload:
    """A body and where it stands: the name of a page's scope, SIGI_STATE, or LISTING for plain JSON."""

    scope_name: str
    body: Json
    status: int = 200

    def response(self) -> Response:
        """The page or JSON."""
        if self.scope_name == LISTING:
            return json_response(self.body, self.status)
        if self.scope_name == _SIGI:
            return html_response(pages.sigi_page(self.body))
        return html_response(pages.universal_page(self.scope_name, self.body))


def json_response(body: object, status: int = 200) -> Response:
    """Any JSON."""
    return Response(orjson.dumps(body), status, media_type="application/json")


def html_response(body: bytes, status: int = 200) -> Response:
    """Any page."""
    return Response(body, status, media_type="text/html")


async def answer(
    faults: Faults, target: Target, handles: set[str], build: Callable[[], Payload], source: Source = Source.WEB
) -> Response:
    """The answer to one request about these handles: what `build` gives, unless a fault strikes."""
    fault = faults.strike(source, target, handles)
    if fault is None:
        return build().response()
    if fault.fault is Fault.SLOW:
        await asyncio.sleep(fault.seconds)
        return build().response()
    if fault.fault in _CHANGED:
        return _CHANGED[fault.fault](build()).response()
    if fault.fault in _BENT:
        return _BENT[fault.fault](build().response())
    return _refusal(fault, source, target)


def _broken_off(whole: Response) -> Response:
    body = bytes(whole.body)
    return Response(body[: len(body) // 2], media_type=whole.media_type)


def _huge(_: Response) -> Response:
    return StreamingResponse(_zeros(HUGE_MEGABYTES), media_type="text/html")


def _dripping(whole: Response) -> Response:
    return StreamingResponse(_drip(bytes(whole.body)), media_type=whole.media_type)


# What faults make of the answer that would have been given.
_BENT: dict[Fault, Callable[[Response], Response]] = {
    Fault.BROKEN_OFF: _broken_off,
    Fault.HUGE: _huge,
    Fault.DRIP: _dripping,
}


async def _zeros(megabytes: int) -> AsyncIterator[bytes]:
    for _ in range(megabytes):
        yield b"0" * 1_048_576


async def _drip(body: bytes) -> AsyncIterator[bytes]:
    for place in range(len(body)):
        yield body[place : place + 1]
        await asyncio.sleep(1)


def _refusal(fault: PlannedFault, source: Source, target: Target) -> Response:
    if fault.fault in (Fault.CAPTCHA, Fault.CHALLENGE):
        if source is not Source.WEB or target in (Target.LISTING, Target.OEMBED):
            return json_response(status_body(Status.CAPTCHA))
        return html_response(pages.CAPTCHA if fault.fault is Fault.CAPTCHA else pages.CHALLENGE)
    refusals = {
        Fault.HTTP_429: Response("", 429, {"Retry-After": str(fault.retry_after)}),
        Fault.HTTP_500: Response("Internal Server Error", 500),
        Fault.QUOTA: json_response(_OUT_OF_CREDITS, 402),
        Fault.LOGIN_REDIRECT: RedirectResponse("/login?redirect_url=%2F", 302),
    }
    return refusals.get(fault.fault, html_response(b""))


def _drifted(payload: Payload) -> Payload:
    """The payload after TikTok has renamed a key: a list's posts, or the numbers of a profile or post."""
    body = payload.body
    if payload.scope_name == LISTING:
        return Payload(LISTING, _renamed(body, _MOVED))
    numbers = {"stats": "statistics", "statsV2": "statisticsV2"}
    if "userInfo" in body:
        body = {**body, "userInfo": _renamed(body["userInfo"], numbers)}
    elif body.get("itemInfo"):
        body = {**body, "itemInfo": {"itemStruct": _renamed(body["itemInfo"]["itemStruct"], numbers)}}
    else:
        body = _renamed(body, {"ItemModule": "ItemStore"})
    return Payload(payload.scope_name, body)


def _renamed(body: Json, names: dict[str, str]) -> Json:
    return {names.get(key, key): value for key, value in body.items()}


def _without_exact(payload: Payload) -> Payload:
    """The payload of a page that carries rounded numbers alone."""
    body = {key: value for key, value in payload.body.items() if key != "statsV2"}
    if "userInfo" in body:
        body["userInfo"] = {key: value for key, value in body["userInfo"].items() if key != "statsV2"}
    return Payload(payload.scope_name, body, payload.status)


def _without_author(payload: Payload) -> Payload:
    """A list whose second item does not say whose it is."""
    body = dict(payload.body)
    for key in {"itemList", "aweme_list"} & set(body):
        body[key] = [{**item, "author": None} if place == 1 else item for place, item in enumerate(body[key])]
    return Payload(payload.scope_name, body, payload.status)


_CHANGED: dict[Fault, Callable[[Payload], Payload]] = {
    Fault.SCHEMA_DRIFT: _drifted,
    Fault.NO_EXACT: _without_exact,
    Fault.NO_AUTHOR: _without_author,
}
