"""Goals in the dashboard: the matrix, setting them for many, changing them, templates, a creator's tab."""

import csv
import re
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.utils import timezone

from goals.models import ClosedPeriod, Goal, GoalTemplate

pytestmark = pytest.mark.django_db


def text(response: Any) -> str:
    assert response.status_code == 200, response
    return " ".join(response.content.decode().split())


def rows_of_csv(response: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(b"".join(response.streaming_content).decode())))


def names_in(answer: str) -> list[str]:
    return re.findall(r"<b>(Ada|Ben|Cleo|Dora)</b>", answer)


def test_the_matrix_shows_the_non_compliant_first_and_who_has_no_goal(admin: Any, three: Any, page: Any) -> None:
    answer = text(admin.client.get(page(admin, "goals")))

    assert names_in(answer) == ["Ben", "Cleo", "Ada"]
    assert "1 of 4 creators without a goal" in answer
    assert "Posts, weekly" in answer
    assert '<span class="tag bad">At risk</span>' in answer
    assert "period ended less than 48 hours ago" not in answer


def test_the_matrix_is_filtered_and_its_csv_has_what_the_filters_match(admin: Any, three: Any, page: Any) -> None:
    address = page(admin, "goals")

    assert names_in(text(admin.client.get(address + "?compliance=compliant"))) == ["Ada"]
    assert names_in(text(admin.client.get(address + "?q=@be"))) == ["Ben"]
    assert names_in(text(admin.client.get(address + "?sort=-creator"))) == ["Cleo", "Ben", "Ada"]
    assert names_in(text(admin.client.get(address + "?status=no_data&status=completed"))) == ["Cleo"]
    assert "No goal matches" in text(admin.client.get(address + "?kind=views.total"))
    (row,) = rows_of_csv(admin.client.get(address + "?compliance=compliant&part=csv"))
    assert (row["tiktok_handle"], row["actual"], row["target"], row["status"]) == ("ada", "3", "3", "on_track")
    assert row["compliance"] == "compliant"


@pytest.mark.parametrize(
    ("day", "words"),
    [("nonsense", "is not a day"), ("2999-01-01", "still to come"), ("1999-01-01", "Starts")],
)
def test_a_day_that_cannot_be_shown_is_said(day: str, words: str, admin: Any, three: Any, page: Any) -> None:
    assert words in text(admin.client.get(page(admin, "goals") + f"?on={day}"))


def test_a_period_that_has_just_ended_carries_the_icon_with_its_sentence(
    admin: Any, three: Any, set_goal: Any, page: Any
) -> None:
    set_goal(three["dora"], period="daily")
    sentence = "late posts may still settle"
    today, yesterday = timezone.localdate(), timezone.localdate() - timedelta(days=1)

    assert sentence not in text(admin.client.get(page(admin, "goals") + f"?on={today}"))
    answer = text(admin.client.get(page(admin, "goals") + f"?on={yesterday}&period=daily"))
    assert answer.count(f'aria-label="The period ended less than 48 hours ago; numbers of {sentence}') == 1


def goals_to_undo(answer: str) -> list[str]:
    """The goals that the toast's Undo is about: ids, with a last day behind a colon where an end is undone."""
    return re.search(r'name="goal" value="([^"]+)">[^>]*(?:<input[^>]*>[^>]*)?<button class="undo"', answer)[1].split(
        ","
    )


def terms(**changes: Any) -> dict[str, Any]:
    return {"kind": "views.total", "period": "weekly", "target": "5000", "begins": "next", "step": "create"} | changes


def test_a_goal_is_previewed_then_set_for_many_and_undone(admin: Any, three: Any, page: Any, in_scope: Any) -> None:
    ids = [str(three[name].id) for name in ("ada", "dora")]
    address = page(admin, "goals_new")

    answer = text(admin.client.post(address, terms(step="preview", creators=ids)))
    assert "2 of 2 creators" in answer
    assert "Set 2 goals" in answer
    with in_scope(admin.org):
        assert not Goal.objects.filter(type="views").exists()

    response = admin.client.post(address, terms(creators=ids), follow=True)
    assert "The goal is set for 2 creators." in text(response)
    undo = re.search(r'action="([^"]*/goals/delete)".*?</form>', text(response)).group(0)
    with in_scope(admin.org):
        made = Goal.objects.listed().filter(type="views")
        assert {str(goal.id) for goal in made} == set(goals_to_undo(undo))
        starts = {goal.start_date for goal in made}
        assert len(starts) == 1
        assert starts.pop().weekday() == 0
        goal_ids = [str(goal.id) for goal in made]
    admin.client.post(page(admin, "goals_delete"), {"goal": goal_ids})
    with in_scope(admin.org):
        assert not Goal.objects.listed().filter(type="views").exists()


def test_what_cannot_be_set_is_said_row_by_row_and_the_rest_is_set(
    admin: Any, three: Any, page: Any, in_scope: Any
) -> None:
    ids = [str(three[name].id) for name in ("ada", "dora")]
    answer = text(admin.client.post(page(admin, "goals_new"), terms(kind="posts.count", target="2", creators=ids)))

    assert "1 goal set, 1 left out" in answer
    assert "@ada" in answer
    with in_scope(admin.org):
        assert Goal.objects.of_creator(three["dora"].id).count() == 1
        assert Goal.objects.of_creator(three["ada"].id).count() == 1


# What is filled in otherwise than in a form that is right, and what is said to it.
WRONG: list[tuple[dict[str, Any], str]] = [
    ({"target": "0"}, "The target must be more than 0."),
    ({"target": "-4"}, "The target must be more than 0."),
    ({"target": ""}, "Say how much is to be reached."),
    ({"target": "2.5"}, "The target must be a whole number."),
    ({"target": "9" * 30}, "no more than 22 digits"),
    ({"kind": "engagement.rate", "target": "101"}, "A rate is a percentage: at most 100."),
    ({"kind": "views.count"}, "“views.count” cannot be measured."),
    ({"period": "yearly"}, "Choose a day, a week or a month."),
    ({"begins": "date", "start_date": "2026-12-07", "end_date": "2026-12-01"}, "cannot end before it starts"),
    ({"begins": "date"}, "Say on which day it begins."),
    ({"creators": []}, "Choose at least one creator."),
    ({"creators": ["00000000-0000-0000-0000-000000000000"]}, "is not tracked in this project any more"),
    ({"creators": ["' OR 1=1"]}, "is not tracked in this project any more"),
]


def test_what_is_wrong_with_a_goal_is_said(admin: Any, three: Any, page: Any, in_scope: Any) -> None:
    for changes, words in WRONG:
        answer = text(admin.client.post(page(admin, "goals_new"), terms(creators=[str(three["dora"].id)]) | changes))
        assert words in answer, changes
        assert "Preview" in answer
    with in_scope(admin.org):
        assert not Goal.objects.of_creator(three["dora"].id).exists()


def test_a_creator_of_somebody_else_gets_no_goal(
    admin: Any, outsider: Any, make_creator: Any, three: Any, page: Any, in_scope: Any
) -> None:
    theirs = make_creator(outsider.project, "theirs")
    answer = text(admin.client.post(page(admin, "goals_new"), terms(creators=[str(theirs.id)])))

    assert "is not tracked in this project any more" in answer
    with in_scope(outsider.org):
        assert not Goal.objects.exists()


def test_ten_thousand_chosen_creators_are_answered_in_words(admin: Any, three: Any, page: Any, in_scope: Any) -> None:
    ids = [str(three["dora"].id)] * 10_000
    response = admin.client.post(page(admin, "goals_new"), terms(creators=ids))

    assert response.status_code == 413
    assert "At most 1,000 entries can be sent at once. Nothing was changed." in response.content.decode()
    with in_scope(admin.org):
        assert not Goal.objects.of_creator(three["dora"].id).exists()


def test_the_form_opens_for_those_who_are_chosen(admin: Any, three: Any, page: Any) -> None:
    def checked(answer: str) -> set[str]:
        return set(re.findall(r'value="([0-9a-f-]{36})" checked', answer))

    address = page(admin, "goals_new")
    assert checked(text(admin.client.get(address + "?who=without"))) == {str(three["dora"].id)}
    assert checked(text(admin.client.get(address + f"?ids={three['ben'].id}"))) == {str(three["ben"].id)}
    matching = admin.client.post(address + "?compliance=compliant", {"all_matching": "1"})
    assert checked(text(matching)) == {str(three["ada"].id)}


def test_chosen_creators_goals_are_paused_and_resumed_as_the_filters_show_them(
    admin: Any, three: Any, set_goal: Any, page: Any, stored: Any
) -> None:
    views = set_goal(three["ada"], "views", "total", 9_000)
    address = page(admin, "goals_pause") + "?kind=posts.count"

    response = admin.client.post(address, {"ids": [str(three["ada"].id)]})
    assert response["Location"].endswith("?kind=posts.count")
    assert stored(three["ada_goal"]).paused_at is not None
    assert stored(views).paused_at is None
    assert "Paused" in text(admin.client.get(page(admin, "goals") + "?show=paused"))

    admin.client.post(page(admin, "goals_resume"), {"goal": [str(three["ada_goal"].id)]})
    assert stored(three["ada_goal"]).paused_at is None


def test_an_end_is_taken_back_with_the_last_day_it_had(
    admin: Any, three: Any, set_goal: Any, page: Any, stored: Any
) -> None:
    later = timezone.localdate() + timedelta(days=90)
    ending = set_goal(three["dora"], end_date=later)
    coming = set_goal(three["dora"], "views", "total", 10, start_date=later)
    response = admin.client.post(page(admin, "goals_end"), {"goal": [str(ending.id), str(coming.id)]}, follow=True)
    assert stored(ending).end_date == timezone.localdate()
    assert stored(coming).deleted_at is not None

    admin.client.post(page(admin, "goals_go_on"), {"goal": ",".join(goals_to_undo(text(response)))})
    assert stored(ending).end_date == later
    assert (stored(coming).deleted_at, stored(coming).end_date) == (None, None)


def test_goals_of_somebody_else_are_left_alone(admin: Any, outsider: Any, three: Any, page: Any, stored: Any) -> None:
    mine = {"goal": [str(three["ada_goal"].id)]}
    for name in ("goals_pause", "goals_end", "goals_delete", "goals_restore", "goals_go_on"):
        answer = outsider.client.post(page(outsider, name), mine, follow=True)
        assert "One of these goals is gone" in text(answer), name
    goal = stored(three["ada_goal"])
    assert (goal.paused_at, goal.end_date, goal.deleted_at) == (None, None, None)


def test_an_edit_says_from_which_period_on_it_holds(admin: Any, three: Any, page: Any, stored: Any) -> None:
    goal = three["ada_goal"]
    address = page(admin, "goal_edit", goal_id=goal.id)
    monday = timezone.localdate() - timedelta(days=timezone.localdate().weekday())
    answer = text(admin.client.get(address))
    assert "Applies from" in answer
    assert f'datetime="{monday}"' in answer
    assert "Periods that are over keep the target they had" in answer

    assert "more than 0" in text(admin.client.post(address, {"target": "0"}))
    admin.client.post(address, {"target": "7", "end_date": ""})
    assert 'of <span class="num" title="7">7' in text(admin.client.get(page(admin, "goals")))


def test_a_past_day_is_shown_with_the_target_it_had(
    admin: Any, three: Any, page: Any, in_scope: Any, set_goal: Any
) -> None:
    goal = set_goal(three["dora"], target=4, period="daily")
    yesterday = timezone.localdate() - timedelta(days=1)
    admin.client.post(page(admin, "goal_edit", goal_id=goal.id), {"target": "9", "end_date": ""})
    address = page(admin, "goals") + "?period=daily"

    assert 'of <span class="num" title="9">9' in text(admin.client.get(address))
    assert 'of <span class="num" title="4">4' in text(admin.client.get(f"{address}&on={yesterday}"))
    (row,) = rows_of_csv(admin.client.get(f"{address}&on={yesterday}&part=csv"))
    assert (row["target"], row["period_start"]) == ("4", str(yesterday))


def test_a_goal_that_has_not_had_a_period_yet_can_begin_on_another_day(
    admin: Any, three: Any, set_goal: Any, page: Any, stored: Any
) -> None:
    coming = set_goal(three["dora"], start_date=timezone.localdate() + timedelta(days=30))
    address, sooner = page(admin, "goal_edit", goal_id=coming.id), timezone.localdate() + timedelta(days=7)

    assert 'name="start_date"' in text(admin.client.get(address))
    wrong = {"target": "3", "start_date": str(sooner), "end_date": str(sooner - timedelta(days=1))}
    assert "cannot end before it starts" in text(admin.client.post(address, wrong))
    assert "Say on which day it begins." in text(admin.client.post(address, {"target": "3"}))
    admin.client.post(address, {"target": "3", "start_date": str(sooner)})
    assert stored(coming).start_date == sooner

    under_way = page(admin, "goal_edit", goal_id=three["ada_goal"].id)
    assert 'name="start_date"' not in text(admin.client.get(under_way))
    admin.client.post(under_way, {"target": "3", "start_date": str(sooner)})
    assert stored(three["ada_goal"]).start_date == three["ada_goal"].start_date


def test_a_deleted_goal_is_no_page_any_more(admin: Any, three: Any, page: Any) -> None:
    goal = three["ada_goal"]
    admin.client.post(page(admin, "goals_delete"), {"goal": [str(goal.id)], "creator": str(three["ada"].id)})

    assert admin.client.get(page(admin, "goal_edit", goal_id=goal.id)).status_code == 404


def test_the_creators_tab_shows_each_goal_with_its_history(admin: Any, three: Any, set_goal: Any, page: Any) -> None:
    set_goal(three["ada"], "engagement", "rate", "4.5", period="monthly")
    answer = text(admin.client.get(page(admin, "creator_goals", creator_id=three["ada"].id)))

    assert "3 posts a week" in answer
    assert "4.5% engagement rate" in answer
    assert "Expected by now" in answer
    assert re.search(r"· \d+% of it is over", answer)
    assert re.search("Last [89] periods", answer)
    assert "Projected" in answer
    assert "No goals yet" in text(admin.client.get(page(admin, "creator_goals", creator_id=three["dora"].id)))


def test_goals_are_copied_to_others_with_a_word_on_each(admin: Any, three: Any, page: Any, in_scope: Any) -> None:
    address = page(admin, "creator_goals_copy", creator_id=three["ada"].id)
    asked = {"goals": [str(three["ada_goal"].id)], "start_date": "2026-12-07"}

    answer = text(admin.client.post(address, asked | {"creators": [str(three["ben"].id), str(three["dora"].id)]}))
    assert "1 goal set, 1 left out" in answer
    with in_scope(admin.org):
        (goal,) = Goal.objects.of_creator(three["dora"].id).with_target()
    assert (goal.words, goal.start_date.isoformat()) == ("3 posts a week", "2026-12-07")
    assert "Choose at least one goal." in text(admin.client.post(address, {"creators": [str(three["ben"].id)]}))


def test_templates_are_saved_used_replaced_and_deleted(admin: Any, three: Any, page: Any, in_scope: Any) -> None:
    address = page(admin, "goal_templates")
    for target in ("5", "6"):
        admin.client.post(address, {"name": "Core", "kind": "posts.count", "period": "weekly", "target": target})
    with in_scope(admin.org):
        (template,) = GoalTemplate.objects.all()
    assert template.target == 6
    assert "6 posts a week" in text(admin.client.get(address))
    assert 'value="6"' in text(admin.client.get(page(admin, "goals_new") + f"?template={template.id}"))
    assert "Give the template a name." in text(admin.client.post(address, {"kind": "posts.count"}))

    admin.client.post(page(admin, "goal_template_delete", template_id=template.id))
    with in_scope(admin.org):
        assert not GoalTemplate.objects.exists()


def test_a_campaigns_creators_are_listed_by_their_compliance(
    admin: Any, three: Any, make_campaign: Any, page: Any
) -> None:
    campaign = make_campaign(admin.project, "Launch", *(three[name] for name in ("ada", "ben", "cleo", "dora")))
    address = page(admin, "campaign_creators", campaign_id=campaign.id)

    answer = text(admin.client.get(address + "?sort=compliance"))
    assert names_in(answer) == ["Ben", "Cleo", "Ada", "Dora"]
    assert "Non-compliant 1" in answer
    assert "1 of 1 behind" in answer
    assert names_in(text(admin.client.get(address + "?compliance=compliant"))) == ["Ada"]
    csv_address = page(admin, "campaign_creators_csv", campaign_id=campaign.id)
    told = {row["tiktok_handle"]: row["goal_compliance"] for row in rows_of_csv(admin.client.get(csv_address))}
    assert told == {"ada": "compliant", "ben": "non_compliant", "cleo": "no_data", "dora": ""}


def test_the_list_of_creators_shows_and_filters_by_their_goals(admin: Any, three: Any, page: Any) -> None:
    address = page(admin, "creators")

    assert "Non-compliant" in text(admin.client.get(address))
    assert names_in(text(admin.client.get(address + "?goals=compliant"))) == ["Ada"]
    assert names_in(text(admin.client.get(address + "?goals=non_compliant"))) == ["Ben"]


def test_the_analytics_tell_where_goals_stand(admin: Any, three: Any, page: Any) -> None:
    answer = text(admin.client.get(page(admin, "analytics_creators")))
    assert "<b>3 creators</b> with goals: <b>1</b> non-compliant, <b>1</b> compliant." in answer

    (row,) = rows_of_csv(admin.client.get(page(admin, "analytics_csv", report="goal-compliance")))
    assert row == {
        "type": "Posts", "at_risk": "1", "behind_pace": "0", "missed": "0", "on_track": "1", "completed": "0",
        "no_data": "1",
    }  # fmt: skip


def test_the_calendar_says_on_its_last_day_how_a_period_went(admin: Any, three: Any, page: Any, in_scope: Any) -> None:
    day = timezone.localdate() - timedelta(days=1)
    with in_scope(admin.org):
        for name, status in (("ada", "completed"), ("ben", "missed")):
            ClosedPeriod.objects.create(
                org=admin.org,
                goal=three[f"{name}_goal"],
                calendar_start=day,
                period_start=day,
                period_end=day,
                timezone="UTC",
                actual=1,
                target=3,
                status=status,
                closed_at=timezone.now(),
            )
    address = page(admin, "calendar") + f"?month={day:%Y-%m}"

    assert '<span class="mark-words bad">1 of 2 goals met</span>' in text(admin.client.get(address))
    only_ada = text(admin.client.get(f"{address}&creator={three['ada'].id}"))
    assert '<span class="mark-words good">1 of 1 goal met</span>' in only_ada
