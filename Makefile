# make help tells what there is; every target makes the environment it needs.
SHELL := /bin/sh
BIN := .venv/bin
READY := .venv/.ready
ARGS ?=
JSON ?=

# Of the pythons on PATH the first that is new enough, as the interpreter behind any virtual environment.
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	"$$python" -c 'import sys; sys.version_info < (3, 11) and sys.exit(1); print(sys._base_executable)' 2>/dev/null \
	&& break; done)

.DEFAULT_GOAL := help
.PHONY: help run test bench lint types imports printed coverage mutants lock clean

help: ## this list 本列表
	@sed -n 's/^\([a-z]*\):.*## /\1	/p' $(firstword $(MAKEFILE_LIST)) | while IFS='	' read -r target says; do \
		printf '  make %-8s %s\n' "$$target" "$$says"; done

run: $(READY) ## serve the demo counties 启动服务并载入示范县
	@$(BIN)/gongzhi serve --demo $(ARGS)

test: $(READY) ## the test suite; ARGS="tests/test_x.py -n 0" 运行测试
	@$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadgroup $(ARGS)

bench: $(READY) ## the benchmarks; JSON=path writes the numbers 运行基准测试
	@$(BIN)/python -m tests.bench $(if $(JSON),--json "$(JSON)") $(ARGS)

coverage: $(READY) ## the test suite with its branch coverage, which has a floor 测试覆盖率
	@$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadgroup --cov --cov-report=term $(ARGS)

mutants: $(READY) ## does a test fail when the kernel or the tree is changed? 变异测试
	@$(BIN)/mutmut run $(ARGS); $(BIN)/mutmut results

lint: $(READY) ## ruff: rules and format 代码规范
	@$(BIN)/ruff check --quiet . && $(BIN)/ruff format --quiet --check .

types: $(READY) ## mypy, strict 类型检查
	@$(BIN)/mypy

imports: $(READY) ## which layer may import which 分层依赖
	@$(BIN)/lint-imports --no-logo

printed: $(READY) ## write anew what is printed: schema, codes, events, mechanisms, rules 重新生成模式、代码表、事件、机制与规则清单
	@$(BIN)/python -c "from api import codes, schema; schema.regenerate(); codes.regenerate()"
	@$(BIN)/python -m tests.released
	@$(BIN)/python -m tests.mechanisms
	@$(BIN)/python -m tests.bylaws

lock: $(READY) ## pin the dependencies again; ARGS=--upgrade 重新锁定依赖
	@$(BIN)/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --custom-compile-command "make lock" --quiet --output-file requirements.lock $(ARGS)

clean: ## remove the environment and all caches, never data 清除环境与缓存，不动数据
	@rm -rf .venv build dist htmlcov mutants .coverage .coverage.* .hypothesis .import_linter_cache .mypy_cache \
		.pytest_cache .ruff_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): requirements.lock pyproject.toml
	@if [ -z "$(PYTHON)" ]; then \
		echo "Gongzhi needs Python 3.11 or later. Install it, or name it: make PYTHON=/path/to/python3.11"; \
		echo "共治需要 Python 3.11 或更高版本。请先安装，或用 make PYTHON=/path/to/python3.11 指定。"; \
		exit 1; fi
	@echo "Making the environment in .venv (once, about a minute) 正在准备运行环境（仅首次，约一分钟）"
	@if command -v uv >/dev/null 2>&1; then \
		uv venv --quiet --allow-existing --python "$(PYTHON)" .venv && \
		uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock && \
		uv pip install --quiet --python $(BIN)/python --no-build-isolation --no-deps --editable .; \
	else \
		"$(PYTHON)" -m venv .venv && \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock && \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .; \
	fi || { \
		echo "The environment could not be made; the message above says why. Common causes: no network, or on"; \
		echo "Debian and Ubuntu the package python3-venv is missing. Then run the same command again."; \
		echo "运行环境未能建成，原因见上。常见原因：没有网络，或 Debian、Ubuntu 缺少 python3-venv 包。处理后请重试。"; \
		exit 1; }
	@touch $@
