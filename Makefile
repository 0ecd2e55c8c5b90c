# Everything here works from a fresh clone: each target first makes .venv and installs the pinned packages if needed.
# `make` works out of the checkout by relative paths only, so spaces in its path do no harm.
MAKEFLAGS += --no-print-directory
PYTHON_OF_PAYSHIFT = .venv/bin/python
ARGS =

.PHONY: help setup run web web-report streams-report test check python-client demo manage ledger-check perf-report growth-report upgrade-report dearest-report overload-report drills sizing compose-proof release-record pooler populate bench load soak mutate stop clean

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):[^#]*## /  make \1|/p' Makefile | awk -F'|' '{ printf "%-22s %s\n", $$1, $$2 }'

setup: ## Make .venv and install the pinned packages (the other targets do it themselves)
	@python="$$(sh core/dev/find-python)" && "$$python" -m core.dev.bootstrap

run: setup ## Start everything at http://127.0.0.1:8000 (PORT, GATEWAY_PORT); Ctrl-C stops it and keeps the data
	@$(PYTHON_OF_PAYSHIFT) -m core.dev run

web: setup ## Serve the web client's sources with hot reload, in front of the API of `make run`
	@$(PYTHON_OF_PAYSHIFT) -m core.dev web

web-report: setup ## Measure the app of `make run` on a slow phone; writes docs/web.md; ARGS="--pictures" takes docs/screens
	@$(PYTHON_OF_PAYSHIFT) manage.py web_report $(ARGS)

streams-report: setup ## What 2,000 idle streams of hints cost; writes docs/performance.md; ARGS="--streams 200" for less
	@$(PYTHON_OF_PAYSHIFT) manage.py streams_report $(ARGS)

test: setup ## Run the test suite with coverage; ARGS="tests/core -k clock" runs a part
	@$(PYTHON_OF_PAYSHIFT) -m core.dev test $(ARGS)

check: setup ## ruff, mypy --strict, migrations and their SQL, deploy checks, the API's document, alerts
	@$(PYTHON_OF_PAYSHIFT) -m core.dev check

python-client: setup ## Generate a typed Python client of the API from openapi.json into .local/python-client
	@$(PYTHON_OF_PAYSHIFT) -m core.dev.python_client

demo: setup ## Drive the main job over HTTP against the running instance, step by step
	@$(PYTHON_OF_PAYSHIFT) manage.py demo $(ARGS)

ledger-check: setup ## Prove that the books balance
	@$(PYTHON_OF_PAYSHIFT) manage.py ledger_check $(ARGS)

perf-report: setup ## Measure the documented operations naive, optimised and cached; writes docs/performance.md
	@$(PYTHON_OF_PAYSHIFT) manage.py perf_report $(ARGS)

growth-report: setup ## Compare reads over 10,000 and 1,000,000 jobs; ARGS="--large 200000" for less
	@$(PYTHON_OF_PAYSHIFT) manage.py growth_report $(ARGS)

upgrade-report: setup ## Upgrade, back up and restore a million jobs of the release before; ARGS="--jobs 20000" for less
	@$(PYTHON_OF_PAYSHIFT) manage.py upgrade_report $(ARGS)

dearest-report: setup ## Measure the dearest request of each operation; writes docs/performance.md
	@$(PYTHON_OF_PAYSHIFT) manage.py dearest_report $(ARGS)

overload-report: setup ## A few clients try to stop everybody else; writes docs/performance.md
	@$(PYTHON_OF_PAYSHIFT) manage.py overload_report $(ARGS)

drills: setup ## Stop, freeze and slow down each part under load; ARGS="--only Redis" runs a part
	@$(PYTHON_OF_PAYSHIFT) manage.py drills $(ARGS)

sizing: setup ## What crowds need of ten machines, from what `make load` measured; writes docs/operations.md
	@$(PYTHON_OF_PAYSHIFT) manage.py sizing $(ARGS)

compose-proof: setup ## Start docker-compose.yml without Docker (Linux, root, debootstrap), prove it whole, and end it
	@$(PYTHON_OF_PAYSHIFT) -m core.dev.compose

release-record: setup ## Write down what this release needs of the database, for the next one to keep
	@$(PYTHON_OF_PAYSHIFT) -m core.dev.rollout

populate: setup ## Fill an empty database with a marketplace; ARGS="--jobs 100000 --reset"
	@$(PYTHON_OF_PAYSHIFT) manage.py migrate --verbosity=0
	@$(PYTHON_OF_PAYSHIFT) manage.py populate $(ARGS)

bench: setup ## Compare hits, lists and postings with bare programs; ARGS="cached-hits" runs a part
	@$(PYTHON_OF_PAYSHIFT) manage.py bench $(ARGS)

load: setup ## A thousand people at once for a minute; ARGS="--against REVISION" takes turns with an earlier one
	@$(PYTHON_OF_PAYSHIFT) manage.py load $(ARGS)

soak: setup ## The random parts of the suite for longer, and the document; ARGS="--minutes 8 --document-only" for less
	@$(PYTHON_OF_PAYSHIFT) manage.py soak $(ARGS)

mutate: setup ## Change the code here and there and see whether the tests notice; ARGS="--sample 5" for less
	@$(PYTHON_OF_PAYSHIFT) -m tests.mutation $(ARGS)

pooler: setup ## Run the tests of races, leases and the queue through PgBouncer in transaction mode
	@$(PYTHON_OF_PAYSHIFT) -m core.dev.pooler $(ARGS)

proxies: setup ## Record what this machine's nginx, Caddy and HAProxy pass on of a forged address
	@$(PYTHON_OF_PAYSHIFT) -m tests.support.proxies

manage: setup ## Run a Django command: make manage ARGS="shell"
	@$(PYTHON_OF_PAYSHIFT) manage.py $(ARGS)

stop: ## Stop what runs from this checkout, servers included
	@if $(PYTHON_OF_PAYSHIFT) -c "import psycopg, redis" 2>/dev/null; then $(PYTHON_OF_PAYSHIFT) -m core.dev stop; fi

clean: ## Stop everything and delete .venv and .local: the data of development is gone then
	@if $(PYTHON_OF_PAYSHIFT) -c "import psycopg, redis" 2>/dev/null; then $(PYTHON_OF_PAYSHIFT) -m core.dev clean; else rm -rf .venv .local; fi
