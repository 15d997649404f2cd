# Everything a newcomer needs: `make demo` and `make test`. Each installs what it uses into .venv.
export UV_PYTHON_DOWNLOADS := never
export UV_COMPILE_BYTECODE := 1

PYTHON ?= python3
UV := .venv/uv/bin/uv
RUN := $(UV) run --frozen --no-sync

.PHONY: demo test check bench install install-demo clean

demo: install-demo
	$(RUN) bridge demo

test: install
	$(RUN) pytest

check: install
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy
	$(RUN) lint-imports
	$(RUN) pytest -q -m "not slow and not postgres and not browser and not crash"

bench: install
	$(RUN) python -m bench

install: $(UV)
	$(UV) sync --frozen --quiet --all-extras

install-demo: $(UV)
	$(UV) sync --frozen --quiet --no-default-groups

# uv lives in a small environment of its own inside .venv, so that nothing is installed for the user.
$(UV):
	$(PYTHON) -m venv .venv/uv
	.venv/uv/bin/pip install --quiet uv

clean:
	rm -rf .venv
