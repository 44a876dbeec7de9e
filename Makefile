# Everything runs in .venv, made on first use with the exact versions of requirements.lock.
.DEFAULT_GOAL := help
.PHONY: help demo rehearsal notebooks lab dashboard test test-all lint words bench peers clean

PY := .venv/bin/python
PYTHONS := python3 python3.13 python3.12 python3.11
LAB := --LabApp.news_url=None --LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate --LabApp.extension_manager=readonly
PORT := 5006
DASHBOARD := import sys, workbench, workbench.cli; demo = workbench.open_demo(); \
	sys.argv[1:] = ["dashboard", str(demo.root), "--port", "$(PORT)"]; workbench.cli.main()
SUPPORTED := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))

help: ## show the targets
	@grep -E '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## /make \1\t/' | expand -t 18

demo: .venv/installed ## run the bundled project from its extracts to its reports
	$(PY) data/demo/replay.py

rehearsal: .venv/installed ## load the demo into a Tryton that is installed for it, read back, compare to the cent
	PYTHONPATH=. $(PY) tools/rehearsal.py

notebooks: .venv/installed ## run the bundled notebooks on the demo and save them with their outputs
	$(PY) -m workbench.notebooks notebooks

lab: .venv/installed ## open the bundled notebooks in JupyterLab, which asks nobody for news or updates
	$(PY) -m jupyterlab $(LAB) notebooks

dashboard: .venv/installed ## show the bundled project's quality in a browser (PORT=5006)
	$(PY) -c '$(DASHBOARD)'

test: lint ## lint, types and the tests that are done in minutes
	$(PY) -c 'import workbench; workbench.open_demo()'
	$(PY) -m pytest -m "not apt and not slow" -n 2 --dist loadfile

test-all: export REQUIRE_ALL = 1
test-all: test ## the same, with no test skipped, the tests that are slow or need Debian packages, and the notebooks
	$(PY) -m pytest -m "slow or apt" -n 2 --dist loadfile
	@tmp=$$(mktemp -d) && trap "rm -rf $$tmp" EXIT && \
	TMPDIR=$$tmp $(PY) -m pytest --nbval --nbval-current-env -n 2 --dist loadfile notebooks # ends kernels before they tidy up

lint: .venv/installed ## ruff and mypy
	$(PY) -m ruff check .
	$(PY) -m mypy

words: .venv/installed ## bring the catalogues of other languages up to date with the code
	$(PY) tools/words.py

bench: .venv/installed ## measure speed and memory
	$(PY) -m benchmarks

peers: .peers/installed ## install the tools that matching is measured beside, apart from the workbench

clean: ## remove the environment and everything derived
	rm -rf .venv .peers .tryton build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

.venv/installed: requirements.lock pyproject.toml
	@python=$$(for python in $(PYTHONS); do \
		$$python -c '$(SUPPORTED)' 2>/dev/null && echo $$python && break; done); \
	if [ -z "$$python" ]; then \
		echo "No Python 3.11, 3.12 or 3.13 found (tried: $(PYTHONS)). Install one and try again." >&2; exit 1; \
	fi; \
	$(PY) -c '$(SUPPORTED)' 2>/dev/null || $$python -m venv --clear .venv
	$(PY) -m pip install --quiet -r requirements.lock
	$(PY) -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

.peers/installed: benchmarks/peers/requirements.txt .venv/installed
	$(PY) -m venv --clear .peers
	.peers/bin/python -m pip install --quiet -r $<
	@touch $@
