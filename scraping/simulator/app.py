"""Puts the simulator together: one world, one clock, and the faces it shows."""

from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException

from scraping.simulator.changes import Changes
from scraping.simulator.clock import Clock
from scraping.simulator.consent_page import ConsentPage
from scraping.simulator.consents import Consents
from scraping.simulator.control import Control, control_error, not_here
from scraping.simulator.control_input import ControlError
from scraping.simulator.faults import Faults
from scraping.simulator.official import OfficialApi
from scraping.simulator.replay import Recording
from scraping.simulator.replay_files import load_recording
from scraping.simulator.stage import Stage
from scraping.simulator.tiktok import TikTok
from scraping.simulator.vendor import ScrapeCreators
from scraping.simulator.world import DEFAULT_ACCOUNTS, DEFAULT_SEED, World


def create_app(seed: int = DEFAULT_SEED, accounts: int = DEFAULT_ACCOUNTS, replay: Path | None = None) -> Starlette:
    """The ASGI application. `replay`: a folder of recorded payloads to serve for their handles."""
    stage = Stage(World(seed, accounts), Clock(), Changes())
    recording = load_recording(replay) if replay else Recording()
    faults = Faults()
    official = OfficialApi(stage, Consents(seed), faults)
    faces = (
        TikTok(stage, recording, faults),
        ScrapeCreators(stage, faults),
        official,
        ConsentPage(stage, official.consents),
        Control(stage, recording, faults),
    )
    routes = [route for face in faces for route in face.routes()]
    return Starlette(routes=routes, exception_handlers={ControlError: control_error, HTTPException: not_here})
