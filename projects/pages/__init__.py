"""What every page of a project shares: the project its URL names, and its lists."""

from projects.pages.filtered import FilteredListing, Totals
from projects.pages.filters import Choice, Choices, Days, Filter, Flag, Number, Text
from projects.pages.keyset import KeysetPage
from projects.pages.listing import MAX_SEARCH, PAGE_SIZE, Listing
from projects.pages.project import REMEMBERED, project_of, project_page

__all__ = [
    "MAX_SEARCH",
    "PAGE_SIZE",
    "REMEMBERED",
    "Choice",
    "Choices",
    "Days",
    "Filter",
    "FilteredListing",
    "Flag",
    "KeysetPage",
    "Listing",
    "Number",
    "Text",
    "Totals",
    "project_of",
    "project_page",
]
