"""What goals have to say in the list of creators."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from creators.judgements import Judgement
from goals.compliance import state_of_creators
from goals.evaluation import ComplianceState
from goals.wording import STATES

TONES = {
    ComplianceState.NON_COMPLIANT: "bad",
    ComplianceState.COMPLIANT: "good",
    ComplianceState.NO_DATA: "neutral",
}


def _states(project_id: UUID, now: datetime) -> Mapping[UUID, str]:
    return {creator_id: state.value for creator_id, state in state_of_creators(project_id, now=now).items()}


COMPLIANCE = Judgement(
    name="goals",
    label="Goals",
    choices={state.value: words for state, words in STATES.items()},
    tones={state.value: tone for state, tone in TONES.items()},
    read=_states,
)
