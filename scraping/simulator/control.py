"""The control API under `/_sim/`: clock, changes, faults, and the exact numbers behind the rounded ones."""

from typing import Any

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from scraping.simulator import links
from scraping.simulator.answers import json_response
from scraping.simulator.clock import Clock, format_instant, parse_instant
from scraping.simulator.control_input import AccountChange, ControlError, read_fault
from scraping.simulator.faults import Faults
from scraping.simulator.replay import Recording
from scraping.simulator.stage import Stage
from scraping.simulator.tiktok import base_url
from scraping.simulator.world import MOST_ACCOUNTS, Account, Post

Json = dict[str, Any]


async def _body(request: Request) -> Json:
    try:
        body = orjson.loads(await request.body())
    except orjson.JSONDecodeError as error:
        raise ControlError(f"not JSON: {error}") from error
    if not isinstance(body, dict):
        raise ControlError("expected an object")
    return body


async def control_error(_: Request, error: Exception) -> Response:
    """400 with the reason."""
    return json_response({"error": str(error)}, 400)


async def not_here(_: Request, error: Exception) -> Response:
    """Any other refusal, as JSON."""
    assert isinstance(error, HTTPException)  # registered for nothing else
    return json_response({"error": error.detail}, error.status_code)


class Control:
    """Everything under `/_sim/`."""

    def __init__(self, stage: Stage, recording: Recording, faults: Faults) -> None:
        self._stage = stage
        self._recording = recording
        self._faults = faults

    def routes(self) -> list[Route]:
        """Every address of the control API."""
        return [
            Route("/_sim/health", self.health),
            Route("/_sim/clock", self.show_clock),
            Route("/_sim/clock", self.set_clock, methods=["POST"]),
            Route("/_sim/accounts", self.accounts),
            Route("/_sim/accounts/{handle}", self.account),
            Route("/_sim/accounts/{handle}", self.change_account, methods=["POST"]),
            Route("/_sim/accounts/{handle}/posts", self.account_posts),
            Route("/_sim/posts/{post_id:int}", self.post),
            Route("/_sim/faults", self.plan_fault, methods=["POST"]),
            Route("/_sim/faults", self.clear_faults, methods=["DELETE"]),
        ]

    async def health(self, _: Request) -> Response:
        """200 as soon as requests are answered."""
        return json_response({"status": "ok", "seed": self._stage.world.seed})

    async def show_clock(self, _: Request) -> Response:
        """The world's present."""
        return json_response(_clock_body(self._stage.clock))

    async def set_clock(self, request: Request) -> Response:
        """`{"now": ISO}` fixes the clock, `{"live": true}` lets it follow real time again."""
        body = await _body(request)
        if body == {"live": True}:
            self._stage.clock.follow_real_time()
        elif list(body) == ["now"] and isinstance(body["now"], str):
            self._stage.clock.fix(_instant(body["now"]))
        else:
            raise ControlError('expected {"now": "…"} or {"live": true}')
        return json_response(_clock_body(self._stage.clock))

    async def accounts(self, _: Request) -> Response:
        """Everybody who is known by name: recorded accounts, then the cast. Numbered accounts are not listed."""
        at = self._stage.clock.now()
        recorded = [
            {"handle": handle, "account_id": str(account.user.get("id", "")), "state": "ok", "group": "recorded"}
            for handle, account in self._recording.accounts.items()
        ]
        world = self._stage.world
        cast = [self._entry(world.account(MOST_ACCOUNTS + place), at) for place in range(len(world.members))]
        return json_response(recorded + cast)

    async def account(self, request: Request) -> Response:
        """One simulated account with exact numbers, now or `?at=ISO`."""
        at = self._at(request)
        account = self._find(request, at)
        profile = self._stage.profile(account, at)
        return json_response(
            {
                **self._entry(account, at),
                "at": format_instant(at),
                "sec_uid": account.sec_uid,
                "nickname": account.member.nickname,
                "bio": account.member.bio,
                "follower_count": profile.followers,
                "following_count": profile.following,
                "total_likes": profile.total_likes,
                "video_count": profile.video_count,
                "short_url": f"{base_url(request)}/t/{links.account_code(account.index)}",
            }
        )

    async def account_posts(self, request: Request) -> Response:
        """An account's posts with exact numbers, newest first: those in (`?after`, `?until`], else of 90 days."""
        at = self._at(request)
        account = self._find(request, at)
        query = request.query_params
        until = min(at, _instant(query["until"])) if "until" in query else at
        after = _instant(query["after"]) if "after" in query else until - 90 * 86_400
        return json_response([self._post(post, at, base_url(request)) for post in account.between(after, until)])

    async def post(self, request: Request) -> Response:
        """One simulated post with exact numbers, now or `?at=ISO`; before its posting and when deleted as well."""
        post = self._stage.world.find_post(request.path_params["post_id"])
        if post is None:
            raise HTTPException(404, "no such post in this world")
        return json_response(self._post(post, self._at(request), base_url(request)))

    async def change_account(self, request: Request) -> Response:
        """Change one account from now on: see `AccountChange`."""
        at = self._stage.clock.now()
        change = AccountChange.read(await _body(request))
        account = self._find(request, at)
        change.apply(self._stage, account, at)
        return json_response(self._entry(account, at))

    async def plan_fault(self, request: Request) -> Response:
        """Plan a fault."""
        self._faults.plan(read_fault(await _body(request)))
        return Response(status_code=204)

    async def clear_faults(self, _: Request) -> Response:
        """Forget every planned fault."""
        self._faults.clear()
        return Response(status_code=204)

    def _at(self, request: Request) -> int:
        text = request.query_params.get("at")
        return self._stage.clock.now() if text is None else _instant(text)

    def _find(self, request: Request, at: int) -> Account:
        handle = request.path_params["handle"].lower()
        if self._recording.account(handle):
            raise HTTPException(409, "a recorded account has no exact numbers and does not change")
        account = self._stage.find_account(handle, at)
        if account is None:
            raise HTTPException(404, "no such account in this world")
        return account

    def _entry(self, account: Account, at: int) -> Json:
        banned, private = self._stage.is_banned(account, at), self._stage.is_private(account, at)
        return {
            "handle": self._stage.handle(account, at),
            "account_id": str(account.account_id),
            "state": "banned" if banned else "private" if private else "ok",
            "group": self._stage.world.group(account.index),
        }

    def _post(self, post: Post, at: int, base: str) -> Json:
        counters = post.curve.counters(at)
        return {
            "id": str(post.post_id),
            "handle": self._stage.handle(post.author, at),
            "account_id": str(post.author.account_id),
            "at": format_instant(at),
            "posted_at": format_instant(post.posted_at),
            "status_code": int(self._stage.post_status(post, at)),
            "pinned": post in self._stage.pins(post.author, at),
            "caption": post.content.caption,
            "hashtags": list(post.content.hashtags),
            "kind": "photo" if post.content.images else "video",
            "duration_seconds": post.content.duration,
            "view_count": counters.views,
            "like_count": counters.likes,
            "comment_count": counters.comments,
            "share_count": counters.shares,
            "save_count": counters.saves,
            "short_url": f"{base}/t/{links.post_code(post.post_id)}",
        }


def _clock_body(clock: Clock) -> Json:
    return {"now": format_instant(clock.now()), "live": clock.live}


def _instant(text: str) -> int:
    try:
        return parse_instant(text)
    except ValueError as error:
        raise ControlError(f"not an ISO instant: {text}") from error
