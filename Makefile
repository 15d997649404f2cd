# Everything a newcomer needs: `make demo` and `make test`. Each installs what it uses, into .venv and .uv alone
# (a Matrix homeserver into .synapse).
export UV_PYTHON_DOWNLOADS := never
export UV_COMPILE_BYTECODE := 1
export UV_PROJECT_ENVIRONMENT := .venv
# Trust what the machine trusts (an authority of one's own firm), where it keeps such a list.
export UV_SYSTEM_CERTS ?= $(if $(wildcard /etc/ssl/certs/ca-certificates.crt),true,false)

PYTHON ?= python3
UV := .uv/bin/uv
SYNC := $(UV) sync --frozen --quiet --python $(PYTHON)
RUN := $(UV) run --frozen --no-sync
# Crash and browser tests wait for child processes: one test process a core. `make test JOBS=0` runs them in one.
JOBS ?= auto

.PHONY: demo demo-matrix test check bench install install-demo synapse clean

demo: install-demo
	$(RUN) bridge demo

# The same on Matrix, with a homeserver of its own to log in to.
demo-matrix: install-demo synapse
	$(RUN) bridge demo --matrix

# Where nothing may be skipped (.ci/run), or with SYNAPSE=1, a Matrix homeserver is installed first: half a minute, once.
test: install $(if $(filter 1,$(BRIDGE_REQUIRE_ALL) $(SYNAPSE)),synapse)
	$(RUN) pytest -n $(JOBS) --dist loadfile

check: install
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy
	$(RUN) lint-imports
	$(RUN) pytest -q -n $(JOBS) --dist loadfile -m "not slow and not postgres and not browser and not synapse and not crash"

bench: install synapse
	$(RUN) python -m bench

install: $(UV)
	$(SYNC) --all-extras

# What the demonstration needs and nothing more; what `make install` put there stays.
install-demo: $(UV)
	$(SYNC) --inexact --no-default-groups

# A real Matrix homeserver for tests and demonstration, in an environment of its own: the bridge's never sees what it is made of.
synapse: .synapse/installed

.synapse/installed: tests/synapse.txt | $(UV)
	$(UV) venv --quiet --clear --python $(PYTHON) .synapse
	UV_COMPILE_BYTECODE=0 $(UV) pip sync --quiet --python .synapse/bin/python --require-hashes tests/synapse.txt
	touch $@

# uv in a small environment of its own: nothing is installed for the user, and uv sync never sees it.
$(UV):
	$(PYTHON) -m venv .uv
	.uv/bin/pip install --quiet --disable-pip-version-check uv

clean:
	rm -rf .venv .uv .synapse
