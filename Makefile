# Dermaga. `make help` says what can be done here.

export PORT ?= 8000
SEASON ?= data/seasons/lebaran-2024.csv
SEED ?= 1
SECONDS ?= 20
OPS ?= 1000000
COMMIT_DELAY_MS ?= 0
N ?= 1000000
PAIRS ?= $(N)
ADDRESSES ?= 1
FORM ?= 0
RULES ?= 0
BOOKED ?= 0
MINUTES ?= 60
KILLS ?= 500
PHONES ?= 6
ORDERS ?= 100000

export FLASK_APP := wsgi.py
# The pinned tools of the virtual environment (node among them) come before the machine's own.
export PATH := $(CURDIR)/.venv/bin:$(PATH)
PY := .venv/bin/python

# $(call setup,STEPS): make these ready (deploy/setup.py), with the first Python that is new enough.
define setup
@for p in $(PY) $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && exec $$p deploy/setup.py $(1); \
done; echo "Dermaga needs Python 3.11 or newer, and none was found: install one (Debian 12 or newer: apt-get \
install python3 python3-venv), or name one with make $@ PYTHON=..." >&2; exit 1
endef

.PHONY: help run test every-test test-fast replay bench bench-purchase bench-scan bench-pages bench-rush bench-collapse bench-reads bench-hoard bench-gate soak rules-twin souls gate-trace gate-kill gate-meetings fmt lint clean

help: ## list these commands
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1	\2/p' Makefile | expand -t 24

run: ## serve Dermaga with its demonstration on this machine (PORT=8000, DATABASE_URL=...)
	$(call setup,port packages libraries translations database)
	@exec $(PY) deploy/serve.py --demo

test: ## check the code and run every test, on both databases and in a browser; says last how long it took
	@began=$$(date +%s); $(MAKE) --no-print-directory every-test; ended=$$?; \
	echo "make test: $$(($$(date +%s) - began)) seconds"; exit $$ended

every-test:
	$(call setup,dev-packages libraries translations chromium)
	@$(PY) -m ruff check
	@$(PY) -m ruff format --check
	@$(PY) -m mypy
	$(PY) -m pytest -m "not browser and not race" -n 2 --dist worksteal
	$(PY) -m pytest -m browser -n 2 --dist worksteal
	$(PY) -m pytest -m race

test-fast: ## run the tests on SQLite, without the browser, the races and what is long by nature
	$(call setup,dev-packages libraries translations)
	$(PY) -m pytest -m "not browser and not race and not long" -k "not postgresql" -n 2 --dist worksteal

replay: ## run a past season through the real actions (SEASON=FILE.csv, SEED=1); the last line is JSON
	$(call setup,packages translations)
	@exec $(PY) -m flask replay "$(SEASON)" --seed "$(SEED)"

bench: ## measure; every line is JSON
	$(call setup,dev-packages libraries translations chromium)
	@exec $(PY) -m bench

bench-purchase: ## people buy (CLIENTS=8, SECONDS=20, FORM=1, PARTY=4, RULES=1, BOOKED=100000, DATABASE_URL=...|sqlite)
	$(call setup,dev-packages translations)
	@exec $(PY) -m bench.purchase --clients $(or $(CLIENTS),8) --seconds $(SECONDS) --party $(or $(PARTY),1) \
		--form $(FORM) --rules $(RULES) --booked $(BOOKED)

bench-scan: ## tickets are shown at a gate (PARTY=8, CLIENTS=8, SECONDS=20, BOOKED=100000, DATABASE_URL=...|sqlite)
	$(call setup,dev-packages translations)
	@exec $(PY) -m bench.scan --clients $(or $(CLIENTS),8) --seconds $(SECONDS) --party $(or $(PARTY),8) --booked $(BOOKED)

bench-pages: ## what each page costs, memory, and the second start (SECONDS=20 of each, DATABASE_URL=...|sqlite); lines of JSON
	$(call setup,dev-packages translations)
	@exec $(PY) -m bench.page_costs --seconds $(SECONDS)

bench-rush: ## many want places on one voyage (CLIENTS=64, SECONDS=20, FORM=1, COMMIT_DELAY_MS=0, DATABASE_URL=...)
	$(call setup,dev-packages translations)
	@exec $(PY) -m bench.rush --clients $(or $(CLIENTS),64) --seconds $(SECONDS) --form $(FORM) \
		--commit-delay-ms $(COMMIT_DELAY_MS)

bench-collapse: ## the holds of 32 and of 512 clients (SECONDS=20, FORM=1); the last line is JSON
	$(call setup,dev-packages translations)
	@exec $(PY) -m bench.rush --collapse --seconds $(SECONDS) --form $(FORM) --commit-delay-ms $(COMMIT_DELAY_MS)

bench-reads: ## many ask what is left while others buy (CLIENTS=64, SECONDS=20, DATABASE_URL=...)
	$(call setup,dev-packages translations)
	@exec $(PY) -m bench.reads --clients $(or $(CLIENTS),64) --seconds $(SECONDS)

bench-hoard: ## one program wants a whole ship (ADDRESSES=1, MINUTES=60); the last line is JSON
	$(call setup,dev-packages translations)
	@exec $(PY) -m bench.hoard --addresses $(ADDRESSES) --minutes $(MINUTES)

soak: ## a long sale with everything killed in the middle (OPS=1000000, SEED=1, DATABASE_URL=...); the last line is JSON
	$(call setup,dev-packages translations)
	@exec $(PY) -m tests.history.soak --ops $(OPS) --seed $(SEED)

planted-faults: ## plant faults in copies of the code and see that the suite turns red for each; the last line is JSON
	$(call setup,dev-packages translations)
	@exec $(PY) -m tests.faults.run

rules-twin: ## judge random rules and facts in Python and in node (PAIRS=1000000, SEED=1); the last line is JSON
	$(call setup,dev-packages translations)
	@exec $(PY) -m tests.rules.twin --pairs $(PAIRS) --seed $(SEED)

souls: ## count who is aboard on random voyages (N=1000000, SEED=1); the last line is JSON
	$(call setup,dev-packages translations)
	@exec $(PY) -m tests.boarding.souls --voyages $(N) --seed $(SEED)

bench-gate: ## a gate's phone: verdicts on a slowed page, packs, uploads (TICKETS="1500 20000", DATABASE_URL=...); lines of JSON
	$(call setup,dev-packages libraries translations chromium)
	@exec $(PY) -m bench.gate $(if $(TICKETS),--tickets $(TICKETS))

gate-trace: ## judge tickets as a gate's device and as the server (N=100000, SEED=1); the last line is JSON
	$(call setup,dev-packages translations)
	@exec $(PY) -m tests.boarding.gate_trace --scans $(if $(filter command% environment%,$(origin N)),$(N),100000) --seed $(SEED)

gate-kill: ## kill a gate's phone in the middle of a boarding, again and again (KILLS=500, SEED=1); the last line is JSON
	$(call setup,dev-packages libraries translations chromium)
	@exec $(PY) -m tests.journeys.gate_kill --kills $(KILLS) --seed $(SEED)

gate-meetings: ## let gate phones without signal meet in orders of chance (PHONES=6, ORDERS=100000, SEED=1); the last line is JSON
	$(call setup,dev-packages translations)
	@exec $(PY) -m tests.boarding.gate_meetings --phones $(PHONES) --orders $(ORDERS) --seed $(SEED)

fmt: ## put the code in its form
	$(call setup,dev-packages)
	@$(PY) -m ruff check --fix
	@$(PY) -m ruff format

lint: ## read the code for faults
	$(call setup,dev-packages)
	@$(PY) -m ruff check
	@$(PY) -m ruff format --check
	@$(PY) -m mypy

clean: ## remove everything that was made here, except the data in instance/
	rm -rf .venv node_modules static/vendor build .pytest_cache .ruff_cache .mypy_cache .hypothesis .schemathesis
	find app -name '*.mo' -delete
