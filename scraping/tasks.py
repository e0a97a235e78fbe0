"""Celery entry points of the scraping pipeline: ids in, services called.

What is due waits in the table, not in the broker: no more is handed over than workers read within seconds.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from time import monotonic
from uuid import UUID

from celery import current_app, shared_task
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from scraping.installation import installed_fetcher, installed_providers
from scraping.models import ScrapeTarget
from scraping.services import packed_days, packing, pictures
from scraping.services.batch import Batch
from scraping.services.canary import check_providers
from scraping.services.retention import forget_runs
from scraping.services.scrape import CAPABILITIES, scrape
from scraping.services.switches import in_use
from scraping.services.targets import LEASE, Claim, claim_due

Priority = ScrapeTarget.Priority
INTERACTIVE, SCHEDULED = "interactive", "scheduled"
# Targets in one task, and tasks that wait in the broker: together some ticks' work of a machine.
BATCH = 20
MOST_WAITING = 64
MOST_INTERACTIVE = 200
# While there is something to do the next look comes after this many seconds, not at the next tick.
AGAIN_SECONDS = 1
# One run's time for pictures; the next comes with the next tick.
PICTURE_SECONDS = 10


@shared_task
def dispatch_due_targets() -> None:
    """Claim what is due and hand it to the workers, those for whom somebody waits first; called by beat and whenever
    somebody begins to wait."""
    now = timezone.now()
    for claim in claim_due(now, limit=MOST_INTERACTIVE, priorities=[Priority.INTERACTIVE]):
        scrape_target.apply_async(
            (str(claim.target_id), str(claim.lease_id), _iso(claim)), queue=INTERACTIVE, expires=LEASE.total_seconds()
        )
    room = (MOST_WAITING - _waiting(SCHEDULED)) * BATCH
    claims = claim_due(now, limit=room, priorities=[Priority.SCHEDULED]) if room > 0 else []
    for queue, batch in _batches(claims):
        scrape_targets.apply_async(([_packed(claim) for claim in batch],), queue=queue, expires=LEASE.total_seconds())
    # Whoever comes first looks again: two that look find each other's key.
    if (claims or room <= 0) and cache.add("scraping:look-again", 1, timeout=AGAIN_SECONDS):
        dispatch_due_targets.apply_async(countdown=AGAIN_SECONDS, expires=10)


def _batches(claims: Sequence[Claim]) -> Iterable[tuple[str, Sequence[Claim]]]:
    """Claims in batches, by the queue of the provider that is asked first; slow providers have one of their own."""
    queues: dict[str, list[Claim]] = defaultdict(list)
    names = {kind: [one.name for one in installed_providers().able_to(CAPABILITIES[kind])] for kind in CAPABILITIES}
    for claim in claims:
        first = next(iter(names[ScrapeTarget.Kind(claim.kind)]), "")
        queues[settings.PROVIDER_QUEUES.get(first, SCHEDULED)].append(claim)
    for queue, queued in queues.items():
        for start in range(0, len(queued), BATCH):
            yield queue, queued[start : start + BATCH]


def _waiting(queue: str) -> int:
    """How many tasks wait in a queue of the broker."""
    with current_app.connection_or_acquire() as connection:
        return int(connection.default_channel.client.llen(queue))


def _iso(claim: Claim) -> str | None:
    return claim.due_at.isoformat() if claim.due_at is not None else None


def _packed(claim: Claim) -> tuple[str, str, str | None]:
    return str(claim.target_id), str(claim.lease_id), _iso(claim)


def _claim(target_id: str, lease_id: str, due_at: str | None) -> Claim:
    return Claim(UUID(target_id), UUID(lease_id), datetime.fromisoformat(due_at) if due_at else None)


@shared_task
def scrape_target(target_id: str, lease_id: str, due_at: str | None = None) -> None:
    """Read one claimed target for which somebody waits, and tell everybody at once."""
    scrape(_claim(target_id, lease_id, due_at), providers=in_use(installed_providers()), clock=timezone.now)


@shared_task
def scrape_targets(claims: Sequence[tuple[str, str, str | None]]) -> None:
    """Read a batch of claimed targets."""
    Batch(in_use(installed_providers()), timezone.now).run([_claim(*claim) for claim in claims])


@shared_task
def keep_days(post_ids: list[str], zone: str) -> None:
    """Keep posts' days in a zone from now on."""
    packed_days.keep_zone([int(post_id) for post_id in post_ids], zone)


@shared_task
def pack_snapshots() -> None:
    """Bring posts' kept days up to date with the snapshots that were added, until all are or the next one begins."""
    until = monotonic() + settings.PACK_SECONDS
    while packing.pack() and monotonic() < until:
        pass


# One message holds so many posts; the same posts are not asked for again within so many seconds.
_POSTS, _PATIENCE = 2_000, 120


def request_days(post_ids: Sequence[int], zone: str) -> None:
    """Have these posts' days kept in a zone, once the transaction is committed: for whoever had to compute them from
    snapshots and will ask again. Asking twice in a row is asking once."""
    for start in range(0, len(post_ids), _POSTS):
        ids = [str(post_id) for post_id in post_ids[start : start + _POSTS]]
        if cache.add(f"days:{zone}:{ids[0]}:{ids[-1]}:{len(ids)}", 1, timeout=_PATIENCE):
            transaction.on_commit(partial(keep_days.delay, ids, zone))


@shared_task
def forget_old_runs() -> None:
    """Delete records of attempts that are of use to nobody any more, some thousand at a time."""
    if forget_runs(timezone.now()):
        forget_old_runs.delay()


@shared_task
def check_canaries() -> None:
    """Ask every provider for an account that is known to exist."""
    check_providers(in_use(installed_providers()), settings.CANARY_HANDLE, clock=timezone.now)


@shared_task
def copy_pictures() -> None:
    """Make our own copies of avatars and covers that are new."""
    pictures.copy_due_pictures(installed_fetcher(), timezone.now(), seconds=PICTURE_SECONDS)
