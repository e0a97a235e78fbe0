"""The page on which TikTok asks an account's owner for consent, and what its buttons do."""

from html import escape
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from scraping.simulator.answers import html_response
from scraping.simulator.cast import DEMO
from scraping.simulator.consents import Consents
from scraping.simulator.stage import Stage

PATH = "/v2/auth/authorize/"
_ASKED = ("client_key", "redirect_uri", "scope", "state")
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="UTF-8"><title>Simulated TikTok: allow access</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><main><h1>Simulated TikTok</h1><p><b>{client}</b> asks to read:</p>
<form method="post" action="{path}">{hidden}<fieldset><legend>What is asked for</legend>{scopes}</fieldset>
<p><label>Signed in as <input name="handle" list="accounts" value="{handle}" required></label>
<datalist id="accounts">{accounts}</datalist></p>
<p><button name="answer" value="allow">Allow</button> <button name="answer" value="cancel">Cancel</button></p>
</form></main></body></html>"""


class ConsentPage:
    """Whoever opens it may be anybody of the world: it asks whom. It leads back to this machine alone."""

    def __init__(self, stage: Stage, consents: Consents) -> None:
        self._stage = stage
        self._consents = consents

    def routes(self) -> list[Route]:
        """The page, and taking a consent back as its owner would in TikTok's settings."""
        return [
            Route(PATH, self.ask),
            Route(PATH, self.answer, methods=["POST"]),
            Route("/_sim/consents/{handle}", self.take_back, methods=["DELETE"]),
        ]

    async def ask(self, request: Request) -> Response:
        """What is asked for, by whom, and two buttons."""
        asked = _asked(dict(request.query_params))
        hidden = "".join(
            f'<input type="hidden" name="{name}" value="{escape(asked[name])}">'
            for name in ("client_key", "redirect_uri", "state")
        )
        scopes = "".join(
            f'<p><label><input type="checkbox" name="scope" value="{scope}" checked> {scope}</label></p>'
            for scope in escape(asked["scope"]).split(",")
        )
        accounts = "".join(f'<option value="{member.handle}">' for member in DEMO)
        page = _PAGE.format(
            client=escape(asked["client_key"]), path=PATH, hidden=hidden, scopes=scopes, accounts=accounts,
            handle=DEMO[0].handle,
        )  # fmt: skip
        return html_response(page.encode())

    async def answer(self, request: Request) -> Response:
        """Back to who asked, with a code or with a refusal."""
        pairs = parse_qsl((await request.body()).decode(), keep_blank_values=True)
        scopes = tuple(value for name, value in pairs if name == "scope")
        asked = _asked({**dict(pairs), "scope": ",".join(scopes)})
        at = self._stage.clock.now()
        account = self._stage.find_account(dict(pairs).get("handle", "").lower().removeprefix("@"), at)
        back = {"state": asked["state"]}
        if dict(pairs).get("answer") != "allow" or account is None or self._stage.is_banned(account, at):
            back |= {"error": "access_denied", "error_description": "User canceled the authorization"}
        else:
            code = self._consents.allow(account.index, asked["client_key"], asked["redirect_uri"], scopes, at)
            back |= {"code": code, "scopes": ",".join(scopes)}
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(back)}", 303)

    async def take_back(self, request: Request) -> Response:
        """All that this account's owner has allowed is over."""
        account = self._stage.find_account(request.path_params["handle"].lower(), self._stage.clock.now())
        if account is None:
            raise HTTPException(404, "no such account in this world")
        self._consents.take_back(account.index)
        return Response(status_code=204)


def _asked(given: dict[str, str]) -> dict[str, str]:
    asked = {name: given.get(name, "") for name in _ASKED}
    back = urlsplit(asked["redirect_uri"])
    if not asked["client_key"] or back.scheme not in {"http", "https"} or back.hostname not in _LOOPBACK:
        raise HTTPException(400, "client_key and a redirect_uri on this machine are needed")
    return asked
