# One command each. Needs Python 3.11 or newer with venv, and make; Node 20 if it is there.
#
#   make run      the whole system on http://127.0.0.1:8000 (PORT= to change), with the demo city
#   make test     the whole suite            make check    formatters, linters, types, scan, migrations, translations
#   make bench    the benchmarks             make lock     write the lock files anew from pyproject.toml
#
# Every path is relative, so that a checkout may lie in a directory with spaces in its name.

PYTHON ?= python3
PY := .venv/bin/python
SCAN_ENV := .venv/scan
PIP := $(PY) -m pip install -qq --disable-pip-version-check --require-hashes

# What the built style sheets and scripts are made from (Tailwind reads the templates for class names).
SOURCES := $(shell find static templates -type f -not -path 'static/dist/*' 2>/dev/null | sed 's/ /\\ /g')
NODE := $(shell node -e 'process.exit(+(parseInt(process.versions.node) < 20))' 2>/dev/null && echo yes)

.PHONY: run test check scan scan-mistakes scan-rules bench lock screenshots burden assets clean

run: .venv/run static/dist/built
	@DEBUG=0 TONGXIN_DEMO=$${TONGXIN_DEMO-1} $(PY) manage.py up

test: .venv/dev static/dist/built
	@# Handed out one by one; those of an xdist_group, which share what is dear to make, to one worker.
	$(PY) -m pytest -n auto --dist loadgroup $(ARGS)

check: .venv/dev
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m djlint --quiet --lint templates
	$(PY) -m mypy
	$(PY) -m importlinter.cli lint
	HTTPS=1 SECRET_KEY=$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(64))') \
		$(PY) manage.py check --deploy --fail-level WARNING
	$(PY) manage.py makemigrations --check --dry-run
	$(PY) manage.py messages --check
	@$(MAKE) --no-print-directory -j2 scan

# Known mistakes, and our own rules (scripts/scan/), tried on their examples first. Asks nobody outside.
SCAN := $(SCAN_ENV)/bin
SEMGREP := PATH="$(CURDIR)/$(SCAN):$$PATH" semgrep scan --metrics=off --disable-version-check --config scripts/scan

scan: scan-mistakes scan-rules

scan-mistakes: $(SCAN_ENV)/installed
	@$(SCAN)/bandit --quiet --recursive --configfile pyproject.toml apps config scripts manage.py

scan-rules: $(SCAN_ENV)/installed
	@$(SEMGREP) --test scripts/scan >$(SCAN_ENV)/tried 2>&1 || { cat $(SCAN_ENV)/tried; exit 1; }
	@$(SEMGREP) --error --quiet apps config templates manage.py

$(SCAN_ENV)/installed: requirements/scan.txt | .venv/bin/python
	@echo "Installing the scanners into an environment of their own …"
	@$(PY) -m venv $(SCAN_ENV)
	@$(SCAN_ENV)/bin/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/scan.txt
	@touch $@

bench: .venv/dev static/dist/built
	$(PY) -m bench $(ARGS)

screenshots: .venv/dev static/dist/built
	$(PY) -m scripts.screenshots $(ARGS)

burden: .venv/dev static/dist/built
	$(PY) -m scripts.burden $(ARGS)

assets: static/dist/built

# The program's own requirements. A stamp says what was installed; `dev` holds everything in `run`.
.venv/run: requirements/base.txt | .venv/bin/python
	@echo "Installing the program's requirements …"
	@$(PIP) -r requirements/base.txt
	@touch $@

.venv/dev: requirements/dev.txt | .venv/bin/python
	@echo "Installing the requirements of tests and tools …"
	@$(PIP) -r requirements/dev.txt
	@touch $@ .venv/run

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=…")'
	$(PYTHON) -m venv .venv

# Node: the machine's, or the one in a wheel.
ifeq ($(NODE),yes)
NPM := npm
.venv/node: | .venv/bin/python
	@touch $@
else
NPM := PATH="$(CURDIR)/.venv/bin:$$PATH" npm
.venv/node: requirements/node.txt | .venv/bin/python
	@echo "No Node 20 here: installing it into .venv …"
	@$(PIP) -r requirements/node.txt
	@touch $@
endif

node_modules/installed: package.json package-lock.json .npmrc | .venv/node
	@echo "Installing the front end's packages …"
	@test -L node_modules || $(NPM) ci --no-progress --loglevel=error  # a link is another checkout's
	@touch $@

static/dist/built: node_modules/installed $(SOURCES)
	@echo "Building style sheets and scripts …"
	@$(NPM) run --silent build
	@touch $@

lock: .venv/bin/python
	$(PY) -m venv .venv/lock
	.venv/lock/bin/python -m pip install --quiet --disable-pip-version-check uv
	$(eval COMPILE := .venv/lock/bin/python -m uv pip compile -q --python-version 3.11 --universal --generate-hashes --no-annotate --no-header)
	$(COMPILE) pyproject.toml -o requirements/base.txt
	$(COMPILE) pyproject.toml --extra dev -c requirements/base.txt -o requirements/dev.txt
	$(COMPILE) --group node -o requirements/node.txt
	$(COMPILE) --group scan -o requirements/scan.txt
	npm install --package-lock-only

clean:
	rm -rf node_modules static/dist .venv
