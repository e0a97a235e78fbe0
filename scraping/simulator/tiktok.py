"""What looks like TikTok: profile and post pages, the listing, oEmbed, short links and images."""

import re

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from scraping.simulator import images, links, oembed, pages
from scraping.simulator.answers import LISTING, Payload, answer, html_response
from scraping.simulator.codes import Status
from scraping.simulator.faults import Faults, Target
from scraping.simulator.listing import DEFAULT_PAGE, MOST_PER_PAGE, listing_page
from scraping.simulator.replay import Recording
from scraping.simulator.stage import Stage
from scraping.simulator.web import listing_body, missing_post_scope, post_item, post_scope, profile_scope, status_body
from scraping.simulator.world import Account

_PROFILE_SCOPE, _POST_SCOPE = "webapp.user-detail", "webapp.video-detail"
_POST_URL = re.compile(r"/(?:video|photo)/(\d{1,19})")
_PROFILE_URL = re.compile(r"/@([A-Za-z0-9_.]{1,30})/?(?:$|[?#])")
_LONG = {"Cache-Control": "public, max-age=86400"}


def base_url(request: Request) -> str:
    """The address under which the caller reached the simulator."""
    return f"http://{request.headers['host']}"


def whole_number(text: str | None, otherwise: int) -> int:
    """A number from a query; `otherwise` where there is none."""
    return int(text) if text and text.isascii() and text.isdigit() else otherwise


class TikTok:
    """The public site."""

    def __init__(self, stage: Stage, recording: Recording, faults: Faults) -> None:
        self._stage = stage
        self._recording = recording
        self._faults = faults

    def routes(self) -> list[Route]:
        """Every address of the site."""
        return [
            Route("/@{handle}", self.profile),
            Route("/api/creator/item_list/", self.listing),
            Route("/@{handle}/video/{post_id}", self.post),
            Route("/@{handle}/photo/{post_id}", self.post),
            Route("/@/video/{post_id}", self.post),
            Route("/oembed", self.oembed),
            Route("/t/{code}", self.short_link),
            Route("/t/{code}/", self.short_link),
            Route("/img/avatar/{account_id:int}.jpeg", self.avatar),
            Route("/img/cover/{post_id:int}.jpeg", self.cover),
            Route("/login", self.login),
            Route("/", self.home),
        ]

    async def profile(self, request: Request) -> Response:
        """A profile page."""
        handle = request.path_params["handle"].lower()
        return await answer(self._faults, Target.PROFILE, {handle}, lambda: self._profile(handle, base_url(request)))

    def _profile(self, handle: str, base: str) -> Payload:
        if recorded := self._recording.account(handle):
            return Payload(_PROFILE_SCOPE, recorded.profile_scope)
        at = self._stage.clock.now()
        account = self._stage.find_account(handle, at)
        if account is None:
            return Payload(_PROFILE_SCOPE, {"needFix": False, **status_body(Status.NO_SUCH_USER)})
        return Payload(_PROFILE_SCOPE, profile_scope(self._stage.profile(account, at), base))

    async def listing(self, request: Request) -> Response:
        """One page of an account's posts."""
        sec_uid = request.query_params.get("secUid", "")
        cursor = whole_number(request.query_params.get("cursor"), 0)
        count = min(MOST_PER_PAGE, whole_number(request.query_params.get("count"), DEFAULT_PAGE))
        if recorded := self._recording.account_by_sec_uid(sec_uid):
            items, more = recorded.page(cursor, count)
            body = {"hasMorePrevious": more, "itemList": items, **status_body(Status.OK)}
            return await answer(self._faults, Target.LISTING, {recorded.handle}, lambda: Payload(LISTING, body))
        account = self._stage.find_account_by_sec_uid(sec_uid)
        handles = self._names(account) if account else set()
        base = base_url(request)
        return await answer(
            self._faults, Target.LISTING, handles, lambda: self._listing(sec_uid, account, cursor, count, base)
        )

    def _listing(self, sec_uid: str, account: Account | None, cursor: int, count: int, base: str) -> Payload:
        at = self._stage.clock.now()
        if account is None:
            status = Status.NO_SUCH_USER if sec_uid else Status.BAD_PARAMETERS
        elif self._stage.is_banned(account, at):
            status = Status.BANNED
        elif self._stage.is_private(account, at):
            status = Status.PRIVATE_ACCOUNT
        else:
            page = listing_page(self._stage, account, cursor, count, at)
            return Payload(LISTING, listing_body(self._stage, page, at, base))
        return Payload(LISTING, {"hasMorePrevious": False, "itemList": [], **status_body(status)})

    async def post(self, request: Request) -> Response:
        """A post's page; `/photo/` answers as `/video/` does."""
        post_id = request.path_params["post_id"]
        handles = {request.path_params.get("handle", "_").lower()}
        post = self._stage.world.find_post(whole_number(post_id, 0))
        if post:
            handles |= self._names(post.author)
        return await answer(self._faults, Target.VIDEO, handles, lambda: self._post(post_id, base_url(request)))

    def _post(self, post_id: str, base: str) -> Payload:
        if recorded := self._recording.post_page(post_id):
            return Payload(recorded.scope_name, recorded.body)
        at = self._stage.clock.now()
        post = self._stage.world.find_post(whole_number(post_id, 0))
        status = self._stage.post_status(post, at) if post else Status.NO_SUCH_POST
        if post is None or status is not Status.OK:
            return Payload(_POST_SCOPE, missing_post_scope(status))
        item = post_item(self._stage, post, at, base)
        return Payload(_POST_SCOPE, post_scope(item, post.author.member.nickname))

    async def oembed(self, request: Request) -> Response:
        """Whether a public URL exists; 400 for anything that is not shown to strangers."""
        url = request.query_params.get("url", "")
        return await answer(self._faults, Target.OEMBED, set(), lambda: self._embed(url, base_url(request)))

    def _embed(self, url: str, base: str) -> Payload:
        at = self._stage.clock.now()
        if match := _POST_URL.search(url):
            post = self._stage.world.find_post(int(match[1]))
            if post and self._stage.post_status(post, at) is Status.OK:
                return Payload(LISTING, oembed.post_embed(post, self._stage.handle(post.author, at), base))
        elif match := _PROFILE_URL.search(url):
            account = self._stage.find_account(match[1].lower(), at)
            if account and not (self._stage.is_banned(account, at) or self._stage.is_private(account, at)):
                return Payload(LISTING, oembed.account_embed(account, self._stage.handle(account, at), base))
        return Payload(LISTING, oembed.REFUSAL, 400)

    async def short_link(self, request: Request) -> Response:
        """Follow a short link; a dead one leads to the home page."""
        at = self._stage.clock.now()
        kind, number = links.decode(request.path_params["code"]) or ("", 0)
        base = base_url(request)
        if kind == "post" and (post := self._stage.world.find_post(number)):
            handle = self._stage.handle(post.author, at)
            return RedirectResponse(f"{base}/@{handle}/video/{number}?_r=1", 301)
        if kind == "account" and self._stage.world.exists(number):
            handle = self._stage.handle(self._stage.world.account(number), at)
            return RedirectResponse(f"{base}/@{handle}?_r=1", 301)
        return RedirectResponse(f"{base}/", 302)

    async def avatar(self, request: Request) -> Response:
        """An account's picture; every id has one."""
        account_id = request.path_params["account_id"]
        index = account_id >> 8 & 0xFFFFFF
        known = self._stage.world.exists(index)
        handle = self._stage.world.account(index).member.handle if known else "?"
        return Response(images.avatar(account_id, handle), headers=_LONG, media_type="image/jpeg")

    async def cover(self, request: Request) -> Response:
        """A post's picture; every id has one."""
        image = whole_number(request.query_params.get("image"), 0)
        body = images.cover(request.path_params["post_id"], image)
        return Response(body, headers=_LONG, media_type="image/jpeg")

    async def login(self, _: Request) -> Response:
        """Where TikTok sends those it refuses."""
        return html_response(pages.LOGIN)

    async def home(self, _: Request) -> Response:
        """The front page."""
        return html_response(pages.HOME)

    def _names(self, account: Account) -> set[str]:
        return {account.member.handle, self._stage.handle(account, self._stage.clock.now())}
