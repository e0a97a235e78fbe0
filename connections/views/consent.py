"""The pages that a creator's owner sees: who asks for what, the way to TikTok, and what came of it.

Nobody signs in here: the link says for whom it is, and TikTok says who has answered.
"""

import secrets
import time
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from connections.errors import ConnectionRefused, LinkUnusable, NotConsented, TikTokAway, UnexpectedAnswer, Why
from connections.installation import answer_address, installed_consent, is_offered, reader_for
from connections.links import Asked, link_token, usable_link
from connections.models import ConnectionLink
from connections.services import connect

# The question that this browser took to TikTok; TikTok's answer must belong to it.
ASKED = "connection_asked"
ANSWER_SECONDS = 15 * 60
GONE = 410


@never_cache
@require_safe
def ask(request: HttpRequest, token: str) -> HttpResponse:
    """Who asks, for what, and the button that leads to TikTok."""
    try:
        link = usable_link(Asked.of(token), timezone.now())
    except LinkUnusable as error:
        return _refused(request, error)
    return render(request, "connections/ask.html", {"link": link, "token": token, "is_offered": is_offered()})


@never_cache
@require_POST
def start(request: HttpRequest, token: str) -> HttpResponse:
    """Lead to TikTok's own page, which asks the owner."""
    try:
        asked = Asked.of(token)
        usable_link(asked, timezone.now())
        if not is_offered():
            raise TikTokAway
    except ConnectionRefused as error:
        return _refused(request, error)
    state = secrets.token_urlsafe(32)
    request.session[ASKED] = {"state": state, "token": token, "at": int(time.time())}
    return HttpResponseRedirect(installed_consent().page(redirect_uri=answer_address(), state=state))


@never_cache
@require_safe
def answer(request: HttpRequest) -> HttpResponse:
    """What TikTok leads back with: connect the account, or say why not."""
    question = request.session.pop(ASKED, None)
    link = None
    try:
        token = _own_question(question, request.GET.get("state", ""))
        asked = Asked.of(token)
        link = usable_link(asked, timezone.now())
        if request.GET.get("error") or not request.GET.get("code"):
            raise NotConsented
        if not is_offered():
            raise TikTokAway
        connected = connect(
            asked,
            request.GET["code"],
            consent=installed_consent(),
            reader=reader_for,
            redirect_uri=answer_address(),
            now=timezone.now(),
        )
    except ConnectionRefused as error:
        return _refused(request, error, link)
    return render(request, "connections/connected.html", {"link": link, "connected": connected})


def _own_question(question: Any, state: str) -> str:
    """The token of the link that this browser's question was about. Raises UnexpectedAnswer."""
    if not question or not constant_time_compare(question["state"], state):
        raise UnexpectedAnswer
    if time.time() - question["at"] > ANSWER_SECONDS:
        raise UnexpectedAnswer
    return str(question["token"])


def _refused(request: HttpRequest, error: ConnectionRefused, link: ConnectionLink | None = None) -> HttpResponse:
    """Why nothing was connected; with the link, where it can still be used."""
    again = link_token(link) if link is not None and not isinstance(error, LinkUnusable) else ""
    status = 400
    if isinstance(error, LinkUnusable):
        status = 404 if error.why is Why.DAMAGED else GONE
    elif isinstance(error, TikTokAway):
        status = 503
    return render(request, "connections/refused.html", {"error": error, "again": again}, status=status)
