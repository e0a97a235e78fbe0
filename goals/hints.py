"""What goals have to say elsewhere: in the list of creators, and on the days of the content calendar."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from creators.judgements import Judgement
from creators.models import Creator
from goals.compliance import state_of_creators
from goals.evaluation import ComplianceState, Status
from goals.models import ClosedPeriod
from goals.wording import STATES
from videos.calendar import Asked, Mark

TONES = {
    ComplianceState.NON_COMPLIANT: "bad",
    ComplianceState.COMPLIANT: "good",
    ComplianceState.NO_DATA: "neutral",
}


def _states(project_id: UUID, now: datetime, creators: Collection[Creator] | None) -> Mapping[UUID, str]:
    states = state_of_creators(project_id, now=now, creators=creators)
    return {creator_id: state.value for creator_id, state in states.items()}


COMPLIANCE = Judgement(
    name="goals",
    label="Goals",
    choices={state.value: words for state, words in STATES.items()},
    tones={state.value: tone for state, tone in TONES.items()},
    read=_states,
)


def period_ends(asked: Asked) -> Mapping[date, Sequence[Mark]]:
    """On the last day of periods that are settled: how many of their goals were completed."""
    counts: defaultdict[date, dict[str, int]] = defaultdict(dict)
    ended = ClosedPeriod.objects.ended_between(asked.project_id, asked.first, asked.last, creator_id=asked.creator_id)
    for day, status, number in ended.by_day():
        counts[day][status] = number
    return {day: [_mark(of_day)] for day, of_day in counts.items()}


def _mark(counts: Mapping[str, int]) -> Mark:
    completed, judged = counts.get(Status.COMPLETED, 0), sum(counts.values())
    words = f"{completed} of {judged} {'goal' if judged == 1 else 'goals'} met"
    return Mark(words, "bad" if counts.get(Status.MISSED) else "good" if completed else "neutral")
