"""A real Celery worker that takes the simulated time for the present: `python -m tests.soak.chaos.worker`."""

import os
from datetime import datetime
from pathlib import Path

import django
from celery.signals import worker_ready

from trackagoat.stack.programs import QUEUES


def simulated_now() -> datetime:
    """The present, from the file that the run moves."""
    return datetime.fromisoformat(Path(os.environ["SOAK_CLOCK"]).read_text())


def move_clock(now: datetime) -> None:
    """Let every process of the run see this as the present, at once."""
    clock = Path(os.environ["SOAK_CLOCK"])
    new = clock.with_suffix(".new")
    new.write_text(now.isoformat())
    new.replace(clock)


def live_in_simulated_time() -> None:
    """Set Django up with the simulated present; breakers, which run on real time, rest for moments only."""
    django.setup()
    from django.conf import settings
    from django.utils import timezone

    timezone.now = simulated_now
    settings.PROVIDER_LIMITS["simulator"] = {"rests": (0.1,), "captcha_rest": 0.1}


def main() -> None:
    """Work until somebody ends it."""
    live_in_simulated_time()
    from trackagoat.celery import app

    # Tasks of a killed worker come back within the run, so that a second delivery is tried as well.
    app.conf.broker_transport_options |= {"visibility_timeout": 10}
    worker_ready.connect(lambda **_: Path(os.environ["SOAK_READY"]).touch(), weak=False)
    quick = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    app.worker_main(["worker", "--concurrency=2", "--loglevel=ERROR", "--queues", ",".join(QUEUES), *quick])


if __name__ == "__main__":
    main()
