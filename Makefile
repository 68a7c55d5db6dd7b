# Everything here needs make and Python 3.11 or newer; the rest is fetched into .venv and build/.
PYTHON ?= python3
RUN := .venv/bin/python
READY := .venv/.ready
# Adds what benchmarks, fitting and fuzzing need to .venv, on top of what is there.
WITH := UV_PROJECT_ENVIRONMENT=.venv UV_PYTHON_DOWNLOADS=never $(RUN) -m uv run --quiet --frozen --python $(RUN)
BENCH := $(WITH) --group bench python -m tools.benchmark
FIT := $(WITH) --group fit python -m tools.training
FUZZ := $(WITH) --group fuzz python -m verification.fuzz
# In an environment of its own, because it pins an older boto3 than ours.
CHECKOV := UV_PYTHON_DOWNLOADS=never $(RUN) -m uv tool run --quiet --python $(RUN) --from checkov==3.3.30 checkov
PHOTO ?=
# As it was typed: make would expand the dollar sign of a file's name.
override PHOTO := $(value PHOTO)
PHOTOS ?= ../shared/photos
# Holds finished/ and everyday/, which tools/photo_roles.py divides.
FIT_PHOTOS ?= ../shared/fit
PAIRS ?=
BASE ?=
PORT ?= 4566
ONLY ?=
FILES ?=
SECONDS ?= 60
COUNT ?=
HISTORIES ?= 1000
ARGS ?=
export PHOTO FILES BASE
# Where it is set, each of the hundreds of processes of a test run would compile what it imports anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo local build check test test-deploy test-sfn-local lint format clean pictures fault-injection \
  histories malicious-files mutations fuzz verify-decoding audit bench-quality bench-rules bench-sizes bench-speed bench-load \
  bench-backfill bench-cold-start measure-costs measure-memory capacity-docs simulate-throttling retouch fit

help: ## Show this list
	@awk -F ':.*## ' '/^##@ / {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  make %-19s %s\n", $$1, $$2}' Makefile

##@ Use it
demo: $(READY) ## Send a photo through the whole pipeline on this machine (PHOTO=path for your own)
	@$(RUN) -m darkroom demo $${PHOTO:+"$$PHOTO"}

local: $(READY) ## Keep the pipeline running on this machine, for the aws command (PORT=4566)
	@$(RUN) -m darkroom local --port $(PORT)

build: $(READY) ## Make the functions' zips: build/lambda for AWS, build/host for this machine
	@$(RUN) -m darkroom build $(if $(ARCHITECTURE),--architecture $(ARCHITECTURE)) $(ARGS)

##@ Work on it
check: $(READY) ## Lint, types, unit and contract tests: the inner loop, about two minutes
	$(RUN) -m ruff check
	$(RUN) -m ruff format --check
	@echo 'Types, beside the tests ...'; $(RUN) -m mypy & types=$$!; \
	$(RUN) -m pytest -n 2 -q tests/unit tests/contract -m "not slow" $(ARGS); tests=$$?; wait $$types && exit $$tests

test: $(READY) ## Run every test (ARGS="-k ledger" for some)
	@$(RUN) -m darkroom build host
	@# Three on two cores, because tests of faults and of deployments also wait.
	$(RUN) -m pytest -n 3 -m "not exhaustive" --durations=15 --durations-min=5 $(ARGS)

test-deploy: $(READY) ## Deploy by Terraform and by deploy.sh to the embedded AWS, compare, destroy
	@$(RUN) -m darkroom build host
	$(RUN) -m pytest tests/deployment -rs $(ARGS)

test-sfn-local: $(READY) ## Run the definition in Step Functions Local too, where a Docker engine answers
	@$(RUN) -m darkroom build host
	$(RUN) -m pytest tests/sfn_local -rs $(ARGS)

lint: $(READY) ## Check style, format, types, state machines, scripts, and Terraform where it is installed
	$(RUN) -m ruff check
	$(RUN) -m ruff format --check
	$(RUN) -m mypy
	$(RUN) -m tests.lint_asl
	.venv/bin/shellcheck -x deploy/*.sh .ci/*
	@if command -v terraform >/dev/null; then set -x; terraform fmt -check -recursive -diff terraform && \
	  terraform fmt -check -recursive -diff tests/deployment; else \
	  echo 'terraform fmt is skipped: terraform is not on PATH'; fi
	$(CHECKOV) --directory terraform --framework terraform --compact --quiet --skip-download

format: $(READY) ## Put style and format in order
	$(RUN) -m ruff check --fix
	$(RUN) -m ruff format

audit: $(READY) ## Check the locked dependencies for known vulnerabilities
	@UV_PROJECT_ENVIRONMENT=.venv UV_PYTHON_DOWNLOADS=never $(RUN) -m uv run --quiet --frozen --group audit \
	  --python $(RUN) python -m tools.audit

clean: ## Remove what make made: .venv, build and caches
	rm -rf .venv build .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find darkroom functions verification tools tests -name __pycache__ -type d -prune -exec rm -rf {} +

pictures: $(READY) ## Make the pictures of README.md and docs/ anew, into docs/pictures
	@$(RUN) -m tools.pictures

##@ Prove it
fault-injection: $(READY) ## Let every AWS call meet every fault, about 30 minutes (ONLY="a photo: notify" for some)
	@$(RUN) -m verification.faults --only "$(ONLY)"

histories: $(READY) ## Try random histories of uploads, events and re-runs (HISTORIES=1000)
	@HISTORIES=$(HISTORIES) $(RUN) -m pytest verification/histories -q

malicious-files: $(READY) ## Send files made to do harm through the whole pipeline (FILES=folder for your own)
	@$(RUN) -m verification.corpus $${FILES:+"$$FILES"}

mutations: $(READY) ## Break the code at each condition, and see a test fail, half an hour (ONLY="lease" for some)
	@$(RUN) -m verification.mutations --only "$(ONLY)"

fuzz: $(READY) ## Fuzz what reads headers and metadata, on Linux (SECONDS=60)
	@$(FUZZ) --seconds $(SECONDS)

verify-decoding: $(READY) ## Compare unedited copies with how libvips and ImageMagick read the originals (FILES=folder for your own)
	@$(RUN) -m verification.decoding $${FILES:+"$$FILES"}

bench-quality: $(READY) ## Measure the photos' quality against goals, peers and an older checkout (PHOTOS= FIT_PHOTOS= BASE= ROLE=)
	@$(BENCH) quality "$(PHOTOS)" "$(FIT_PHOTOS)" $${BASE:+--base "$$BASE"} $${ROLE:+--role "$$ROLE"}

bench-rules: $(READY) ## Count the photos of folders in which a rule of the enhancement is broken (FINISHED=../shared/fit/finished)
	@$(BENCH) violations $(or $(FINISHED),"$(FIT_PHOTOS)/finished")

bench-sizes: $(READY) ## Measure the size of copies in parts of their sources' (PHOTOS=../shared/photos/good)
	@$(RUN) -m tools.benchmark sizes "$(PHOTOS)"

bench-speed: $(READY) ## Measure time and memory at 24 megapixels against decoding and encoding (BASE=path for an older checkout)
	@$(BENCH) speed $${BASE:+"$$BASE"}

bench-load: $(READY) ## Send many photos at once, and account for each (COUNT=500)
	@$(RUN) -m verification.load $(COUNT)

bench-backfill: $(READY) ## Plan, apply, interrupt and apply a backfill again, and account for each (COUNT=2000)
	@$(RUN) -m verification.load.backfill_load $(COUNT)

bench-cold-start: $(READY) ## Measure the processor time of functions' starts (BASE=path for an older checkout to compare with)
	@$(RUN) -m tools.benchmark cold-start $${BASE:+"$$BASE"}

measure-costs: $(READY) ## Count what a photo takes of everything that is paid for
	@$(RUN) -m verification.load.measure_costs

measure-memory: $(READY) ## Measure memory and time for the largest photo of every format (ONLY="PNG" for some)
	@$(RUN) -m verification.load.measure_memory --only "$(ONLY)"

capacity-docs: $(READY) ## Write costs and capacity into docs/deploy.md and docs/capacity.md
	@$(RUN) -m verification.load.capacity_tables

simulate-throttling: $(READY) ## Simulate bulk uploads and bursts against the quotas of Lambda and Step Functions
	@$(RUN) -m verification.load.throttled_report

retouch: $(READY) ## Make pairs to train on: flat exports of good photos, retouched by MAXIM (FIT_PHOTOS=path PAIRS=path)
	@$(FIT) flatten "$(FIT_PHOTOS)" "$(PAIRS)"
	@test -d build/maxim/package || { mkdir -p build/maxim && cd build/maxim && \
	  npm pack --silent @upscalerjs/maxim-retouching@0.1.0 | xargs tar -xzf; }
	@$(WITH) --with tensorflow-cpu==2.21.0 python -m tools.training.maxim build/maxim/package/models "$(PAIRS)"

fit: $(READY) ## Train the model that predicts corrections (FIT_PHOTOS=path PAIRS=path)
	@$(FIT) learn "$(FIT_PHOTOS)" "$(PAIRS)"

# Once, and again when the locked packages change. A moved or half-made .venv is made anew.
$(READY): pyproject.toml uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo 'Darkroom needs Python 3.11 or newer, and "$(PYTHON)" is not: install it, or name one: make PYTHON=python3.13' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo 'This Python comes without venv: on Debian and Ubuntu, apt install python3-venv' >&2; exit 1; }
	@echo 'Setting up .venv ...'
	@$(RUN) -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv
	@$(RUN) -m pip install --quiet --disable-pip-version-check \
	  "$$(sed -n 's/^ *"\(uv==[^"]*\)".*/\1/p' pyproject.toml)"
	@UV_PROJECT_ENVIRONMENT=.venv UV_PYTHON_DOWNLOADS=never $(RUN) -m uv sync --quiet --frozen --python $(RUN)
	@touch $@
