"""Writing that an attempt failed: the run, the next due time, and what the failure says about its target.

A failed attempt never writes a number and never removes anything. "There is no such thing" is written down as a strike;
whoever tracks an account judges by the strikes since it began to (creators), while a post's state is the same for
everybody and is changed here.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction

from scraping.models import Account, Post, Strike
from scraping.outcomes import CONSEQUENCES, Outcome, ScrapeFailure
from scraping.services.accounts import advance_seq
from scraping.services.attempts import Attempt
from scraping.services.targets import confirm_lease, finish_failed, history_alias
from scraping.strikes import strikes_of


def ingest_failure(attempt: Attempt, failure: ScrapeFailure, *, now: datetime) -> Account | None:
    """Write that an attempt failed: the run, the next due time, a strike if the target is said not to exist. Returns
    the account if its state changed by it.

    Raises LeaseLost, and then nothing is written.
    """
    with transaction.atomic(using=history_alias()):
        confirm_lease(attempt.claim)
        attempt.record(failure.outcome, now, detail=failure.detail or failure.path or "")
        finish_failed(attempt.target, failure, now=now)
        if failure.outcome is Outcome.NOT_FOUND:
            _strike_account(attempt, now)
        if failure.outcome is not Outcome.PRIVATE_ACCOUNT or attempt.target.account_id is None:
            return None
        account = Account.objects.get(id=attempt.target.account_id)
        advance_seq(account.id)
        account.state = Account.State.PRIVATE
        account.save(update_fields=["state"])
        # It exists: looks in vain before are evidence no longer.
        Strike.objects.filter(account_id=account.id).delete()
        return account


def _strike_account(attempt: Attempt, now: datetime) -> None:
    target = attempt.target
    handle = target.handle if target.account_id is None else ""
    Strike.objects.create(
        account_id=target.account_id,
        handle=handle,
        outcome=Outcome.NOT_FOUND,
        provider=attempt.provider,
        struck_at=now,
    )


def note_missing_posts(failures: Mapping[int, ScrapeFailure], *, provider: str, now: datetime) -> set[int]:
    """Note which posts a source says are gone, in the caller's transaction; failures of other kinds are passed over.

    A post becomes unavailable, with the reason, after enough looks since it was last read, and only once a second
    source agrees where one alone cannot know. Its numbers stay. Returns the posts that became unavailable by this.
    """
    gone = {post_id: failure for post_id, failure in failures.items() if _says_gone(failure)}
    Strike.objects.bulk_create(
        Strike(
            post_id=post_id,
            outcome=failure.outcome,
            reason=failure.reason or "",
            confirmed=not failure.needs_second_source,
            provider=provider,
            struck_at=now,
        )
        for post_id, failure in sorted(gone.items())
    )
    believed = {post_id: gone[post_id] for post_id in _believed(gone)}
    return _mark_unavailable(believed)


def _says_gone(failure: ScrapeFailure) -> bool:
    return CONSEQUENCES[failure.outcome].change == CONSEQUENCES[Outcome.POST_UNAVAILABLE].change


def _believed(gone: Mapping[int, ScrapeFailure]) -> set[int]:
    """Of these posts the ones with looks enough; the latest one must be beyond one source's doubt."""
    certain = [post_id for post_id, failure in gone.items() if not failure.needs_second_source]
    seen = dict(Post.objects.filter(id__in=certain).values_list("id", "seen_at"))
    looks: dict[int, list[datetime]] = {}
    for post_id, struck_at in Strike.objects.of_posts(certain).values_list("post_id", "struck_at"):
        if post_id in seen and struck_at > seen[post_id]:
            looks.setdefault(post_id, []).append(struck_at)
    needed = strikes_of(Outcome.POST_UNAVAILABLE)
    return {post_id for post_id, times in looks.items() if needed.reached(times)}


def _mark_unavailable(believed: Mapping[int, ScrapeFailure]) -> set[int]:
    shown = Post.objects.filter(id__in=believed, availability=Post.Availability.AVAILABLE)
    # The account's row before its posts', as every ingest locks them.
    seqs = _advance_accounts(set(shown.exclude(account_id=None).values_list("account_id", flat=True)))
    posts = list(shown.order_by("id").select_for_update(no_key=True))
    for post in posts:
        post.availability = Post.Availability.UNAVAILABLE
        post.unavailable_reason = believed[post.id].reason or ""
        post.seq = seqs.get(post.account_id or 0, post.seq)
    Post.objects.bulk_update(posts, ["availability", "unavailable_reason", "seq"])
    return {post.id for post in posts}


def _advance_accounts(account_ids: Iterable[int | None]) -> dict[int, int]:
    """Advance these accounts' sequences, so that tenants' mirrors copy what changed; returns the new ones."""
    ids = sorted(filter(None, account_ids))
    for account_id in ids:
        advance_seq(account_id)
    return dict(Account.objects.filter(id__in=ids).values_list("id", "ingested_seq"))
