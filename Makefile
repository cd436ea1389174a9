# Everything starts here. `make run` shows the service, `make test` tries it; both set up what they need.

# Another place for the virtual environment may be given: make test VENV=.venv-other
VENV ?= .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help run test lint types architecture check bench clean translations lock runtime develop

help: ## Say what can be made
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile

run: runtime ## Start the service and print its address; Ctrl-C stops it
	@exec "$(BIN)/flask" serve

test: develop ## Run all tests in parallel (PYTEST="..." adds arguments)
	@exec "$(BIN)/python" -m pytest -n auto --dist worksteal $(PYTEST)

lint: develop ## Check style, format, types, templates and the floors
	@VENV="$(VENV)" sh .ci/lint.sh

bench: develop ## Measure pages and API beside the bare minimum; results go to docs/
	@exec "$(BIN)/python" -m bench $(BENCH)

translations: develop ## Collect the texts to translate and compile the translations
	@VENV="$(VENV)" sh .ci/translations.sh

lock: develop ## Pin the newest versions that the ranges in requirements*.txt allow
	@VENV="$(VENV)" sh .ci/lock.sh

clean: ## Remove the environment and what tools left; the data under instance/ stays
	rm -rf "$(VENV)" .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

runtime:
	@VENV="$(VENV)" sh .ci/environment.sh requirements.lock

develop:
	@VENV="$(VENV)" sh .ci/environment.sh requirements-dev.lock
