# The two commands that the README begins with, and their parts.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: help docs site serve preview snapshot screenshots check test lint types layers fast tests neighbours counts coverage wheel dist compat compat-oldest compat-newest compat-tests format clean

help:
	@echo "make site    build the sample site, offline, into sample_site/output"
	@echo "make serve   build it and show it at http://localhost:8000"
	@echo "make preview show it with its drafts, and follow every change of sample_site/"
	@echo "make snapshot write the sample account's content to cache/snapshots/"
	@echo "make screenshots take the pictures of docs/images/ anew"
	@echo "make check   lint, types, layers and the fast tests, for every day"
	@echo "make test    lint, types, layers and tests: all that CI checks"
	@echo "make neighbours  every edit of a site with each theme and plugin of others that is tried"
	@echo "make coverage  the tests once more, with the lines that none of them runs"
	@echo "make counts  what the style forbids, counted over the package"
	@echo "make compat  build the sample site from the wheel, with the oldest and the newest libraries"
	@echo "make compat-tests  and run the tests that depend on them most"
	@echo "make dist    the wheel and the source distribution, into dist/"
	@echo "make docs    the documentation as a site, into .docs-site/, from what the code says now"
	@echo "make format  let ruff format the code"
	@echo "make clean   remove what was built (not the virtual environment)"

site: $(VENV)/.installed
	$(BIN)/pelican sample_site/content -s sample_site/pelicanconf.py
	@echo "The site is in sample_site/output. To look at it: make serve"

serve: site
	$(BIN)/pelican --listen -s sample_site/pelicanconf.py

preview: $(VENV)/.installed
	$(BIN)/pelican-buttercms -s sample_site/pelicanconf.py preview

snapshot: $(VENV)/.installed
	$(BIN)/pelican-buttercms -s sample_site/pelicanconf.py pull --allow-deletions
	$(BIN)/pelican-buttercms -s sample_site/pelicanconf.py snapshot export cache/snapshots/harbour-lane

screenshots: site $(VENV)/.developing
	$(BIN)/python docs/images/make.py

test: lint types layers tests

lint: $(VENV)/.developing
	$(BIN)/ruff check .
	$(BIN)/ruff check --preview --select PLW1514 pelican_buttercms  # texts name their encoding
	$(BIN)/ruff format --check .

types: $(VENV)/.developing
	$(BIN)/mypy

layers: $(VENV)/.developing
	$(BIN)/lint-imports

check: lint types layers fast

# Tests of pure code and of the store, without a site that is built or a command that runs.
FAST := tests/api tests/content tests/settings tests/filesystem tests/store tests/sync tests/emulator tests/test_clean_text.py tests/test_local_requests.py
fast: $(VENV)/.developing
	$(BIN)/python -m pytest -n auto --no-header -q $(FAST)

counts: $(VENV)/.developing
	$(BIN)/python -m tests.counts

tests: $(VENV)/.developing
	$(BIN)/python -m pytest -n auto

neighbours: $(VENV)/.developing
	BUTTERCMS_TEST_NEIGHBOURS=all $(BIN)/python -m pytest -n auto tests/neighbours

coverage: $(VENV)/.developing
	$(BIN)/python -m pytest -n auto --cov --cov-report=term

wheel: $(VENV)/.developing
	rm -rf dist
	$(BIN)/python -m build --wheel --no-isolation

dist: $(VENV)/.developing
	rm -rf dist
	$(BIN)/python -m build --no-isolation

# The wheel in environments of their own, as a user has them: with the oldest version of everything
# that pyproject.toml allows, and with the newest; then the tests that depend on those most.
COMPAT := $(VENV)-compat
COMPAT_TOOLS := pytest pytest-xdist hypothesis 'pagefind[bin]' pelican-i18n-subsites pelican-sitemap
COMPAT_TESTS := tests/test_pelican_internals.py tests/test_unknown_libraries.py \
	tests/incremental/test_plain_site.py tests/incremental/test_output_record.py \
	tests/plugin/test_articles.py tests/plugin/test_pages.py tests/plugin/test_filters.py

compat: compat-oldest compat-newest

compat-oldest compat-newest: compat-%: wheel
	rm -rf $(COMPAT)-$*
	$(PYTHON) -m venv $(COMPAT)-$*
	if [ $* = oldest ]; then $(BIN)/python -m tests.oldest; fi > $(COMPAT)-$*/pins.txt
	$(COMPAT)-$*/bin/python -m pip --disable-pip-version-check --quiet install --upgrade \
		--constraint $(COMPAT)-$*/pins.txt dist/*.whl $(COMPAT_TOOLS)
	$(COMPAT)-$*/bin/pelican sample_site/content -s sample_site/publishconf.py -o $(COMPAT)-$*/output --fatal errors
	grep -q "<urlset" $(COMPAT)-$*/output/sitemap.xml
	grep -q "tide" $(COMPAT)-$*/output/index.html

compat-tests: compat
	for kind in oldest newest; do \
		$(COMPAT)-$$kind/bin/python -m pytest -n auto -q $(COMPAT_TESTS) || exit 1; \
	done

# In an environment of its own: the generator and Pelican want different versions of Pygments.
docs: $(VENV)/.developing $(VENV)-docs/.installed
	$(BIN)/python docs/generate.py
	NO_MKDOCS_2_WARNING=1 $(VENV)-docs/bin/mkdocs build --strict --quiet

$(VENV)-docs/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)-docs
	$(VENV)-docs/bin/python -m pip --disable-pip-version-check --quiet install --upgrade "pip>=25.1"
	$(VENV)-docs/bin/python -m pip --disable-pip-version-check --quiet install --group docs
	@touch $@

format: $(VENV)/.developing
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf sample_site/output cache/buttercms dist .docs-site .coverage .coverage.*

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --upgrade "pip>=25.1"

$(VENV)/.installed: pyproject.toml | $(VENV)/bin/python
	$(PIP) install --editable ".[search]"
	@touch $@

$(VENV)/.developing: pyproject.toml | $(VENV)/bin/python
	$(PIP) install --editable . --group test --group lint
	@touch $@ $(VENV)/.installed
