"""Processes that run yt-dlp: reused, bounded in time and memory, killed without regret."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from scraping.providers.ytdlp.messages import Channel, Json, Silence

_ROOT = Path(__file__).resolve().parents[3]
MEGABYTES = 768
LONGEST_JOB_SECONDS = 120.0
# After so many jobs a process is replaced: what leaks, leaks no further.
JOBS_PER_PROCESS = 200

# Answers one request of the child's: given its head and body, the answer's head and body.
Ask = Callable[[Json, bytes], tuple[Json, bytes]]


class JobFailed(Exception):
    """The job came to no end of its own: the process died, or took too long, or too much memory."""


class Worker:
    """One child process."""

    def __init__(self, megabytes: int) -> None:
        self.jobs = 0
        environment = {**os.environ, "YTDLP_NO_PLUGINS": "1"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "scraping.providers.ytdlp.child", str(megabytes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=_ROOT,
            env=environment,
        )
        assert self._process.stdin
        assert self._process.stdout
        self._channel = Channel(self._process.stdout.fileno(), self._process.stdin.fileno())

    def run(self, job: Json, ask: Ask, seconds: float) -> Json:
        """Do one job, answering what it asks for; its last word. Raises JobFailed, and then the process is gone."""
        self.jobs += 1
        self._channel.deadline = time.monotonic() + seconds
        try:
            self._channel.say(job)
            while True:
                message, body = self._channel.hear()
                if "url" not in message:
                    return message
                self._channel.say(*ask(message, body))
        except Silence as error:
            self.kill()
            raise JobFailed(str(error)) from error
        except BaseException:
            # Whoever answers its requests gave up: the conversation cannot go on.
            self.kill()
            raise

    def kill(self) -> None:
        """End it now."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                pipe.close()

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None


class Pool:
    """As many processes as jobs at a time, started when they are needed."""

    def __init__(self, *, megabytes: int = MEGABYTES, seconds: float = LONGEST_JOB_SECONDS) -> None:
        self._megabytes = megabytes
        self._seconds = seconds
        self._idle: list[Worker] = []
        self._lock = threading.Lock()

    def run(self, job: Json, ask: Ask) -> Json:
        """Do one job in a process of the pool. Raises JobFailed."""
        worker = self._take()
        message = worker.run(job, ask, self._seconds)
        self._give_back(worker)
        return message

    def close(self) -> None:
        """End all processes."""
        with self._lock:
            workers, self._idle = self._idle, []
        for worker in workers:
            worker.kill()

    def _take(self) -> Worker:
        with self._lock:
            while self._idle:
                worker = self._idle.pop()
                if worker.is_alive:
                    return worker
                worker.kill()
        return Worker(self._megabytes)

    def _give_back(self, worker: Worker) -> None:
        if worker.jobs >= JOBS_PER_PROCESS:
            worker.kill()
            return
        with self._lock:
            self._idle.append(worker)
