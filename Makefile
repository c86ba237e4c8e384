# Two commands on a fresh machine: `make demo` and `make test`. Needs Python 3.11 to 3.13 and make, nothing else.
PYTHON ?= python3
BIN := .venv/bin
export ALBUMLIB_HOME ?= $(CURDIR)/work
export NUMBA_CACHE_DIR ?= $(ALBUMLIB_HOME)/numba

.PHONY: demo page site test test-slow test-torch lab notebooks lint lock clean

demo: .venv/ready  ## Make demo music, train both networks small, paint covers
	@$(BIN)/albumlib run notebooks/00_from_song_to_cover.ipynb $(ALBUMLIB_HOME)/demo/00_from_song_to_cover.ipynb \
		-p profile demo
	@echo
	@echo "Executed notebook  $(ALBUMLIB_HOME)/demo/00_from_song_to_cover.ipynb"
	@echo "Gallery            $(ALBUMLIB_HOME)/demo/gallery.png"
	@echo "Covers of a song   $(ALBUMLIB_HOME)/demo/covers/ (by the generator just trained, and by the one of the package)"
	@echo "Next               make lab"

test: .venv/ready  ## Run the tests, every notebook in its tiny profile among them
	@$(BIN)/python -m pytest -n 2 -m "not slow"

test-slow: .venv/ready  ## Run the others: commands stopped, killed and on full disks; trainings cut and compared
	@$(BIN)/python -m pytest -n 2 -m slow

test-torch: .venv/ready  ## Run the tests of the GAN under PyTorch (first: .venv/bin/pip install torch)
	@KERAS_BACKEND=torch $(BIN)/python -m pytest -n 2 tests/covers tests/evaluation

page: .venv/ready  ## Notebook 12 as a web page, for this machine alone (IP=0.0.0.0: for the network)
	@$(BIN)/python -m albumlib.course.song.serve --ip $(or $(IP),127.0.0.1) --port $(or $(PORT),8866)

site: .venv/ready  ## Make a web site of the notebooks, the pages beside them and the docstrings
	@$(BIN)/python -m pip install --disable-pip-version-check -q -e ".[site]"
	@rm -rf $(ALBUMLIB_HOME)/site && mkdir -p $(ALBUMLIB_HOME)/site
	@cp -r docs $(ALBUMLIB_HOME)/site/source && cp -r notebooks $(ALBUMLIB_HOME)/site/source/notebooks
	@$(BIN)/python -m sphinx -q -W --keep-going $(ALBUMLIB_HOME)/site/source $(ALBUMLIB_HOME)/site/html
	@echo "The site: $(ALBUMLIB_HOME)/site/html/index.html"

lab: .venv/ready  ## Open the notebooks
	@$(BIN)/jupyter lab notebooks

notebooks: .venv/ready  ## Run the committed notebooks in place, in order, in the demo profile
	@$(BIN)/python -m albumlib.batch.refresh notebooks

lint: .venv/ready  ## Check style
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

lock:  ## Renew requirements.lock from pyproject.toml (needs uv)
	uv pip compile --universal --python-version 3.11 --extra course --extra test --no-header --no-annotate -q pyproject.toml -o requirements.lock

.venv/ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; ok = (3, 11) <= sys.version_info < (3, 14); sys.exit(0 if ok else "albumlib needs Python 3.11, 3.12 or 3.13, and $(PYTHON) is %d.%d; try: make PYTHON=python3.12 ..." % sys.version_info[:2])'
	@echo "Making the environment in .venv: about 700 MB to download, 1 to 5 minutes"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --disable-pip-version-check --progress-bar off -r requirements.lock > .venv/install.log 2>&1 & \
		installing=$$!; shown=; \
		while kill -0 $$installing 2>/dev/null; do sleep 2; \
			now=$$(awk '/^Collecting/ {n++} /^Installing collected/ {i=1} END {print i ? "  installing them" : "  " n+0 " packages found"}' .venv/install.log); \
			[ "$$now" = "$$shown" ] || { echo "$$now"; shown=$$now; }; done; \
		wait $$installing || { tail -n 20 .venv/install.log; echo "The whole log: .venv/install.log"; exit 1; }
	@# musicnn's own requirements are of 2019 and clash with ours; only the weights in it are read.
	@$(BIN)/python -m pip install --disable-pip-version-check -q --no-deps musicnn==0.1.0 -e . >> .venv/install.log 2>&1 || { tail -n 20 .venv/install.log; exit 1; }
	@touch $@

clean:  ## Remove the environment and everything that was made
	rm -rf .venv $(ALBUMLIB_HOME)
