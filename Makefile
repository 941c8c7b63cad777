# ring3: every target sets up what it needs, on a fresh machine too.
#
#   make run     build the bootable image ring3.img and boot it in QEMU
#   make test    all the tests: unit, oracle (GNU as, readelf, glibc, Linux) and boot (QEMU)
#   make fuzz    random instructions against GNU as, for FUZZ_SECONDS from SEED; as long,
#                hostile sources against the assembler; then random calls and broken programs
#                against the kernel, for hours: until one fails, or Ctrl-C, or for FUZZ_ROUNDS
#                rounds (of 1,400,000 calls and 1,000 programs)
#   make deterministic  every program REPEATS times with one seed, on a computer that is kept
#                busy: is every transcript the same, byte for byte?
#   make stress  STRESS_BOOTS boots of every kind of end, on busy CPUs: what is wrong or left over?
#   make wrong-kernels    all the kernels with a mistake, and what their post-mortems say
#   make wrong-solutions  all the wrong solutions of the assignments, judged by all checks
#   make grading          GRADED submissions of each assignment at once: each graded once and
#                rightly, seconds each, and what a killed grader and a killed worker cost
#   make docs    the site, in build/docs: chapters, reference, pictures drawn from what is built
#   make lint    ruff and mypy
#   make lines   the lines of kernel assembly, against the core's budget
#   make clean   remove what was built, and the virtual environment

VENV   := .venv
BIN    := $(VENV)/bin
WORKERS ?= auto
FUZZ_SECONDS ?= 60
GRADED ?= 200
STRESS_BOOTS ?= 500
REPEATS ?= 20
FUZZ_ROUNDS ?=
SEED ?= 1

.PHONY: run test fuzz deterministic stress wrong-kernels wrong-solutions grading record-wrong-kernels docs lint lines clean
.DELETE_ON_ERROR:

run: $(VENV)/.ready-run
	$(BIN)/build-image -o ring3.img
	$(BIN)/ring3 run --image ring3.img

test: $(VENV)/.ready-test
	$(BIN)/python -m pytest -n $(WORKERS)

fuzz: $(VENV)/.ready-test
	PYTHONPATH=tests $(BIN)/python -m oracle.asm.fuzz_encoder --seconds $(FUZZ_SECONDS) --seed $(SEED)
	PYTHONPATH=tests $(BIN)/python -m oracle.asm.fuzz_sources --seconds $(FUZZ_SECONDS) --seed $(SEED)
	$(BIN)/python tests/fuzz.py $(SEED) $(FUZZ_ROUNDS)

deterministic: $(VENV)/.ready-test
	RING3_REPEATS=$(REPEATS) RING3_HOGS=2 $(BIN)/python -m pytest tests/boot/test_deterministic_programs.py

stress: $(VENV)/.ready-test
	$(BIN)/python tests/stress.py $(STRESS_BOOTS)

wrong-kernels: $(VENV)/.ready-test
	RING3_ALL_WRONG_KERNELS=1 $(BIN)/python -m pytest -n $(WORKERS) tests/boot/test_wrong_kernels.py

wrong-solutions: $(VENV)/.ready-test
	RING3_WHOLE_GRADES=1 $(BIN)/python -m pytest -n $(WORKERS) tests/boot/course/test_assignments.py

grading: $(VENV)/.ready-test
	$(BIN)/python benchmarks/grading.py --count $(GRADED)
	$(BIN)/python benchmarks/grading.py --count 20 --cluster gate

record-wrong-kernels: $(VENV)/.ready-test
	PYTHONPATH=tests $(BIN)/python -m boot.wrong_kernels.record

docs: $(VENV)/.ready-docs
	$(BIN)/python -m sphinx -q -W --keep-going -d build/doctrees docs build/docs

lint: $(VENV)/.ready-lint
	$(BIN)/ruff check builder tests benchmarks docs
	$(BIN)/ruff format --check builder tests benchmarks docs
	$(BIN)/mypy

lines:
	@builder/count-lines.sh

# One stamp for each purpose; the script leaves it once everything is there.
$(VENV)/.ready-%: pyproject.toml builder/setup.sh
	@builder/setup.sh $*

clean:
	rm -rf $(VENV) build dist ring3.img .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find builder tests -name __pycache__ -type d -prune -exec rm -rf {} +
