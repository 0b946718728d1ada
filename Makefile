# The ketamine evidence database. `make help` lists what there is.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV ?= .venv
HARVEST = $(VENV)/bin/harvest
PORT ?= 8001

help:  ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

# The stamp holds what was installed; it is made again when pyproject.toml changes.
$(VENV)/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check -e '.[test]'
	touch $@

install: $(VENV)/.installed  ## create the environment in .venv and install

run: install build check export serve  ## install, build from what is here, check, write the downloads, serve on 127.0.0.1:8001

test: install  ## every test that needs nothing but this repository
	$(VENV)/bin/python -m pytest -q -n auto --dist loadfile

harvest: install  ## harvest the live services into data/raw.db (resumable)
	$(HARVEST) fetch

update: install  ## the incremental run for cron: fetch what changed, rebuild
	@$(HARVEST) fetch; fetched=$$?; $(HARVEST) build && exit $$fetched  # what arrived is published, what did not is told

build: install  ## build data/ketamine.db from the starter set and data/raw.db
	$(HARVEST) build

check: install  ## prove what data/ketamine.db promises
	$(HARVEST) check

export: install  ## write data/downloads/: CSV, Parquet, JSON lines, notebook, checksums
	$(HARVEST) export

serve: install  ## serve data/ketamine.db on 127.0.0.1:8001
	$(HARVEST) serve --port $(PORT)

public: install  ## write data/public/, for publication: abstracts only under open licences, and its downloads
	$(HARVEST) public
	$(HARVEST) export --data data/public

lint: install  ## ruff and mypy
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	$(VENV)/bin/ruff check . && $(VENV)/bin/ruff format --check . && $(VENV)/bin/mypy

docs: install  ## write the command pages of README.md from the help texts
	$(VENV)/bin/python -m harvest.help README.md

clean:  ## remove the environment; databases stay
	rm -rf $(VENV)

.PHONY: help install run test harvest update build check export serve public lint docs clean
