# The commands of this project; `make` alone lists them. Users need make, Python 3.11 or newer with venv, and nothing else.
PY ?= python3
PORT ?= 8000
TEST_WORKERS ?= 2
SHELL := /bin/sh
V := .venv/bin
PIP := $(V)/python -m pip install -q --disable-pip-version-check --require-hashes --no-compile
PYTEST := $(V)/python -m pytest -n $(TEST_WORKERS)
SOURCES := config curriculum instructors families classes tests manage.py
CHROMIUM := $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)
DEMO := PORT=$(PORT) WARM_HANDS_MODE=demo LOG_LEVEL=$${LOG_LEVEL:-WARNING}

.DEFAULT_GOAL := help
.PHONY: help run test test-postgres lint format lock messages language states fresh-demo preflight

help: ## what can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

preflight:
	@command -v $(PY) >/dev/null || { echo "Python is missing: $(PY) was not found. Warm Hands needs Python 3.11 or newer." >&2; exit 1; }
	@$(PY) config/preflight.py $(CHECK_PORT)

.venv/.run: requirements.txt | preflight
	@echo "Installing what the site needs into .venv …"
	@test -x $(V)/python || $(PY) -m venv .venv
	@$(PIP) -r requirements.txt
	@touch $@

.venv/.dev: requirements-dev.txt | preflight
	@echo "Installing what development needs into .venv …"
	@test -x $(V)/python || $(PY) -m venv .venv
	@$(PIP) -r requirements-dev.txt
	@touch $@

run: CHECK_PORT = $(PORT)
run: preflight .venv/.run ## the site with the demo world, its mail worker and scheduler, on PORT (8000)
	@$(DEMO) $(V)/python manage.py prepare --demo
	@exec env $(DEMO) $(V)/python manage.py serve --greet-with greet

# Badges are checked with other people's software too: the official schema, out of a source package that the lock file
# names by its hash, and a verifier for Node.
VERIFIER := var/verifier
$(VERIFIER)/schema.json: requirements-dev.txt | .venv/.dev
	@mkdir -p $(VERIFIER)
	@sed -n '/^openbadgeslib/,/^    #/p' requirements-dev.txt | grep -v '#' > $(VERIFIER)/source.txt
	@$(V)/python -m pip download -q --disable-pip-version-check --no-deps --no-binary openbadgeslib --require-hashes \
		-r $(VERIFIER)/source.txt -d $(VERIFIER)
	@tar -xzOf $(VERIFIER)/openbadgeslib-*.tar.gz --wildcards '*/ob_v3p0_achievementcredential_schema.json' > $@

$(VERIFIER)/node_modules: tests/verifier/package.json tests/verifier/package-lock.json
	@mkdir -p $(VERIFIER)
	@cp tests/verifier/package.json tests/verifier/package-lock.json $(VERIFIER)
	@cd $(VERIFIER) && npm ci --silent --ignore-scripts --no-audit --no-fund
	@touch $@

.PHONY: verifiers
verifiers:
	@$(MAKE) -s $(VERIFIER)/schema.json || echo "The official schema of badges could not be fetched, so nothing is held to it here." >&2
	@if command -v npm >/dev/null; then $(MAKE) -s $(VERIFIER)/node_modules || \
		echo "The verifier for Node could not be installed, so no badge is checked with it here." >&2; \
		else echo "Node is not installed, so no badge is checked with the verifier for it: apt-get install nodejs npm" >&2; fi

test: .venv/.dev verifiers ## every test, on SQLite; journeys in a browser where Chromium is found
	@test -n "$(CHROMIUM)" || echo "Chromium is not installed, so the journeys in a browser are skipped: apt-get install chromium"
	$(PYTEST)

test-postgres: .venv/.dev verifiers ## the same tests on a throw-away PostgreSQL
	@command -v pg_virtualenv >/dev/null || { echo "pg_virtualenv is missing. On Debian or Ubuntu: apt-get install postgresql" >&2; exit 1; }
	# Tests roll back what they write. What autovacuum would say of such tables, that they are empty, makes the planner
	# join them row by row for minutes; without its word it looks at their size on disk.
	pg_virtualenv -t -o autovacuum=off sh -c 'DATABASE_URL=postgres://$$PGUSER:$$PGPASSWORD@$$PGHOST:$$PGPORT/postgres exec $(PYTEST)'

lint: .venv/.dev ## style, types, templates, import direction, migrations
	$(V)/ruff check .
	$(V)/ruff format --check .
	$(V)/mypy $(SOURCES)
	$(V)/djlint templates --lint --quiet
	$(V)/lint-imports
	WARM_HANDS_MODE=test $(V)/python manage.py makemigrations --check --dry-run

format: .venv/.dev ## the style that lint asks for, where a tool can do it
	$(V)/ruff check --fix .
	$(V)/ruff format .

lock: .venv/.dev ## the newest versions that pyproject.toml allows, into the two lock files
	$(V)/uv pip compile pyproject.toml --extra postgres --group test --group e2e --group lint \
		--python-version 3.11 --generate-hashes --no-header -q -o requirements-dev.txt
	$(V)/uv pip compile pyproject.toml --extra postgres -c requirements-dev.txt \
		--python-version 3.11 --generate-hashes --no-header -q -o requirements.txt

messages: .venv/.dev ## the sentences to translate, into config/locale, and what is translated made ready (GNU gettext)
	WARM_HANDS_MODE=test $(V)/python manage.py makemessages --all --no-obsolete --add-location=file \
		--ignore .venv --ignore var --ignore tests
	WARM_HANDS_MODE=test $(V)/python manage.py collect_words
	WARM_HANDS_MODE=test $(V)/python manage.py compilemessages --ignore .venv --ignore var

language: .venv/.dev ## another language, as in `make language CODE=it`: its two files to translate, offered from then on
	@test -n "$(CODE)" || { echo "Say which language: make language CODE=it" >&2; exit 1; }
	WARM_HANDS_MODE=test $(V)/python manage.py collect_words $(CODE)
	$(MAKE) messages

states: .venv/.dev ## the diagram of states in README.md, drawn from the models' tables
	WARM_HANDS_MODE=test $(V)/python manage.py draw_states

fresh-demo: ## the demo's data away, so that the next `make run` lays it out anew around today
	rm -f var/demo.sqlite3 var/demo.sqlite3-wal var/demo.sqlite3-shm
