"""TikTok's own status codes, inside answers that HTTP calls fine, as named outcomes."""

from scraping.outcomes import Outcome, Refusal, ScrapeFailure, UnavailableReason
from scraping.providers.values import Node

OK = 0
PRIVATE_ACCOUNT = 10222

_MEANINGS: dict[int, tuple[Outcome, UnavailableReason | None, str]] = {
    10000: (Outcome.BLOCKED, None, "captcha"),
    10101: (Outcome.PROVIDER_DOWN, None, "server error"),
    10102: (Outcome.BLOCKED, None, "login demanded"),
    # Our own request no longer fits theirs: a matter for staff, not for the target.
    10201: (Outcome.SCHEMA_CHANGED, None, "bad parameters"),
    10202: (Outcome.NOT_FOUND, None, "no such user"),
    # Also "never existed" and "not for your address": a second source decides before anything is believed.
    10204: (Outcome.POST_UNAVAILABLE, UnavailableReason.DELETED, "deleted, never existed or refused here"),
    10213: (Outcome.POST_UNAVAILABLE, UnavailableReason.AGE, "age"),
    10214: (Outcome.POST_UNAVAILABLE, UnavailableReason.AGE, "age"),
    10215: (Outcome.POST_UNAVAILABLE, None, "abnormal"),
    10216: (Outcome.POST_UNAVAILABLE, UnavailableReason.PRIVATE, "private by its owner"),
    10217: (Outcome.POST_UNAVAILABLE, UnavailableReason.IN_REVIEW, "in review"),
    10221: (Outcome.NOT_FOUND, None, "banned or unknown handle"),
    PRIVATE_ACCOUNT: (Outcome.PRIVATE_ACCOUNT, None, "private account"),
    # TikTok keeps the accounts of the very young private: it exists and shows nothing.
    10223: (Outcome.PRIVATE_ACCOUNT, None, "under-age account"),
    10231: (Outcome.POST_UNAVAILABLE, UnavailableReason.REGION, "not in this region"),
}


_REFUSALS = {10000: Refusal.CAPTCHA, 10102: Refusal.LOGIN}


def status_code(answer: Node) -> int:
    """The code in an answer; 0 (fine) where none is given."""
    code = answer["status_code"] if answer["statusCode"].absent else answer["statusCode"]
    return OK if code.absent else code.integer()


def require_ok(answer: Node) -> None:
    """Raise the failure that an answer states about itself; an unknown code is `schema_changed`."""
    code = status_code(answer)
    if code == OK:
        return
    outcome, reason, meaning = _MEANINGS.get(code, (Outcome.SCHEMA_CHANGED, None, "unknown status code"))
    path = answer["statusCode"].path if outcome is Outcome.SCHEMA_CHANGED else None
    raise ScrapeFailure(outcome, f"{code}: {meaning}", reason=reason, path=path, refusal=_REFUSALS.get(code))
