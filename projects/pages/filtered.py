"""A list page as its URL asks for it: searched, filtered, sorted, paged; the same for its sums, its CSV and whatever is
done to all rows that match."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar
from uuid import UUID

from django import forms
from django.db.models import Count, Sum
from django.http import QueryDict

from projects.models import Project, SavedView
from projects.pages.filters import Filter
from projects.pages.keyset import Cursor, KeysetPage, Sorting, batches
from projects.pages.listing import PAGE_SIZE, search_in

Rows = TypeVar("Rows", bound=Any)
BATCH = 500
# The parts of a list that have no page of their own: `part=` in its URL.
TOTALS, CSV = "totals", "csv"


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is set, in words, and the query that leaves it out."""

    words: str
    without: str


@dataclass(frozen=True, slots=True)
class Group:
    """A filter's fields, to be drawn together."""

    kind: str
    name: str
    label: str
    fields: Sequence[forms.BoundField]


@dataclass(frozen=True, slots=True)
class Totals:
    """How many rows match, and the sum of each column over them; None where no row has a value."""

    count: int
    sums: Mapping[str, int | None]


class FilteredListing:
    """What a list's URL asks for.

    `name` is the URL name of the list, to which saved views belong. `kept` are further parameters that belong to the
    list's state, such as whether cards are shown. Nothing is read before it is asked for.
    """

    def __init__(
        self,
        query: QueryDict,
        *,
        name: str,
        orders: Sequence[str],
        default: str,
        filters: Sequence[Filter] = (),
        kept: Sequence[str] = (),
    ) -> None:
        order = query.get("sort", "")
        self.name = name
        self.search = search_in(query)
        self.order = order if order.removeprefix("-") in orders else default
        self.part = query.get("part", "")
        self.kept = {parameter: query.get(parameter, "") for parameter in kept if query.get(parameter)}
        self._default, self._filters, self._asked = default, filters, query

    @cached_property
    def form(self) -> forms.Form:
        """The filters as a form that is filled in; what is wrong in it stands beside its field."""
        fields = {name: field for one in self._filters for name, field in one.fields().items()}
        form: forms.Form = type("FiltersForm", (forms.Form,), fields)(self._asked, auto_id="filter-%s")
        form.is_valid()
        return form

    @property
    def groups(self) -> list[Group]:
        """The form's fields, filter by filter."""
        return [
            Group(type(one).__name__.lower(), one.name, one.label, [self.form[name] for name in one.fields()])
            for one in self._filters
        ]

    @cached_property
    def chips(self) -> list[Chip]:
        """What is set, and how to leave it out."""
        chosen = [one for listed in self._filters for one in listed.chosen(self.form.cleaned_data)]
        return [Chip(one.words, self._without(one.parameters)) for one in chosen]

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is left out of the list."""
        return bool(self.search or self.chips)

    @cached_property
    def state(self) -> QueryDict:
        """Everything the URL says about the list that makes sense, but the page: what a link, a saved view and a bulk
        action carry."""
        state = QueryDict(mutable=True)
        if self.search:
            state["q"] = self.search
        for listed in self._filters:
            for one in listed.chosen(self.form.cleaned_data):
                for parameter in one.parameters:
                    state.setlist(parameter, self._asked.getlist(parameter))
        for parameter, value in self.kept.items():
            state[parameter] = value
        if self.sort:
            state["sort"] = self.sort
        return state

    @property
    def sort(self) -> str:
        """The order, where it is another than the list's own; else ""."""
        return self.order if self.order != self._default else ""

    @property
    def query(self) -> str:
        """`state` as a URL's query."""
        return self.state.urlencode()

    @property
    def unfiltered(self) -> str:
        """The query without search and filters."""
        return self._with({}, only={"sort", *self.kept})

    def narrow(self, rows: Rows) -> Rows:
        """The rows that match search and filters, in no particular order. `rows` has a method `search(text)`."""
        if self.search:
            rows = rows.search(self.search)
        for listed in self._filters:
            rows = listed.apply(rows, self.form.cleaned_data)
        return rows

    def page(self, rows: Any, *, size: int = PAGE_SIZE) -> KeysetPage[Any]:
        """The page of these rows that the URL asks for, in at most two queries whatever its number. Its `previous` and
        `next` are whole queries."""
        backward = self._asked.get("before", "")
        cursor = Cursor.read(backward or self._asked.get("after", ""), is_backward=bool(backward))
        page = Sorting(rows, self.order).page(rows, cursor, size)
        return KeysetPage(
            page.object_list,
            previous=page.previous and self._with({"before": page.previous}),
            next=page.next and self._with({"after": page.next}),
        )

    def batches(self, rows: Any, *, size: int = BATCH) -> Iterator[list[Any]]:
        """All of these rows in the list's order, some at a time: for downloads."""
        return batches(rows, self.order, size)

    def totals(self, rows: Any, sums: Sequence[str] = ()) -> Totals:
        """How many these rows are, and the sums of columns over them, in one query."""
        found = rows.order_by().aggregate(count=Count("pk"), **{f"sum_{name}": Sum(name) for name in sums})
        return Totals(found["count"], {name: found[f"sum_{name}"] for name in sums})

    def chosen(self, form: QueryDict, rows: Rows) -> Rows:
        """What a bulk action is for: all of `rows` that match if `all_matching` is set, else those of the `ids`."""
        if form.get("all_matching"):
            return self.narrow(rows)
        chosen: Rows = rows.filter(pk__in=ids_in(form.getlist("ids")))
        return chosen

    def saved_views(self, project: Project) -> list[tuple[SavedView, bool]]:
        """The list's saved views in a project, by name, each with whether it is what is shown."""
        views = SavedView.objects.of_list(project.id, self.name)
        return [(view, QueryDict(view.query) == self.state) for view in views]

    def _without(self, parameters: Sequence[str]) -> str:
        return self._with({}, only=set(self.state) - set(parameters))

    def _with(self, changes: Mapping[str, str], *, only: set[str] | None = None) -> str:
        """The state's query with some parameters set anew; of the others `only` these."""
        query = self.state.copy()
        for parameter in set(query) - only if only is not None else ():
            del query[parameter]
        for parameter, value in changes.items():
            query[parameter] = value
        return query.urlencode()


def ids_in(texts: Sequence[str]) -> list[UUID]:
    """The ids among texts from a form; what is none names nothing."""
    ids = []
    for text in texts:
        try:
            ids.append(UUID(text))
        except ValueError:
            continue
    return ids
