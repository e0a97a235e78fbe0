# `make up` runs the product, `make test` and `make lint` check it; README.md says the rest.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.PHONY: help install up down test soak bench lint lock clean

# The first Python on PATH that is new enough; PYTHON=/path/to/python overrides it.
ifndef PYTHON
PYTHON := $(firstword $(foreach python,python3 python3.13 python3.12 python3.11 python3.14,\
	$(shell $(python) -c 'import sys; sys.version_info >= (3, 11) and print("$(python)")' 2>/dev/null)))
endif
IN_VENV := .venv/bin/python
# The packages are installed uncompiled: a Python that may not keep what it compiled would compile Django at every start.
unexport PYTHONDONTWRITEBYTECODE
# mypy's Django plugin and `makemigrations --check` read the settings; they reach no server.
LINT_SETTINGS := SECRET_KEY=lint DATABASE_URL=postgresql:///lint DATABASE_OWNER_URL=postgresql:///lint \
	REDIS_URL=redis://127.0.0.1:1/0 PYTHONWARNINGS=ignore::RuntimeWarning
AUDIT := $(IN_VENV) -m pip_audit --requirement requirements/prod.txt --disable-pip --no-deps --progress-spinner off
COMPILE := pip-compile --quiet --strip-extras --allow-unsafe --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-header

help: ## show this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

install: ## install what the other targets need (they do it themselves)
	@if [[ -z "$(PYTHON)" ]]; then \
		echo 'Python 3.11 or newer is needed and none was found on PATH; install it, or set PYTHON=/path/to/it.' >&2; \
		exit 1; \
	fi
	@$(PYTHON) -I trackagoat/stack/install.py

up: install ## run the product here; DETACH=1 in the background, PORT=… on that port, DEMO=0 empty
	@exec $(IN_VENV) -m trackagoat.stack up $(if $(filter-out 0,$(DETACH)),--detach)

down: ## stop it
	@if [[ -x $(IN_VENV) ]]; then exec $(IN_VENV) -m trackagoat.stack down; else echo 'trackagoat is not running.'; fi

test: install ## run every test on real PostgreSQL and Redis
	@command -v chromium chromium-browser google-chrome > /dev/null || \
		echo 'No Chromium found: the browser tests will be skipped. On Debian: apt-get install chromium' >&2
	$(IN_VENV) -m pytest -n 2 --dist loadfile --no-loadscope-reorder
	TEST_HISTORY=1 $(IN_VENV) -m pytest -m canonical

soak: install ## run what takes long: weeks of faults in the pipeline, the API's contract at length
	$(IN_VENV) -m pytest tests/soak --override-ini 'addopts=-p tests.environment --import-mode=importlib'
	SCHEMATHESIS_EXAMPLES=100 $(IN_VENV) -m pytest -n0 -s tests/api/contract/test_schemathesis.py

bench: install ## measure, each figure against the naive way in the same run
	$(IN_VENV) -m bench

lint: install ## check style, types, layers, templates, migrations and known holes in dependencies
	$(IN_VENV) -m ruff check
	$(IN_VENV) -m ruff format --check
	$(LINT_SETTINGS) $(IN_VENV) -m mypy
	PATH=".venv/bin:$$PATH" lint-imports
	$(IN_VENV) -m djlint --check --lint templates
	$(LINT_SETTINGS) $(IN_VENV) manage.py makemigrations --check --dry-run
	@mkdir -p var && rm -f var/advisories.txt
	@if ! $(AUDIT) --output var/advisories.txt 2> var/audit.log; then \
		if [[ -s var/advisories.txt ]]; then cat var/advisories.txt >&2; exit 1; fi; \
		echo 'The list of known holes could not be reached (var/audit.log): the dependencies were not audited.' >&2; \
	fi

lock: install ## lock the Python requirements anew from pyproject.toml
	PATH=".venv/bin:$$PATH" $(COMPILE) --output-file requirements/prod.txt pyproject.toml
	PATH=".venv/bin:$$PATH" $(COMPILE) --extra dev --constraint requirements/prod.txt \
		--output-file requirements/dev.txt pyproject.toml

clean: down ## stop it and delete everything that was made here, the data included
	rm -rf .venv node_modules static/vendor var
