#!/bin/sh
# What the image runs: `web`, `worker`, `beat`, `upkeep` (daily), `migrate` and `database` (once), or a management command.
set -eu
cd "$(dirname "$0")/../.."

case "${1:-web}" in
    web)
        exec python -m granian --interface wsgi --host 0.0.0.0 --port "${PORT:-8000}" \
            --workers "${WEB_WORKERS:-2}" --blocking-threads "${WEB_THREADS:-4}" \
            --respawn-failed-workers --workers-kill-timeout 10 --no-ws trackagoat.wsgi:application
        ;;
    worker)
        exec python -m celery --quiet -A trackagoat worker --loglevel INFO \
            --queues "${WORKER_QUEUES:-interactive,upkeep,scheduled}" \
            --concurrency "${WORKER_CONCURRENCY:-4}" --without-gossip --without-mingle
        ;;
    beat)
        mkdir -p var/beat
        exec python -m celery --quiet -A trackagoat beat --loglevel INFO --schedule var/beat/schedule
        ;;
    upkeep)
        trap 'exit 0' TERM INT
        while :; do
            python manage.py upkeep
            sleep 86400 &
            wait $!
        done
        ;;
    migrate)
        python manage.py migrate --no-input
        exec python manage.py upkeep
        ;;
    database)
        exec python -m trackagoat.stack.databases
        ;;
    healthy)
        # The product answers only to its own name, so the probe asks under that.
        exec python -c '
import os, urllib.parse, urllib.request
name = urllib.parse.urlsplit(os.environ.get("BASE_URL", "http://127.0.0.1")).netloc
port = os.environ.get("PORT", "8000")
urllib.request.urlopen(urllib.request.Request(f"http://127.0.0.1:{port}/healthz", headers={"Host": name}), timeout=4)
'
        ;;
    *)
        exec python manage.py "$@"
        ;;
esac
