"""Short links that people paste: a worker asks TikTok where they lead and adds that, or the list says why not.

Whoever adds something by links says how with `adds(purpose)`; nothing here knows any of them.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from creators.models import WaitingLink
from orgs.audit import current_user, on_behalf_of
from orgs.models import Organization
from orgs.scope import organization_scope, platform_scope
from projects.models import Project
from projects.services import ProjectArchived, require_open
from scraping.grammar import ShortLink
from scraping.outcomes import CONSEQUENCES, Outcome, ScrapeFailure
from scraping.providers import Providers
from scraping.services.links import resolve_link

MOST_TRIES = 6
# A worker that died leaves the link to the next sweep after so long.
LEASE = timedelta(minutes=2)
LEADS_NOWHERE = "This link leads to no account and no post on TikTok. Paste the full address or the handle."
GIVEN_UP = "TikTok could not be asked where this link leads. Paste it again later, or the full address or the handle."
FINAL = (Outcome.NOT_FOUND, Outcome.POST_UNAVAILABLE)

# Adds what an address names to a project; returns why it could not, "" if it could.
Adder = Callable[[Project, str, datetime], str]
_adders: dict[str, Adder] = {}


def adds(purpose: WaitingLink.Purpose, adder: Adder) -> None:
    """Let an app above add what short links of a purpose lead to. `adder` is called in the organization's scope."""
    _adders[purpose.value] = adder


def link_wait(*, project: Project, link: ShortLink, purpose: WaitingLink.Purpose, now: datetime) -> WaitingLink:
    """Find out where a short link leads and add that to the project; asked at once, after the commit. Raises
    ProjectArchived."""
    require_open(project)
    waiting: WaitingLink
    waiting, _ = WaitingLink.objects.update_or_create(
        org_id=project.org_id,
        project=project,
        purpose=purpose,
        url=link.url,
        defaults={"asked_by": current_user(), "asked_at": now, "tries": 0, "next_try_at": now, "error": ""},
    )
    transaction.on_commit(lambda: _send(waiting.org_id, waiting.id))
    return waiting


def link_forget(*, project: Project, link_id: UUID) -> None:
    """Take a link that led nowhere off the list. Raises ProjectArchived, WaitingLink.DoesNotExist."""
    require_open(project)
    WaitingLink.objects.get(project_id=project.id, id=link_id).delete()


def _send(org_id: UUID, link_id: UUID) -> None:
    from creators.tasks import follow_link

    follow_link.delay(str(org_id), str(link_id))


def follow(org_id: UUID, link_id: UUID, *, providers: Providers, now: datetime) -> None:
    """Follow one link and add what it leads to. Repeatable: what is done already is passed over."""
    with organization_scope(org_id):
        link = WaitingLink.objects.due(now).select_for_update(skip_locked=True, no_key=True).filter(id=link_id).first()
        if link is None:
            return
        link.tries, link.next_try_at = link.tries + 1, now + LEASE
        link.save(update_fields=["tries", "next_try_at"])
    address, failure = _asked(link.url, providers)
    with organization_scope(org_id):
        # Before the link, as whoever pastes it again does it.
        Organization.objects.select_for_update(no_key=True).get(id=org_id)
        link = WaitingLink.objects.select_for_update(of=("self",), no_key=True).filter(id=link_id).first()
        if link is None:
            return
        error = _add(link, address, now) if failure is None else _failed(link, failure, now)
        if failure is None and not error:
            link.delete()
        elif error:
            link.error, link.next_try_at = error[:300], None
            link.save(update_fields=["error", "next_try_at"])


def _asked(url: str, providers: Providers) -> tuple[str, ScrapeFailure | None]:
    try:
        return resolve_link(url, providers), None
    except ScrapeFailure as failure:
        return "", failure


def _add(link: WaitingLink, address: str, now: datetime) -> str:
    try:
        with on_behalf_of(link.asked_by):
            return _adders[link.purpose](link.project, address, now)
    except ProjectArchived as error:
        return str(error)


def _failed(link: WaitingLink, failure: ScrapeFailure, now: datetime) -> str:
    """Why nothing more is tried; "" if it is tried again."""
    if failure.outcome in FINAL:
        return LEADS_NOWHERE
    if link.tries >= MOST_TRIES:
        return GIVEN_UP
    seconds = max(CONSEQUENCES[failure.outcome].wait(link.tries) or 60, failure.retry_after or 0)
    link.next_try_at = now + timedelta(seconds=seconds)
    link.save(update_fields=["next_try_at"])
    return ""


def follow_due_links(now: datetime) -> int:
    """Hand every link whose time has come to a worker; returns how many. What a crash cut off goes on here."""
    with platform_scope():
        due = list(WaitingLink.objects.due(now).order_by("next_try_at").values_list("org_id", "id"))
    for org_id, link_id in due:
        _send(org_id, link_id)
    return len(due)
