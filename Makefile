# Portevoix: everything a newcomer types. `make help` lists it.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
PORT ?= 5000
LANGUAGES := fr nl de en ar bm
# Two workers: the suite is bound by the processor, and each worker has a database of its own.
PYTEST := $(BIN)/python -m pytest
PYTEST_OPTIONS ?= -n 2 --dist worksteal

.PHONY: help setup run code test test-sqlite test-postgresql prerequisites lint format translations compile-translations bench clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*?## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-22s %s\n", $$1, $$2}'

setup: $(VENV)/.runtime ## Make the virtual environment with what the product runs on

run: setup ## Run the site and its worker on this machine: http://127.0.0.1:5000/ (or PORT=…)
	@PORT=$(PORT) $(BIN)/python -m campaign.development

code: setup ## Show the code with which the demonstration organiser of `make run` signs in
	@$(BIN)/python -m campaign.development code

test: $(VENV)/.development prerequisites ## Run every test: on SQLite, then on PostgreSQL, with a real browser
	@$(MAKE) --no-print-directory test-sqlite test-postgresql

test-sqlite: $(VENV)/.development compile-translations ## Run every test on SQLite
	@echo "== The suite on SQLite"
	TEST_DATABASE=sqlite $(PYTEST) $(PYTEST_OPTIONS)

test-postgresql: $(VENV)/.development compile-translations ## Run every test on a throw-away PostgreSQL
	@echo "== The suite on PostgreSQL"
	TEST_DATABASE=postgresql $(PYTEST) $(PYTEST_OPTIONS)

prerequisites: ## Check that Chromium and PostgreSQL are there; install them where that is allowed
	@tests/prerequisites.sh

lint: $(VENV)/.development ## Check style, types and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy campaign
	$(BIN)/lint-imports

format: $(VENV)/.development ## Lay out the Python code and mend what can be mended without thought
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

translations: $(VENV)/.development ## Collect the strings of code and templates into each language's catalogue
	$(BIN)/pybabel --quiet extract --mapping-file babel.cfg --keywords '_l lazy_gettext lazy_ngettext:1,2 lazy_pgettext:1c,2' \
	  --add-comments 'Translators:' --no-location --sort-output --omit-header --output translations/messages.pot .
	@for language in $(LANGUAGES); do \
	  catalogue=translations/$$language/LC_MESSAGES/messages.po; \
	  if [ -f $$catalogue ]; then action=update; extra="--no-fuzzy-matching --ignore-obsolete --previous"; else action=init; extra=; fi; \
	  $(BIN)/pybabel --quiet $$action $$extra --input-file translations/messages.pot --output-dir translations --locale $$language; \
	done

compile-translations: $(VENV)/.runtime
	@if [ -d translations ]; then $(BIN)/pybabel --quiet compile --directory translations; fi

bench: $(VENV)/.development prerequisites ## Measure, side by side with a bare Flask page (minutes)
	$(BIN)/python -m bench

clean: ## Remove what is generated; keeps the data in var/
	rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis $(VENV)

# The stamps say which requirements the environment has; changing a file installs again.
$(VENV)/bin/python:
	@for candidate in $(PYTHON) python3.11 python3.12 python3.13 python3.14 python3; do \
	  if "$$candidate" -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
	    echo "Making $(VENV) with $$($$candidate --version)"; \
	    "$$candidate" -m venv $(VENV) || { echo "Python is here but cannot make a virtual environment: install the package python3-venv." >&2; rm -rf $(VENV); exit 1; }; \
	    exit 0; \
	  fi; \
	done; \
	echo "Portevoix needs Python 3.11 or newer and found none. Install python3.11 (with its venv module), or name one: make PYTHON=/path/to/python3.11 …" >&2; \
	exit 1

$(VENV)/.runtime: requirements.txt | $(VENV)/bin/python
	@echo "Installing what the product runs on …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.development: requirements-dev.txt $(VENV)/.runtime
	@echo "Installing what testing needs …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@
