"""Structured logs: JSON in production, coloured text at a terminal."""

import logging
import sys

import structlog

from answerlens_common.settings import LogSettings


def configure_logs(settings: LogSettings, service: str) -> None:
    """Send every log line of the process, libraries' too, through structlog to standard output."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if settings.format == "json"
        else structlog.dev.ConsoleRenderer(
            colors=sys.stdout.isatty(),
            # a rich traceback would print local variables, keys and passwords among them
            exception_formatter=structlog.dev.plain_traceback,
        )
    )
    last = [structlog.processors.format_exc_info] if settings.format == "json" else []
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(settings.level)
    for noisy in ("uvicorn.access", "aiormq", "aio_pika", "httpx", "httpx2", "faststream"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    structlog.contextvars.bind_contextvars(service=service)


def get_logger() -> structlog.stdlib.BoundLogger:
    """A logger that carries the context bound so far (service, stage, keyword, …)."""
    return structlog.stdlib.get_logger("answerlens")
