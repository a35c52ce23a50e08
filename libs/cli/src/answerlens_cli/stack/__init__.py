"""The local stack: private PostgreSQL and RabbitMQ, the sandbox and all services under one supervisor."""

from answerlens_cli.stack.environment import Addresses
from answerlens_cli.stack.errors import StackError
from answerlens_cli.stack.stack import Stack, backing_services
from answerlens_cli.stack.state import Details, read_details

__all__ = ["Addresses", "Details", "Stack", "StackError", "backing_services", "read_details"]
