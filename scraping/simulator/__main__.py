"""`python -m scraping.simulator --port N`: serves the simulator on loopback until SIGTERM."""

import argparse
import asyncio
import ipaddress
import logging
import os
import signal
from collections.abc import Sequence
from pathlib import Path

from granian.constants import Interfaces
from granian.server.embed import Server

from scraping.simulator.app import create_app
from scraping.simulator.world import DEFAULT_ACCOUNTS, DEFAULT_SEED


def loopback(text: str) -> str:
    """A loopback address; nobody else may reach the simulator. Raises argparse.ArgumentTypeError."""
    try:
        if ipaddress.ip_address(text).is_loopback:
            return text
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"{text} is not a loopback address")


def folder(text: str) -> Path:
    """A folder that exists. Raises argparse.ArgumentTypeError."""
    if not Path(text).is_dir():
        raise argparse.ArgumentTypeError(f"{text} is not a folder")
    return Path(text)


def read_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m scraping.simulator", description="A deterministic TikTok.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--host", type=loopback, default="127.0.0.1")
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED, help="another seed is another world")
    parser.add_argument("--accounts", type=int, default=DEFAULT_ACCOUNTS, help="how many sim.000001… there are")
    parser.add_argument("--replay", type=folder, metavar="DIR", help="recorded payloads to serve for their handles")
    return parser.parse_args(arguments)


async def serve(options: argparse.Namespace) -> None:
    """Serve until stopped."""
    app = create_app(options.seed, options.accounts, options.replay)
    server = Server(
        app, address=options.host, port=options.port, interface=Interfaces.ASGINL, websockets=False, log_enabled=False
    )
    # Nothing is kept, so there is nothing to wind down: slow answers in flight must not hold the stop up.
    for stop in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(stop, os._exit, 0)
    server.on_startup(lambda: print(f"simulator: http://{options.host}:{options.port}", flush=True))
    await server.serve()


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="simulator: %(message)s")
    asyncio.run(serve(read_arguments()))
