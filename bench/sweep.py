"""What the mirror's sweep takes each minute, against looking at every tracked account.

`python -m bench sweep`; BENCH_TRACKED=10000,1000000 are the full sizes. One in a hundred accounts was written since the
sweep before; once the workers' own mirror has copied them, once nobody has (of some hundred).
"""

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime

import psycopg
from django.db import connection
from django.db.models import F

from creators.adding import creators_add
from creators.models import Creator
from orgs.models import User
from orgs.scope import organization_scope, platform_scope
from orgs.services import organization_create
from projects.services import project_create
from scraping.models import Account, ChangedAccounts
from scraping.services.bulk import array_literal
from videos.models import MirrorState
from videos.services.mirror import mirror_everywhere
from videos.services.sweep import sweep, walk

SIZES = [int(size) for size in os.environ.get("BENCH_TRACKED", "10000,100000").split(",")]
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
FIRST = 7_000_000_000_000_000_000
CHANGED, AT_ONCE = 100, 20
# Copying takes the same time for each account: so many show it.
MOST_COPIED = 300
_TABLES = ("creators_creator", "videos_mirrorstate", "scraping_account", "scraping_scrapetarget")
# Copies of the one row that is there, each with an id and an account of its own.
_COPY = """
INSERT INTO {table} SELECT (jsonb_populate_record(one, jsonb_build_object(
    'id', {id}, 'account_id', %(first)s + n, 'tiktok_handle', 'bench.' || n, 'handle', 'bench.' || n
))).* FROM {table} AS one, generate_series(%(from)s::bigint, %(to)s::bigint) AS n WHERE {key} = %(first)s
"""


def main() -> None:
    """Print milliseconds of a sweep by what it finds, and of the naive way to find it."""
    _one_account()
    known = 0
    for size in SIZES:
        _multiply(known + 1, size - 1)
        known = size - 1
        _print(size)


def _one_account() -> None:
    """A tracked account, read and mirrored."""
    org = organization_create(owner=User.objects.create_user("sweep@bench.example"), name="Bench")
    with organization_scope(org.id):
        creators_add(project=project_create(name="Bench"), entries=["bench.0"], now=NOW)
    Account.objects.create(id=FIRST, handle="bench.0", first_seen_at=NOW, seen_at=NOW, ingested_seq=1)
    mirror_everywhere({FIRST: "bench.0"}, NOW)
    sweep(NOW)


def _multiply(first: int, last: int) -> None:
    name = str(connection.settings_dict["NAME"])
    with psycopg.connect(os.environ["TEST_SUPERUSER_URL"], dbname=name, autocommit=True) as superuser:
        superuser.execute("SET session_replication_role = replica")  # no triggers, no checks of keys: quick
        for table in _TABLES:
            is_account = table == "scraping_account"
            own = "%(first)s + n" if is_account else "gen_random_uuid()"
            # One of the account's three targets is enough for the account to be scheduled.
            key = (
                "id" if is_account else "kind = 'discover_videos' AND account_id" if "target" in table else "account_id"
            )
            statement = _COPY.format(table=table, id=own, key=key)
            superuser.execute(statement, {"first": FIRST, "from": first, "to": last})
        superuser.execute("VACUUM ANALYZE")


def _print(size: int) -> None:
    changed = [FIRST + n for n in range(0, size, CHANGED)]
    naive = _milliseconds(_lagging_of_all)
    quiet = _milliseconds(lambda: sweep(NOW))
    _name(changed)
    followed = _milliseconds(lambda: sweep(NOW))
    lagging = changed[:MOST_COPIED]
    Account.objects.filter(id__in=lagging).update(ingested_seq=F("ingested_seq") + 1)
    _name(lagging)
    began = time.perf_counter()
    mirrored = sweep(NOW)
    seconds = time.perf_counter() - began
    print(f"sweep at {size:,} tracked accounts, load {os.getloadavg()[0]:.1f}:")
    print(f"  {quiet:10,.0f} ms when nothing was written")
    print(f"  {followed:10,.0f} ms when {len(changed):,} were written, all of them copied by the workers' own mirror")
    print(f"  {seconds * 1000:10,.0f} ms when {mirrored:,} lag, copying included: {mirrored / seconds:,.0f} a second")
    print(f"  {naive:10,.0f} ms to find by looking at every account what lags (naive)")
    print(f"  {_milliseconds(_walk):10,.0f} ms for the walk over all of them, which begins every six hours")


def _name(account_ids: list[int]) -> None:
    """As ingest names them: a batch in one transaction."""
    ChangedAccounts.objects.bulk_create(
        ChangedAccounts(account_ids=account_ids[start : start + AT_ONCE])
        for start in range(0, len(account_ids), AT_ONCE)
    )


def _lagging_of_all() -> set[int]:
    """The naive way: every tracked account's sequence beside every mirror's."""
    with platform_scope():
        seqs = dict(MirrorState.objects.values_list("account_id", "seq"))
        tracked = [one for one in Creator.objects.active().read().values_list("account_id", flat=True) if one]
    statement = "SELECT id, ingested_seq FROM scraping_account WHERE id = ANY(%s::bigint[])"
    with connection.cursor() as cursor:
        cursor.execute(statement, [array_literal(tracked)])
        return {account_id for account_id, seq in cursor.fetchall() if seqs.get(account_id, -1) < seq}


def _walk() -> None:
    after: int | None = 0
    while after is not None:
        after = walk(NOW, after=after)


def _milliseconds(do: Callable[[], object]) -> float:
    began = time.perf_counter()
    do()
    return (time.perf_counter() - began) * 1000
