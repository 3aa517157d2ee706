# The manual of the repository. `make run` on a fresh machine needs Python 3.11, make and git, nothing else.
.PHONY: help run test lint lint-types lint-rest bench requirements
.DEFAULT_GOAL := help
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin

help:           ## This list
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 16

run: .venv/run  ## Start everything on PORT (8000), with all run-time state in YANQI_HOME (var/)
	@exec $(BIN)/python manage.py up

test: .venv/dev ## All tests, in parallel; installs the browser and Redis where packages can be installed
	@.ci/packages
	$(BIN)/python -m pytest -n auto --dist worksteal $(ARGS)

lint: lint-types lint-rest ## The checks CI runs; `make -j2 lint` uses two processors

lint-types: .venv/dev
	@# mypy reads the settings and leaves without cleaning up: an address keeps it from starting a server
	DATABASE_URL=postgresql:///unused $(BIN)/mypy .

lint-rest: .venv/dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	PYTHONPATH=.:platform $(BIN)/lint-imports
	$(BIN)/djlint --quiet --lint frontend
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py messages --check
	DEBUG=0 SECRET_KEY=$$(head -c 60 /dev/urandom | base64 | tr -d '\n') ALLOWED_HOSTS=yanqi.example \
		PUBLIC_URL=https://yanqi.example $(BIN)/python manage.py check --deploy --fail-level WARNING

bench: .venv/dev ## What is measured, and against which floor; JSON under var/bench/
	$(BIN)/python -m bench $(ARGS)

requirements: .venv/dev ## Compile requirements*.txt from requirements*.in
	$(BIN)/pip-compile $(COMPILE) -o requirements.txt requirements.in
	$(BIN)/pip-compile $(COMPILE) -o requirements-dev.txt requirements-dev.in
COMPILE := -q --no-emit-index-url --no-emit-find-links --no-emit-options --no-header --strip-extras

# Everything is pinned, so installing needs no resolver; it is repeated only when the pins change.
.venv/run: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit("Yanqi needs Python 3.11: set PYTHON to it." if sys.version_info[:2] != (3, 11) else 0)'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing what Yanqi stands on, pinned in requirements.txt …"
	@$(PIP) -r requirements.txt
	@touch $@
.venv/dev: .venv/run requirements-dev.txt
	@echo "Installing what tests and checks need, pinned in requirements-dev.txt …"
	@$(PIP) -r requirements-dev.txt
	@touch $@
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps
