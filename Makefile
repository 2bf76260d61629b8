# Every target sets up .venv by itself; nothing else is needed than python3 and make.
.DEFAULT_GOAL := help
.PHONY: help demo demo-check test check prove-sealing prove-rotation prove-index-rotation bench bench-scale docs lock messages mutants clean

PYTHON ?= python3
PORT ?= 8000
WORKERS ?= logical
ROWS ?= 33000000
KILLS ?= 200
STRATEGY ?= batch,shadow
IN_VENV := .venv/bin/python
PYTEST := $(IN_VENV) -m pytest

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' $(MAKEFILE_LIST) | expand -t 14

demo: ## the portal with made-up people on http://localhost:8000 (PORT=…), until Ctrl-C
	@$(PYTHON) .ci/set_up.py demo
	@$(IN_VENV) manage.py demo --port $(PORT)

demo-check: ## the same on a free port: logs in, looks a person up, is refused with the password alone, stops
	@$(PYTHON) .ci/set_up.py demo
	@$(IN_VENV) manage.py demo_check

test: ## the whole suite: on PostgreSQL, then what touches tables on SQLite, then the story and the browser
	@$(PYTHON) .ci/set_up.py test
	$(PYTEST) -n $(WORKERS) -m "not browser and not alone"
	TEST_DATABASE=sqlite $(PYTEST) -n $(WORKERS) -m "django_db and not browser and not alone"
	$(PYTEST) -m "browser or alone"

check: ## lint, format, types, layers, migrations, system checks, architecture
	@$(PYTHON) .ci/set_up.py test
	$(IN_VENV) -m ruff check .
	$(IN_VENV) -m ruff format --check .
	$(IN_VENV) -m mypy . .ci
	.venv/bin/lint-imports --no-logo --no-cache
	$(IN_VENV) manage.py makemigrations --check --dry-run
	$(IN_VENV) manage.py check
	$(PYTEST) -q tests/architecture

prove-sealing: ## kill the sealing of a column 200 times while somebody writes, then compare every row (KILLS=…)
	@$(PYTHON) .ci/set_up.py test
	$(IN_VENV) -m tests.encryption.sealing_online --kills $(KILLS)

bench: ## what the controls and sealed columns cost, beside other packages; writes build/bench.json
	@$(PYTHON) .ci/set_up.py test
	$(IN_VENV) -m benchmarks

bench-scale: ## a sealed column of ROWS rows beside a clear one; says first what disk and time that needs
	@$(PYTHON) .ci/set_up.py test
	$(IN_VENV) -m benchmarks.scale --rows $(ROWS)

mutants: ## which changes of the kernels no test notices (long)
	@$(PYTHON) .ci/set_up.py test
	$(IN_VENV) -m mutmut run

prove-rotation: ## rotate_keys killed 200 times beside a writer by each STRATEGY, and a million rows in little memory (about an hour)
	@$(PYTHON) .ci/set_up.py test
	$(IN_VENV) -m tests.encryption.proving_rotation --kills $(KILLS) --strategy $(STRATEGY)

prove-index-rotation: ## rotate_index killed 200 times beside three workers that enrol and look up (about 25 minutes)
	@$(PYTHON) .ci/set_up.py test
	$(IN_VENV) -m tests.encryption.proving_rotation --index --kills $(KILLS)

messages: ## gather and compile the French messages (needs gettext)
	@$(PYTHON) .ci/set_up.py test
	for folder in $$(dirname $$(git ls-files '*/locale/fr/LC_MESSAGES/django.po') | sed 's,/locale/fr/.*,,'); do \
		(cd $$folder && $(CURDIR)/$(IN_VENV) -m django makemessages --locale fr --no-obsolete --no-location \
			&& $(CURDIR)/$(IN_VENV) -m django compilemessages) || exit 1; done

docs: ## write docs/reference anew from settings, system checks and commands
	@$(PYTHON) .ci/set_up.py test
	$(IN_VENV) -m docs.generating

lock: ## write the hashed requirements anew (LOCK=--upgrade for newer releases)
	@$(PYTHON) .ci/set_up.py test
	for file in requirements requirements-test; do $(IN_VENV) -m uv pip compile $(LOCK) --quiet --universal \
		--python-version 3.11 --generate-hashes --no-header $$file.in --output-file $$file.txt || exit 1; done

clean: ## remove what these targets made: .venv, var, build, caches
	rm -rf .venv var build dist mutants .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
