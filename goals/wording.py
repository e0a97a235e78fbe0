"""The words of pages about goals: what each kind measures, the unit of its numbers, what periods are called."""

from dataclasses import dataclass
from fractions import Fraction

from goals.evaluation import ComplianceState, Status
from goals.terms import GoalType, Measure, PeriodKind

Kind = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of one kind of goal, by type and measure.

    `label`, `help`: as a choice; `column`: as the head of a column; `one`, `many`: the unit behind its numbers.
    """

    label: str
    help: str
    column: str
    one: str
    many: str

    def unit(self, value: int | Fraction | None) -> str:
        """The unit behind a number: 1 post, 2 posts."""
        return self.one if value == 1 else self.many


KINDS: dict[Kind, Wording] = {
    (GoalType.POSTS, Measure.COUNT): Wording(
        "Posts published", "Counting posts that go up in the period.", "Posts", "post", "posts"
    ),
    (GoalType.VIEWS, Measure.TOTAL): Wording(
        "Views gained", "What all counting posts gain in the period, older ones included.", "Views", "view", "views"
    ),
    (GoalType.VIEWS, Measure.PER_VIDEO): Wording(
        "Views of every post", "The period’s post with the fewest views has to reach it.", "Every post", "view", "views"
    ),
    (GoalType.ENGAGEMENT, Measure.TOTAL): Wording(
        "Engagement gained", "Likes, comments, shares and saves gained in the period.", "Engagement", "", ""
    ),
    (GoalType.ENGAGEMENT, Measure.RATE): Wording(
        "Engagement rate", "Engagement gained as a percentage of views gained.", "Engagement rate", "", ""
    ),
    (GoalType.FOLLOWERS, Measure.MILESTONE): Wording(
        "Followers reached", "A number of followers to reach and to keep.", "Followers", "follower", "followers"
    ),
    (GoalType.FOLLOWERS, Measure.GAIN): Wording(
        "Followers gained", "Followers won in the period, less those lost.", "New followers", "follower", "followers"
    ),
}
STATUSES = {
    Status.AT_RISK: "At risk",
    Status.BEHIND_PACE: "Behind pace",
    Status.MISSED: "Missed",
    Status.ON_TRACK: "On track",
    Status.COMPLETED: "Completed",
    Status.NO_DATA: "No data",
}
# In the order of lists: first what needs a person.
STATES = {
    ComplianceState.NON_COMPLIANT: "Non-compliant",
    ComplianceState.NO_DATA: "No data",
    ComplianceState.COMPLIANT: "Compliant",
}
PERIODS = {PeriodKind.DAILY: "day", PeriodKind.WEEKLY: "week", PeriodKind.MONTHLY: "month"}


def kind_key(kind: Kind) -> str:
    """A kind in a URL or a form: `views.per_video`."""
    return ".".join(kind)


def kind_of(key: str) -> Kind:
    """The kind that a key names; ("", "") where it names none."""
    type, _, measure = key.partition(".")
    return (type, measure) if (type, measure) in KINDS else ("", "")
