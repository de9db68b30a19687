"""The command line: `gongzhi COMMAND --help`. Long work shows progress; `--json` is for scripts; exit codes are honest."""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable, Coroutine
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from infra.settings import Settings
from infra.trouble import Trouble

app = typer.Typer(no_args_is_help=True, add_completion=False, help="共治 Gongzhi: record, project, answer and prove.")
ledgers = typer.Typer(no_args_is_help=True, help="Open and remove ledgers. 开立与删除账本。")
app.add_typer(ledgers, name="ledger")
out, err = Console(), Console(stderr=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for scripts. 输出 JSON。")]
LedgerCode = Annotated[str, typer.Option("--ledger", help="The ledger's code. 账本代码。")]


def main() -> None:
    """Run a command; troubles that an operator can put right are told plainly, exit code 2."""
    try:
        app()
    except Trouble as trouble:
        err.print(trouble.zh, trouble.en, sep="\n", style="red", highlight=False)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
