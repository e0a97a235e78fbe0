"""Lists: pages that begin after a row, filters in the address, and views that are kept."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.http import QueryDict
from django.utils import timezone

from creators.models import Creator
from projects.models import SavedView
from projects.pages import Choice, Choices, Days, FilteredListing, Flag, Number, Text
from projects.saved_views import MAX_PER_LIST, TooManyViews, saved_view_save

pytestmark = pytest.mark.django_db

FILTERS = (
    Choice(
        name="mode",
        label="New posts",
        choices=Creator.TrackingMode.choices,
        narrow=lambda rows, mode: rows.filter(tracking_mode=mode),
    ),
    Choices(
        name="status",
        label="Status",
        choices=Creator.Status.choices,
        narrow=lambda rows, statuses: rows.filter(status__in=statuses),
    ),
    Number(name="followers", label="Followers", column="follower_count"),
    Days(name="read", label="Read", column="last_scraped_at"),
    Text(name="nick", label="Name", narrow=lambda rows, text: rows.filter(nickname=text)),
    Flag(name="disabled", label="Switched off", narrow=lambda rows, _: rows.filter(disabled_at__isnull=False)),
)
ORDERS = ("tiktok_handle", "follower_count", "last_scraped_at")


def _listing(address: str) -> FilteredListing:
    return FilteredListing(
        QueryDict(address), name="creators", orders=ORDERS, default="-follower_count", filters=FILTERS
    )


def _expected(order: str) -> list[Creator]:
    """Known values in order, then the unknown ones, ties by id in the same direction: in plain Python."""
    name, downward = order.removeprefix("-"), order.startswith("-")
    known = [row for row in Creator.objects.all() if getattr(row, name) is not None]
    unknown = [row for row in Creator.objects.all() if getattr(row, name) is None]
    known.sort(key=lambda row: (getattr(row, name), row.id), reverse=downward)
    unknown.sort(key=lambda row: row.id, reverse=downward)
    return known + unknown


@pytest.mark.parametrize("order", ["follower_count", "-follower_count", "-last_scraped_at", "tiktok_handle"])
@pytest.mark.parametrize("size", [1, 3, 4])
def test_pages_show_every_row_once_in_order_forward_and_back(
    order: str, size: int, admin: Any, make_creator: Any, in_scope: Any
) -> None:
    for number in range(11):
        make_creator(
            admin.project,
            follower_count=None if number % 3 == 0 else number % 4,
            last_scraped_at=None if number % 5 == 0 else datetime(2026, 11, 1 + number % 2, tzinfo=UTC),
        )
    with in_scope(admin.org):
        expected, rows = _expected(order), Creator.objects.all()
        forward, page = [], _listing(f"sort={order}").page(rows, size=size)
        assert page.previous == ""
        while True:
            forward += page.object_list
            if not page.next:
                break
            page = _listing(page.next).page(rows, size=size)
        backward = list(page.object_list)
        while page.previous:
            page = _listing(page.previous).page(rows, size=size)
            backward = page.object_list + backward

        assert forward == expected
        assert backward == expected
        assert [row for some in _listing(f"sort={order}").batches(rows, size=size) for row in some] == expected


def test_a_page_goes_on_where_it_stopped_though_rows_came_before_it(
    admin: Any, make_creator: Any, in_scope: Any
) -> None:
    rows = [make_creator(admin.project, follower_count=100 - number) for number in range(4)]
    with in_scope(admin.org):
        following = _listing("").page(Creator.objects.all(), size=2).next
    make_creator(admin.project, follower_count=500)

    with in_scope(admin.org):
        page = _listing(following).page(Creator.objects.all(), size=2)
    assert page.object_list == rows[2:]


@pytest.mark.parametrize(
    "cursor", ["x", "v5", "n~nobody", "vmany~019f0000-0000-7000-8000-000000000000", "v%00~019f", "v9e999~x", "~"]
)
@pytest.mark.parametrize("side", ["after", "before"])
def test_a_nonsensical_cursor_is_the_first_page(
    cursor: str, side: str, admin: Any, make_creator: Any, in_scope: Any
) -> None:
    creator = make_creator(admin.project, follower_count=3)
    with in_scope(admin.org):
        assert _listing(f"{side}={cursor}").page(Creator.objects.all()).object_list == [creator]


@pytest.mark.parametrize(
    ("address", "found", "words"),
    [
        ("mode=selective", {"b"}, ["New posts: Selective"]),
        ("status=private&status=auto_disabled", {"b", "c"}, ["Status: Private or Auto-disabled"]),
        ("followers_min=10", {"b", "c"}, ["Followers at least 10"]),
        ("followers_min=10&followers_max=10", {"b"}, ["Followers at least 10", "Followers at most 10"]),
        ("nick=Nora", {"c"}, ["Name: Nora"]),
        ("disabled=on", {"c"}, ["Switched off"]),
        ("q=@B", {"b"}, []),
        ("mode=selective&followers_min=11", set(), ["New posts: Selective", "Followers at least 11"]),
        # The evening of the 1st in New York is the 2nd in UTC.
        ("read_from=2026-11-01&read_to=2026-11-01", {"a"}, ["Read from Nov 1", "Read until Nov 1"]),
        ("read_from=2026-11-02", {"b", "c"}, ["Read from Nov 2"]),
        # What makes no sense counts as not given.
        ("mode=loud&followers_min=many&followers_max=-1&read_from=yesterday&status=new", {"a", "b", "c"}, []),
        ("read_to=0001-01-01&followers_min=99999999999999999999&nick=%00", {"a", "b", "c"}, []),
    ],
)
def test_filters_narrow_the_rows_and_say_so(
    address: str, found: set[str], words: list[str], admin: Any, make_creator: Any, in_scope: Any
) -> None:
    evening = datetime(2026, 11, 2, 1, 30, tzinfo=UTC)
    make_creator(admin.project, "a", follower_count=9, last_scraped_at=evening)
    later = {"last_scraped_at": datetime(2026, 11, 2, 12, tzinfo=UTC)}
    make_creator(admin.project, "b", follower_count=10, tracking_mode="selective", status="private", **later)
    gone = {"status": "auto_disabled", "disabled_at": evening, "nickname": "Nora"}
    make_creator(admin.project, "c", follower_count=11, **gone, **later)

    with in_scope(admin.org), timezone.override("America/New_York"):
        listing = _listing(address)
        rows = listing.narrow(Creator.objects.all())
        assert {row.tiktok_handle for row in rows} == found
        assert [chip.words for chip in listing.chips] == words
        totals = listing.totals(rows, ("follower_count",))
        assert totals.count == len(found)
        assert totals.sums["follower_count"] == (sum(row.follower_count for row in rows) if found else None)


def test_the_address_carries_what_makes_sense_and_a_chip_leaves_its_filter_out() -> None:
    listing = _listing(
        "q=mara&mode=selective&status=private&status=active&followers_min=x&sort=-nothing&after=v1~2&utm=1"
    )

    assert QueryDict(listing.query) == QueryDict("q=mara&mode=selective&status=private&status=active")
    assert QueryDict(listing.chips[1].without) == QueryDict("q=mara&mode=selective")
    assert QueryDict(_listing("q=a&mode=auto&sort=tiktok_handle").unfiltered) == QueryDict("sort=tiktok_handle")


def test_bulk_actions_are_for_chosen_rows_or_for_all_that_match(admin: Any, make_creator: Any, in_scope: Any) -> None:
    a, b = make_creator(admin.project, follower_count=1), make_creator(admin.project, follower_count=20)
    c = make_creator(admin.project, follower_count=30)
    listing = _listing("followers_min=10")
    with in_scope(admin.org):
        rows = Creator.objects.all()
        assert set(listing.chosen(QueryDict(f"ids={a.id}&ids={b.id}&ids=nobody"), rows)) == {a, b}
        assert set(listing.chosen(QueryDict(f"ids={a.id}&all_matching=1"), rows)) == {b, c}
        assert not listing.chosen(QueryDict(""), rows).exists()


def test_a_list_has_room_for_so_many_views(admin: Any, in_scope: Any) -> None:
    with in_scope(admin.org):
        key = {"project": admin.project, "list_name": "creators", "query": ""}
        for number in range(MAX_PER_LIST):
            saved_view_save(name=f"View {number}", **key)
        with pytest.raises(TooManyViews):
            saved_view_save(name="One more", **key)
        saved_view_save(name="View 3", **key)
        assert SavedView.objects.count() == MAX_PER_LIST
