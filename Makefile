# One command each. `make run` needs Python 3.11 with venv, and make; nothing else.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: test
test:
	$(BIN)/pytest -n auto
