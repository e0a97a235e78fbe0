"""What one provider says, weighed against what another one or our own rows know."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from scraping.grammar import post_url
from scraping.models import Post
from scraping.outcomes import Outcome, ScrapeFailure
from scraping.providers import Providers
from scraping.providers.interface import Capability, PostData, PostKind
from scraping.services.ingest import PostsRead, Read

# Second opinions in one attempt: each is a request. Posts beyond these are asked about next time.
MOST_OPINIONS = 10


def foremost(failures: Sequence[tuple[str, ScrapeFailure]]) -> tuple[str, ScrapeFailure]:
    """The provider and failure that speak for an attempt in which nobody delivered: the last one that was really
    asked; where our own gate held all of them back, the one that may be asked again soonest."""
    asked = [one for one in failures if not one[1].unasked]
    if asked:
        return asked[-1]
    if failures:
        return min(failures, key=lambda one: one[1].retry_after or 0.0)
    return "", ScrapeFailure(Outcome.PROVIDER_DOWN, "no provider is switched on for this", unasked=True)


def with_second_opinions(read: Read, providers: Providers) -> Read:
    """A reading whose missing posts were asked about elsewhere, where one source alone cannot know.

    Where the other source agrees that a post is not shown, its absence is confirmed; where it shows the post, nothing
    is missing. Where nobody else can tell, it stays unconfirmed.
    """
    if not isinstance(read, PostsRead) or not any(gone.needs_second_source for gone in read.missing.values()):
        return read
    doubtful = [post_id for post_id, gone in read.missing.items() if gone.needs_second_source][:MOST_OPINIONS]
    others = providers.without({read.attempt.provider})
    opinions = {post_id: _is_shown(post_id, others) for post_id in doubtful}
    return replace(read, missing=_weighed(read.missing, opinions))


def _weighed(missing: Mapping[int, ScrapeFailure], opinions: Mapping[int, bool | None]) -> dict[int, ScrapeFailure]:
    left = {}
    for post_id, gone in missing.items():
        is_shown = opinions.get(post_id)
        if is_shown is not True:
            left[post_id] = gone.confirmed_by_another() if is_shown is False else gone
    return left


def _is_shown(post_id: int, others: Providers) -> bool | None:
    """Whether another provider is shown a post; None if nobody could tell."""
    for provider in others.able_to(Capability.EXISTS):
        try:
            return provider.exists(post_url(None, post_id))
        except ScrapeFailure:
            continue
    for provider in others.able_to(Capability.POSTS):
        answer = provider.fetch_posts([post_id])[post_id]
        if not isinstance(answer, ScrapeFailure):
            return True
        if answer.outcome is Outcome.POST_UNAVAILABLE:
            return False
    return None


def completed(read: PostsRead) -> PostsRead:
    """A reading in which every post has a kind: where the source does not tell, what is known already stays."""
    untold = [post.post_id for post in read.posts if post.kind is None]
    if not untold:
        return read
    rows = Post.objects.filter(id__in=untold).values_list("id", "kind", "duration_seconds")
    known = {post_id: (PostKind(kind), duration) for post_id, kind, duration in rows}
    return replace(read, posts=tuple(_with_kind(post, known) for post in read.posts))


def _with_kind(post: PostData, known: Mapping[int, tuple[PostKind, int | None]]) -> PostData:
    if post.kind is not None:
        return post
    kind, duration = known.get(post.post_id, (PostKind.VIDEO, post.duration_seconds))
    return replace(post, kind=kind, duration_seconds=duration)
