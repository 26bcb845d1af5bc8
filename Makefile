# `make help` lists the targets.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8080
# Two processes more than there are cores: tests wait for programs, browsers and databases.
PARALLEL ?= -n $(shell expr $$(getconf _NPROCESSORS_ONLN) + 2) --maxprocesses 6 --dist loadscope --no-loadscope-reorder
CASES ?= 100000
# Every installation here takes the versions that the tests pass with.
CONSTRAINTS := constraints.txt
INSTALL := $(BIN)/pip install --quiet --disable-pip-version-check --constraint $(CONSTRAINTS)
SEED ?= 1
SECONDS ?= 600
MODELS ?= ../shared/models
ORACLE ?= ../shared/oracle/oracle.sh
POLICY ?= first
N ?= 100

# What is compiled once is kept, whatever the environment says: tests start the program many times.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help run test format check generate models drive random-models bench lists fuzz faults stress java-clients coverage screenshots \
	build wheel constraints docs clean clean-demo

help:  ## show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Taskbridge needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: pyproject.toml $(CONSTRAINTS) | $(BIN)/python
	$(INSTALL) -e .
	@touch $@

$(VENV)/test.stamp: pyproject.toml $(CONSTRAINTS) | $(BIN)/python
	$(INSTALL) -e '.[test]'
	@touch $@ $(VENV)/run.stamp

run: $(VENV)/run.stamp  ## install, and serve a demo on http://127.0.0.1:8080 (PORT=… for another port)
	@mkdir -p var
	$(BIN)/taskbridge serve --demo --port $(PORT) --database-url sqlite:///var/demo.db

test: check  ## install what tests need, check everything, run all tests
	$(BIN)/python -m pytest $(PARALLEL)

check: $(VENV)/test.stamp  ## format, lint, types, import rules, OpenAPI documents
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python scripts/bundle_documents.py --check
	$(BIN)/python scripts/check_specs.py

format: $(VENV)/test.stamp  ## put the code into its one format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

generate: $(VENV)/test.stamp  ## make the documents that have a folder, and the dialects' pydantic models from all
	$(BIN)/python scripts/bundle_documents.py
	$(BIN)/python scripts/generate_models.py

models: $(VENV)/test.stamp  ## compare the engine with runs recorded from the real one
	$(BIN)/python scripts/compare_models.py
	$(BIN)/python scripts/compare_expressions.py
	$(BIN)/python -m pytest tests/test_own_models.py tests/test_multi_instance_models.py tests/test_random_models.py --every-recorded-run

drive: $(VENV)/test.stamp  ## run models here and on the real server, and compare step by step (MODELS=…, ORACLE=… its script, POLICY=…)
	$(BIN)/python scripts/drive_models.py $(MODELS) --oracle $(ORACLE) --own $(POLICY:%=--policy %)

random-models: $(VENV)/test.stamp  ## run random processes here and on the real server, and compare (N=…, SEED=…, ORACLE=… its script)
	$(BIN)/python scripts/random_models.py --count $(N) --seed $(SEED) --oracle $(ORACLE) --own

bench: $(VENV)/test.stamp  ## measure throughput beside its floor (BESIDE=… the Python of another checkout: beside that version too)
	$(BIN)/python scripts/benchmark.py $(if $(BESIDE),--beside $(BESIDE))

jobs: $(VENV)/test.stamp  ## measure how late and how fast jobs are carried out, and that each is once while nodes are killed
	$(BIN)/python scripts/time_jobs.py
	$(BIN)/python scripts/kill_job_nodes.py

lists: $(VENV)/test.stamp  ## measure lists among 200,000 tasks, by themselves and over WorldServer's API (two minutes)
	$(BIN)/python scripts/time_lists.py
	$(BIN)/python scripts/time_worldserver.py

fuzz: $(VENV)/test.stamp  ## send 100,000 made-up requests to all four APIs (CASES=…, SEED=…)
	$(BIN)/python scripts/fuzz.py --cases $(CASES) --seed $(SEED)

faults: $(VENV)/test.stamp  ## kill and interrupt servers and databases under load, and judge what was answered (SEED=…)
	$(BIN)/python -m tests.crash --fault kill --faults 60 --seed $(SEED)
	$(BIN)/python -m tests.crash --fault kill --faults 40 --nodes 2 --database postgresql --seed $(SEED)
	$(BIN)/python -m tests.crash --fault outage --faults 50 --nodes 2 --database postgresql --seed $(SEED)

stress: $(VENV)/test.stamp  ## let 64 clients send events and work on two nodes for ten minutes, and check all of it (SECONDS=…, SEED=…)
	$(BIN)/python scripts/stress_events.py --seconds $(SECONDS) --seed $(SEED)

java-clients: $(VENV)/test.stamp  ## make Java clients out of the documents and have them work (needs Java and Maven)
	$(INSTALL) -e '.[java]'
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python scripts/java_clients.py

coverage: $(VENV)/test.stamp  ## run all tests, and write docs/coverage.md from what they exercised
	$(BIN)/python -m pytest $(PARALLEL) --write-coverage

screenshots: $(VENV)/test.stamp  ## take the pictures of README and manual (needs Node.js)
	$(BIN)/python scripts/screenshots.py

build: $(VENV)/test.stamp  ## build the wheel and the source distribution into dist/
	rm -rf dist
	$(BIN)/python -m hatchling build

wheel: build  ## try the wheel alone, on the oldest and newest Python here, with constraints.txt and newest versions
	$(BIN)/python -m pytest tests/package --every-environment

constraints: | $(BIN)/python  ## write constraints.txt anew: the newest versions that pyproject.toml allows
	$(BIN)/python scripts/write_constraints.py

docs: $(VENV)/test.stamp  ## build the documentation into site/
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict

clean:  ## remove the virtual environment and what was built (the demo's database stays)
	rm -rf $(VENV) dist site

clean-demo:  ## remove the demo's database
	rm -rf var
