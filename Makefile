# Every command of this repository. `make` alone lists them.
#
# Written for any POSIX shell and for the GNU make 3.81 that macOS has.

PY := .venv/bin/python
FLASK := .venv/bin/flask --app wsgi
HOST ?= 127.0.0.1
PORT ?= 5000

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup demo run worker test lint format e2e soak medusa-live stripe-local bench bench-search screenshots reference migration lock base dev needs

help: ## Show this list
	@echo "Usage: make COMMAND"
	@echo
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo "PORT=8000 and the other settings of docs/settings.md are read from the environment."

setup: dev needs ## Install everything that developing and testing needs

demo: base ## Try it: two stores with orders, a worker and a pretend platform (Ctrl-C stops all)
	@exec $(FLASK) demo run

run: base ## Serve the portal; the database is migrated first
	@$(FLASK) db upgrade
	@exec .venv/bin/granian --interface wsgi --workers 2 --blocking-threads 2 --host $(HOST) --port $(PORT) wsgi:app

worker: base ## Send what waits to the merchants' platforms
	@exec $(FLASK) worker

test: dev needs lint ## Run everything that continuous integration runs
	@$(PY) -m pytest -n auto --maxprocesses=4 --dist loadfile --no-loadscope-reorder $(ARGS)

lint: dev ## Check style, types and the direction of imports
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check --quiet . || { echo "Some files are not formatted: run 'make format'"; exit 1; }
	@$(PY) -m mypy
	@.venv/bin/lint-imports --no-logo

format: dev ## Put the code into its standard form
	@$(PY) -m ruff format .
	@$(PY) -m ruff check --fix-only --quiet .

e2e: dev needs ## Only the journeys in Chromium
	@$(PY) -m pytest tests/e2e $(ARGS)

soak: dev needs ## The long runs: load, kills, large imports
	@$(PY) -m pytest -m soak $(ARGS)

medusa-live: dev ## The connector against Medusa itself: npm puts 700 MB into var/ the first time
	@$(PY) -m pytest -m medusa_live tests/medusa_live $(ARGS)

stripe-local: dev ## The Stripe connector against localstripe, which goes into var/ the first time
	@$(PY) -m pytest -m localstripe tests/stripe_local $(ARGS)

bench: dev ## Compare pages, sums and imports with bare ones, and measure dispatch
	@$(PY) -m benchmarks.order_page
	@$(PY) -m benchmarks.variant_page
	@$(PY) -m benchmarks.quote_20_lines
	@$(PY) -m benchmarks.import_rate
	@$(PY) -m benchmarks.dispatch_rate

bench-search: dev ## Compare a search among 1,000,000 orders with one among 1,000 (takes ten minutes)
	@$(PY) -m benchmarks.search_orders

screenshots: dev needs ## Draw the pictures of every screen in docs/ again
	@PYTHONPATH=. $(PY) docs/take_pictures.py $(ARGS)

reference: dev ## Write the pages of docs/ that are made from the code again
	@$(PY) docs/write_reference.py

migration: dev ## Write a migration of the changed rows: make migration NAME="hold clock"
	@test -n "$(NAME)" || { echo 'Say what it does: make migration NAME="hold clock"'; exit 2; }
	@$(FLASK) db upgrade
	@$(FLASK) db migrate --message "$(NAME)" \
		--rev-id "$$(ls migrations/versions | sed -n 's/^\([0-9][0-9]*\)_.*/\1/p' | sort -n | tail -n 1 | awk '{ printf "%04d", $$1 + 1 }')"
	@$(PY) -m ruff format --quiet migrations

lock: dev ## Write requirements/ again from pyproject.toml (UPGRADE=1 takes newer versions)
	@.ci/lock

base:
	@.ci/environment base

dev:
	@.ci/environment dev

needs: dev
	@.ci/test-needs
