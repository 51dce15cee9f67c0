# make setup     everything that running, testing and checking need, from nothing
# make run       the server (HOST, PORT and ROLODESK_DATABASE pass through)
# make test      the tests, on SQLite and PostgreSQL, with a real browser
# make test-long crashes, histories and races that take minutes
# make check     format, lint, types and the layers
# make bench     the benchmarks
# make format    rewrite the code in the house format

SHELL := /bin/sh
.DEFAULT_GOAL := setup
.DELETE_ON_ERROR:
.PHONY: setup run test test-long check bench format clean

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet
NPM_CI := npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null
STATIC := rolodesk/web/static

# Each stamp stands for a step that is done, and is older than whatever asks for it to be done again.
RUNTIME := .venv/.runtime
EXTRAS := .venv/.extras
VENDOR := $(STATIC)/vendor/.stamp
WIDGET := $(if $(wildcard widget/package.json),$(STATIC)/widget/.stamp)
WIDGET_SOURCES := $(shell find widget \( -name node_modules -o -name test \) -prune -o -type f -print 2>/dev/null)
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard rolodesk/web/locales/*/LC_MESSAGES/*.po))
SPARK := .venv/.spark
CLIENT := tests/client/node_modules/.stamp
READY := $(RUNTIME) $(VENDOR) $(WIDGET) $(CATALOGUES)

setup: $(READY) $(EXTRAS) $(CLIENT)

run: $(READY)
	@exec $(BIN)/rolodesk serve

test: setup
	@chromium=$$($(BIN)/python tools/chromium.py) && \
	  ROLODESK_TEST_CHROMIUM="$$chromium" $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

test-long: setup $(SPARK)
	@chromium=$$($(BIN)/python tools/chromium.py) && \
	  ROLODESK_TEST_CHROMIUM="$$chromium" $(BIN)/python -m pytest -m long $(ARGS)

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(if $(WIDGET),cd widget && npm run --silent check)

bench: setup
	@$(BIN)/python -m bench $(ARGS)
	@$(BIN)/python -m bench.merging
	@$(BIN)/python -m bench.duplicates

format: $(EXTRAS)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf .venv node_modules widget/node_modules tests/client/node_modules $(STATIC)/vendor $(STATIC)/widget $(CATALOGUES)
	rm -rf .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache rolodesk.egg-info

$(RUNTIME): pyproject.toml tools/venv.sh
	@tools/venv.sh .venv
	@echo "Installing Rolodesk in .venv"
	@$(PIP) --editable '.[duplicates]'
	@touch $@

$(EXTRAS): $(RUNTIME)
	@echo "Installing what tests and checks need"
	@$(PIP) --editable '.[test,dev]'
	@touch $@

$(SPARK): $(EXTRAS)
	@echo "Installing Spark"
	@$(PIP) --editable '.[spark]'
	@touch $@

$(VENDOR): package-lock.json tools/vendor.mjs
	@tools/node.sh
	@echo "Fetching the pages' front-end files"
	@$(NPM_CI)
	@node tools/vendor.mjs
	@touch $@

$(STATIC)/widget/.stamp: widget/node_modules/.stamp $(WIDGET_SOURCES)
	@echo "Building the widget"
	@cd widget && npm run --silent build
	@touch $@

widget/node_modules/.stamp: widget/package-lock.json
	@tools/node.sh
	@echo "Fetching the widget's tools"
	@cd widget && $(NPM_CI)
	@touch $@

$(CLIENT): tests/client/package-lock.json
	@tools/node.sh
	@echo "Fetching the published client, for the tests"
	@cd tests/client && $(NPM_CI)
	@touch $@

%.mo: %.po $(RUNTIME)
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@
	@touch $@
