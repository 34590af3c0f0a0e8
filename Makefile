# make demo, make test, make bench: each does its own set-up.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test test-influx2 soak bench bench-signals lint setup clean hardware lock

# Set-up talks on stderr: what `make demo ARGS=--json` prints is JSON alone.
$(READY): requirements.lock requirements-data.lock requirements-demo.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Stillpoint needs Python 3.11 or newer; name it with: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "This Python cannot make environments. On Debian and Ubuntu, as root: apt-get install python3-venv" >&2; exit 1; }
	@echo "Setting up $(VENV) (once; a minute or two) ..." >&2
	@$(PYTHON) -m venv $(VENV) >&2
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.lock >&2
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps -r requirements-data.lock >&2
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps -e . >&2
	@sh tools/wheels.sh $(BIN)/pip
	@touch $(READY)

setup: $(READY)

demo: $(READY)
	@$(BIN)/stillpoint demo $(ARGS)

# Four at a time on two cores: half of the time a test waits. tests/lanes.py says what goes first.
test: $(READY)
	@sh tools/servers.sh
	$(MAKE) --no-print-directory lint
	$(BIN)/python -m pytest -n 4 -p tests.lanes --dist loadscope --no-loadscope-reorder $(ARGS)

# Four at a time, since they mostly wait: ten minutes in place of half an hour.
soak: $(READY)
	@sh tools/servers.sh
	$(BIN)/python -m pytest -m soak --timeout 900 -n 4 $(ARGS)

# The InfluxDB 2 of the compose file, built from its source (go, cargo, five minutes the first time).
test-influx2: $(READY)
	@sh tools/influxd2.sh
	STILLPOINT_INFLUXD2=$(CURDIR)/build/influxd2 $(BIN)/python -m pytest -m influx2 $(ARGS)

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/basedpyright
	$(BIN)/lint-imports

bench: $(READY)
	@sh tools/servers.sh
	$(BIN)/python -m bench $(ARGS)

# The judge of the signal code with its peers (some are GPL: only in here, never in .venv). What
# they depend on is in the lock: pyPPG asks for a SciPy of 2022, but runs with this one.
PEERS := build/signals-peers
$(PEERS)/.ready: bench/signals/peers.lock
	@$(PYTHON) -m venv $(PEERS) >&2
	@$(PEERS)/bin/pip install --quiet --disable-pip-version-check --no-deps -r bench/signals/peers.lock >&2
	@touch $@

# One thread, politely: a few minutes, never over fifteen; ARGS=--write puts it into the docs.
bench-signals: $(PEERS)/.ready
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 nice -n 10 $(PEERS)/bin/python -m bench.signals $(ARGS)

clean:
	rm -rf $(VENV) build *.egg-info

hardware: $(READY)
	$(BIN)/python hardware/generate.py

# The lock files, from pyproject.toml in a fresh environment: the second holds what pip has for some
# machines only (run this on one of them).
FREEZE := build/lock/bin/pip freeze --exclude stillpoint
lock:
	rm -rf build/lock && $(PYTHON) -m venv build/lock
	build/lock/bin/pip install --quiet '.[dev]'
	$(FREEZE) | grep -v '^stillpoint' > requirements.lock
	build/lock/bin/pip install --quiet '.[dev,wheels]'
	$(FREEZE) | grep -v '^stillpoint' | grep -vxF -f requirements.lock > requirements-demo.lock
