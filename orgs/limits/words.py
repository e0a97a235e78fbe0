"""What each limit is called, what counts, and what makes room: said once for dialogs, usage page and docs."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """`label` heads it, `counted` follows a number, `meaning` says what counts, `advice` how to get room."""

    label: str
    counted: str
    meaning: str
    advice: str


_HIGHER = "or ask us to raise the limit."

WORDS: dict[str, Words] = {
    "max_creators_per_org": Words(
        "Creators",
        "creators",
        "Over all projects; removed and auto-disabled ones do not count.",
        f"Remove a creator you no longer need, {_HIGHER}",
    ),
    "max_tracked_videos_per_org": Words(
        "Tracked videos",
        "tracked videos",
        "All but excluded ones, ones that are switched off, and those of removed creators.",
        f"Exclude videos that should not count, {_HIGHER}",
    ),
    "max_projects_per_org": Words(
        "Projects", "projects", "Archived ones do not count.", f"Archive a project that has ended, {_HIGHER}"
    ),
    "max_members_per_org": Words(
        "Members",
        "members, waiting invitations counted",
        "Waiting invitations count.",
        f"Remove a member, cancel an invitation, {_HIGHER}",
    ),
    "max_campaigns_per_project": Words(
        "Campaigns in a project",
        "campaigns per project",
        "In each project; archived ones do not count.",
        f"Archive or delete a campaign you no longer need, {_HIGHER}",
    ),
    "max_campaign_items_per_campaign": Words(
        "Items in a campaign",
        "items per campaign",
        "Creators, videos and campaigns that stand directly in it.",
        f"Put some of them into a campaign of their own and add that one, {_HIGHER}",
    ),
    "max_api_keys_per_org": Words(
        "API keys",
        "API keys",
        "Revoked and expired ones do not count.",
        f"Revoke a key nobody uses, {_HIGHER}",
    ),
    "max_api_requests_per_day": Words(
        "API requests",
        "API requests a day",
        "By all keys together.",
        "Requests are answered again from 00:00 UTC; ask us to raise the limit if that happens often.",
    ),
    "max_manual_scrape_triggers_per_day": Words(
        "Manual updates",
        "manual updates a day",
        "Every “Update now”.",
        "Scheduled updates go on as usual; manual ones are possible again at 00:00 UTC.",
    ),
    "max_payout_methods_per_org": Words(
        "Payout methods", "payout methods", "The three built-in ones count.", f"Delete a method nobody uses, {_HIGHER}"
    ),
    "max_payout_structures_per_project": Words(
        "Payout structures in a project",
        "payout structures per project",
        "In each project.",
        f"End a structure that is not used, {_HIGHER}",
    ),
    "min_video_stats_hours": Words("Numbers of posts", "", "Read at most this often.", ""),
    "min_discover_videos_hours": Words("New posts", "", "Looked for at most this often.", ""),
    "min_creator_profiles_hours": Words("Creator profiles", "", "Read at most this often.", ""),
    "stats_history_retention_days": Words(
        "History shown", "", "Older days are hidden, and numbers that are shown never change by it.", ""
    ),
}
