# `make` alone lists what one can do: every target with a text behind ## is in the list.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
BIN := .venv/bin
# Eight processes that compile every module anew at each start cost more than the files they would leave.
unexport PYTHONDONTWRITEBYTECODE
# One more than two cores: many tests wait. Which tests stay together is in tests/support/sharing.py.
WORKERS := -n 3 --dist loadfile --no-loadscope-reorder

.PHONY: help
help: ## This list
	@awk -F ':.*## ' '/^[a-z][a-z0-9-]*:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: install
install: ## Make .venv with everything needed (done by the others too, when something changed)
	@scripts/install

.PHONY: programs
programs: install ## Find PostgreSQL, RabbitMQ and Chromium, or install them (root on Debian or Ubuntu)
	@$(BIN)/answerlens programs

.PHONY: demo
demo: programs ## Three orders on one keyword, through everything, to their mention rates
	@$(BIN)/answerlens demo

.PHONY: down
down: ## Stop the demo and remove its data
	@if [ -x $(BIN)/answerlens ]; then $(BIN)/answerlens down; else echo "Nothing is installed here, so nothing runs."; fi

.PHONY: test
test: programs ## All tests but the long ones: unit, integration, golden files, e2e, and a quick case of chaos
	@$(BIN)/pytest tests/unit tests/integration tests/golden tests/e2e tests/chaos -m "not long" $(WORKERS)

.PHONY: test-all
test-all: test chaos fuzz ## All tests, also those that take long
	@$(BIN)/pytest tests/unit tests/integration -m long $(WORKERS)
	@$(BIN)/pytest tests/e2e -m long

.PHONY: test-unit
test-unit: install ## Unit tests: no sockets, 2 minutes
	@$(BIN)/pytest tests/unit -m "not long"

.PHONY: test-integration
test-integration: programs ## Integration tests: real PostgreSQL, RabbitMQ and Chromium
	@$(BIN)/pytest tests/integration

.PHONY: test-e2e
test-e2e: programs ## End-to-end tests: the services as processes
	@$(BIN)/pytest tests/e2e

.PHONY: golden
golden: programs ## Take the golden files of the API and the command anew (tests/golden)
	@$(BIN)/python -m tests.golden

.PHONY: fuzz
fuzz: programs ## Schemathesis against a real order API, as client and as admin (EXAMPLES=30 an operation; minutes)
	@$(BIN)/python -m tests.fuzz --examples $(or $(EXAMPLES),30) $(if $(SEED),--seed $(SEED))

.PHONY: chaos
chaos: programs ## Every fault on private servers, one checker after each; SEED=7 ROUNDS=5: random faults only, again
	@CHAOS_SEED=$(SEED) CHAOS_ROUNDS=$(ROUNDS) $(BIN)/pytest -s $(if $(SEED),tests/chaos/whole/test_nemesis.py,tests/chaos)

.PHONY: soak
soak: programs ## Thirty orders and random faults for 20 minutes (MINUTES=…, SEED=…), and a table of what did not happen
	@$(BIN)/python -m tests.chaos.soak --minutes $(or $(MINUTES),20) $(if $(SEED),--seed $(SEED))

.PHONY: chaos-mutants
chaos-mutants: programs ## Plant bugs in a copy of the code, one at a time; the tests must catch each (minutes)
	@$(BIN)/python -m tests.chaos.mutate

.PHONY: lost-tests
lost-tests: install ## Compare the tests' names with those of an earlier commit (COMMIT=…): none may be lost
	@$(BIN)/python -m tests.lost_tests $(COMMIT)

.PHONY: faults
faults: install ## Write docs/faults.md from the tests' own markers
	@$(BIN)/python -m tests.chaos.matrix

.PHONY: faults-before
faults-before: programs ## Run the tests of once wrong results on the code as it was; each must fail there (CASES="m1 a3")
	@$(BIN)/python -m tests.chaos.before $(CASES)

.PHONY: docs
docs: faults ## Write what is generated: the faults, OpenAPI, AsyncAPI, which tables a service stores
	@$(BIN)/python -m tests.ownership
	@$(BIN)/python -m answerlens_order_api.openapi >docs/openapi.json
	@$(BIN)/python -m answerlens_common.jobs.asyncapi >docs/asyncapi.json

.PHONY: check
check: install ## Format, lint, types, imports, module lengths, bare statuses and rows, deployment files
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python scripts/check_lengths.py
	$(BIN)/python scripts/check_types.py
	if [ -x scripts/check-deploy ]; then scripts/check-deploy; fi

.PHONY: bench
bench: install ## Compare the ways of clustering, on the labelled sets (minutes)
	@$(BIN)/python benchmarks/clustering.py

.PHONY: bench-intents
bench-intents: install ## Groups of real titles against labels by hand (TITLES=file of JSON lines, LABELLED=one keyword labelled whole)
	@$(BIN)/python benchmarks/real_titles.py $(TITLES) $(if $(LABELLED),--labelled $(LABELLED))

.PHONY: size
size: export ANSWERLENS_STATEMENTS := $(CURDIR)/.size
size: programs ## Hold every statement to what it may read on a database full of history (a quarter of an hour; SIZE=FULL: 10,000 orders)
	@rm -rf .size
	@$(BIN)/pytest tests/integration -p tests.size.recording -n 2 --dist loadfile
	@$(if $(SIZE),ANSWERLENS_SIZE=$(SIZE)) $(BIN)/pytest -s tests/size

.PHONY: fortnight
fortnight: programs ## Fourteen simulated days at full size, with a planted change (an hour; SIZE=12 for half the questions)
	@$(BIN)/python -m benchmarks.fortnight --per-cluster $(or $(SIZE),25)

.PHONY: format
format: install ## Format the code and apply the safe fixes
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

.PHONY: lock
lock: install ## Resolve requirements.in anew into requirements.lock
	@scripts/lock
