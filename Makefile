# `make demo` and `make test` need python3, make and the package registry, and nothing else.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# Byte code is kept: the suite starts hundreds of processes.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test lint golden posteriors stan posteriordb matrix recover sbc fuzz faults mutants bench versions pictures clean

$(VENV)/.demo: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable '.[fit]'
	@touch $@

$(VENV)/.test: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable '.[test]'
	@touch $@

# Compile the radon model, fit the real data by NUTS and by SVI, show what came out.
demo: $(VENV)/.demo
	$(BIN)/bgen golden/models/radon/model.bl -o demo/radon.py
	$(BIN)/python demo/radon.py fit golden/models/radon/data.csv -o demo/nuts --force
	$(BIN)/python demo/radon.py fit golden/models/radon/data.csv -o demo/svi --method svi --force
	@echo; echo "NUTS (demo/nuts/summary.csv):"; head -n 6 demo/nuts/summary.csv; tail -n 1 demo/nuts/summary.csv
	@echo; echo "SVI (demo/svi/summary.csv):"; head -n 6 demo/svi/summary.csv; tail -n 1 demo/svi/summary.csv

# Two processes: most of the time is XLA compiling, which uses one core.
test: $(VENV)/.test lint
	$(BIN)/python -m pytest -n 2 --dist worksteal

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/black --quiet --check bgen tests
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

# Rewrite the text goldens: emitted code, diagnostics, pages. (No other test is run.) What is frozen
# is added to, and never rewritten.
golden: $(VENV)/.test
	$(BIN)/python -m pytest --update tests/syntax tests/check tests/golden tests/reference
	$(BIN)/python -m tests.frozen

# Sweeps over the whole catalogue, each of them an hour or so on two cores; each prints a table.
matrix: $(VENV)/.test  # every layer under every link
	$(BIN)/python -m tests.sweeps.matrix -o golden/reference/matrix.md
recover: $(VENV)/.test  # the programs of the language, fitted to what they simulate
	$(BIN)/python -m tests.sweeps.recover -o golden/reference/recovery.md
sbc: $(VENV)/.test  # simulation-based calibration of every layer and link
	$(BIN)/python -m tests.sweeps.calibrate -o golden/reference/calibration.md

# Random programs by the evaluator's judgement, and broken ones: as long as one likes.
COUNT ?= 1000
SEED ?= 0
fuzz: $(VENV)/.test
	$(BIN)/python -m tests.fuzz --count $(COUNT) --seed $(SEED)

# Mistakes put into the compiler, and whether the tests that need no JAX find them: make mutants
# COUNT=400 SEED=0 (COUNT=all takes a day). What survives is written as diffs.
.venv-mutants/.mutants: pyproject.toml
	$(PYTHON) -m venv .venv-mutants
	.venv-mutants/bin/python -m pip install --quiet --editable '.[mutants]'
	@touch $@
mutants: COUNT = 400
mutants: .venv-mutants/.mutants
	.venv-mutants/bin/python -m tests.mutants --count $(COUNT) --seed $(SEED) \
		--survivors mutants.diff

# Full disks, interrupts, kills, damaged files, ten thousand compilations: an hour, a table.
faults: $(VENV)/.test
	$(BIN)/python -m tests.faults --seed $(SEED)

.venv-bench/.bench: pyproject.toml
	$(PYTHON) -m venv .venv-bench
	.venv-bench/bin/python -m pip install --quiet --editable '.[bench]'
	@touch $@

# Time against hand-written NumPyro, nutpie, Stan (needs g++) and BLayers (Python 3.12 or newer):
# tables and pictures in bench/. One problem: make bench PROBLEMS=insteval REPEATS=1; smaller: ROWS=0.1
# (a share) DRAWS=200. All of them take some hours.
bench: .venv-bench/.bench
	.venv-bench/bin/python -m tests.bench -o bench $(if $(REPEATS),--repeats $(REPEATS)) \
		$(if $(ROWS),--rows $(ROWS)) $(if $(DRAWS),--draws $(DRAWS)) $(PROBLEMS)

# Every golden on the oldest and the newest NumPyro and JAX, each in an environment of its own
# (Python 3.11, and the newest that is found): a quarter of an hour; ONLY="layers-new" is a minute.
versions: $(VENV)/.test
	$(BIN)/python -m tests.versions $(ONLY)

# Redraw the pictures of the reference.
pictures: $(VENV)/.test
	$(BIN)/python -m pip install --quiet 'matplotlib>=3.9'
	$(BIN)/python -m tests.reference.pictures

.venv-stan/.stan: pyproject.toml
	$(PYTHON) -m venv .venv-stan
	.venv-stan/bin/python -m pip install --quiet pystan==3.10.0 httpstan==4.13.0
	@touch $@

# Rewrite the reference posteriors by Stan (needs g++; some minutes a model).
posteriors: .venv-stan/.stan
	for model in golden/models/*/model.stan; do \
		.venv-stan/bin/python tests/stan/run.py $$(dirname $$model) || exit 1; \
	done

# Ask Stan again for its log densities of small programs (half a minute each), and compare.
stan: .venv-stan/.stan $(VENV)/.test
	.venv-stan/bin/python tests/stan/judge.py
	$(BIN)/python -m tests.stan.agreement

# Compare with Stan on posteriordb's data, which are not here: make posteriordb DATA=folder
posteriordb: .venv-stan/.stan $(VENV)/.test
	$(BIN)/python -m tests.posteriordb --data '$(DATA)' --stan .venv-stan/bin/python \
		-o golden/reference/posteriordb.md

clean:
	rm -rf $(VENV) .venv-bench .venv-stan .venv-mutants mutants.diff bench demo dist
