"""From a payload to an HTTP answer, with the planned fault in between."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import orjson
from starlette.responses import RedirectResponse, Response

from scraping.simulator import pages
from scraping.simulator.codes import Status
from scraping.simulator.faults import Fault, Faults, PlannedFault, Target
from scraping.simulator.web import Json, status_body

LISTING = "listing"
_SIGI = "SIGI_STATE"


@dataclass(frozen=True, slots=True)
class Payload:
    """A body and where it stands: the name of a page's scope, SIGI_STATE, or LISTING for plain JSON."""

    scope_name: str
    body: Json

    def response(self) -> Response:
        """The page or JSON."""
        if self.scope_name == LISTING:
            return json_response(self.body)
        if self.scope_name == _SIGI:
            return html_response(pages.sigi_page(self.body))
        return html_response(pages.universal_page(self.scope_name, self.body))


def json_response(body: object, status: int = 200) -> Response:
    """Any JSON."""
    return Response(orjson.dumps(body), status, media_type="application/json")


def html_response(body: bytes, status: int = 200) -> Response:
    """Any page."""
    return Response(body, status, media_type="text/html")


async def answer(faults: Faults, target: Target, handles: set[str], build: Callable[[], Payload]) -> Response:
    """The answer to one request about these handles: what `build` gives, unless a fault strikes."""
    fault = faults.strike(target, handles)
    if fault is None:
        return build().response()
    if fault.fault is Fault.SLOW:
        await asyncio.sleep(fault.seconds)
        return build().response()
    if fault.fault is Fault.SCHEMA_DRIFT:
        return _drifted(build()).response()
    return _refusal(fault, target)


def _refusal(fault: PlannedFault, target: Target) -> Response:
    match fault.fault:
        case Fault.HTTP_429:
            return Response("", 429, {"Retry-After": str(fault.retry_after)})
        case Fault.HTTP_500:
            return Response("Internal Server Error", 500)
        case Fault.LOGIN_REDIRECT:
            return RedirectResponse("/login?redirect_url=%2F", 302)
        case Fault.CHALLENGE if target is Target.LISTING:
            return json_response(status_body(Status.CAPTCHA))
        case Fault.CHALLENGE:
            return html_response(pages.CHALLENGE)
        case _:
            return html_response(b"")


def _drifted(payload: Payload) -> Payload:
    """The payload after TikTok has renamed a key: a list's posts, or the numbers of a profile or post."""
    body = payload.body
    if payload.scope_name == LISTING:
        return Payload(LISTING, _renamed(body, {"itemList": "items"}))
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
