"""Logs: a line an event on standard error, for people on a terminal and as JSON elsewhere; never local variables,
which may hold names, telephones or tokens."""

import sys

import structlog

__all__ = ["log_plainly"]


def log_plainly() -> None:
    """For the whole process."""
    people = sys.stderr.isatty()
    plain = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=False),
            *([plain] if people else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
