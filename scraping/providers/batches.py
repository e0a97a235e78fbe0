"""Posts asked for some at a time, until the source refuses."""

from collections.abc import Callable, Mapping, Sequence

from scraping.outcomes import Outcome, ScrapeFailure
from scraping.providers.interface import PostData

Found = Mapping[int, PostData | ScrapeFailure]
# After one of these the next request would only make it worse.
_STOP_ASKING = frozenset({Outcome.BLOCKED, Outcome.RATE_LIMITED, Outcome.QUOTA_EXHAUSTED})


def in_batches(post_ids: Sequence[int], size: int, fetch: Callable[[Sequence[int]], Found]) -> Found:
    """What `fetch` brings for up to `size` posts a call: for each id its data or its own failure.

    A call that fails is the failure of all its posts. Once the source refuses, the rest share that failure unasked.
    """
    results: dict[int, PostData | ScrapeFailure] = {}
    refused: ScrapeFailure | None = None
    for start in range(0, len(post_ids), size):
        asked = post_ids[start : start + size]
        if refused is not None:
            results.update(dict.fromkeys(asked, refused))
            continue
        try:
            results.update(fetch(asked))
        except ScrapeFailure as failure:
            results.update(dict.fromkeys(asked, failure))
            refused = failure if failure.outcome in _STOP_ASKING else None
    return results
