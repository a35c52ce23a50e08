"""A private RabbitMQ: its files and the environment its start script and tools read."""

import json
import os
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from answerlens_cli.stack.ports import PortBlock
from answerlens_common.broker.accounts import DEFAULT_VHOST, definitions, user

NODE = "answerlens@localhost"
USER = "answerlens"
# The broker closes a consumer that keeps a message unacked for longer; its own half hour is too short for a
# model that loads slowly. In milliseconds.
CONSUMER_TIMEOUT_MS = 2 * 60 * 60 * 1000


def prepare(run_dir: Path, ports: PortBlock, password: str, service_passwords: Mapping[str, str]) -> None:
    """Write the broker's configuration under `<run_dir>/rabbitmq`; what it stored there before is kept.

    Args:
        run_dir: the stack's run folder.
        ports: where to listen; loopback only.
        password: of the broker's administrator.
        service_passwords: of each service's own user. All users are made, or renewed, whenever the broker starts.
    """
    folder = run_dir / "rabbitmq"
    for name in ("home", "mnesia", "log"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    settings = {
        "listeners.tcp.1": f"127.0.0.1:{ports.amqp}",
        "prometheus.tcp.ip": "127.0.0.1",
        "prometheus.tcp.port": ports.rabbitmq_metrics,
        "load_definitions": folder / "definitions.json",
        "consumer_timeout": CONSUMER_TIMEOUT_MS,
        "log.file": "false",
        "log.console": "true",
        # The write-ahead log of the quorum queues grows to 512 MB by default, in memory as well.
        "raft.wal_max_size_bytes": 64_000_000,
    }
    (folder / "rabbitmq.conf").write_text("".join(f"{key} = {value}\n" for key, value in settings.items()))
    (folder / "enabled_plugins").write_text("[rabbitmq_prometheus].\n")
    (folder / "definitions.json").write_text(json.dumps(_definitions(password, service_passwords)))


def _definitions(password: str, service_passwords: Mapping[str, str]) -> dict[str, Any]:
    """What the broker imports when it starts; it makes no user of its own then."""
    services = definitions(DEFAULT_VHOST, {name: SecretStr(each) for name, each in service_passwords.items()})
    everything = {"configure": ".*", "write": ".*", "read": ".*"}
    return {
        "vhosts": [{"name": DEFAULT_VHOST}],
        "users": [user(USER, password, "administrator"), *services["users"]],
        "permissions": [{"user": USER, "vhost": DEFAULT_VHOST, **everything}, *services["permissions"]],
    }


def environment(run_dir: Path, ports: PortBlock) -> dict[str, str]:
    """What the start script, and `/usr/lib/rabbitmq/bin/rabbitmqctl`, need to find this broker and no other."""
    folder = run_dir / "rabbitmq"
    return {
        "RABBITMQ_NODENAME": NODE,
        "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODE_PORT": str(ports.amqp),
        "RABBITMQ_DIST_PORT": str(ports.distribution),
        "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
        "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
        # Never the system's own settings, should there be any in /etc/rabbitmq.
        "RABBITMQ_CONF_ENV_FILE": os.devnull,
        "RABBITMQ_ADVANCED_CONFIG_FILE": str(folder / "advanced.config"),
        "RABBITMQ_LOG": "-color",
        # Erlang would start a port mapper as a daemon that outlives everything: ours is supervised.
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": ("-start_epmd false -kernel inet_dist_use_interface {127,0,0,1}"),
        "ERL_EPMD_PORT": str(ports.epmd),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
    }


def is_ready(port: int) -> bool:
    """Whether the broker on this port of 127.0.0.1 answers a client's greeting."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            connection.sendall(b"AMQP\x00\x00\x09\x01")
            # A method frame (type 1): Connection.Start. A broker that is not ready closes or says its version.
            return connection.recv(1) == b"\x01"
    except OSError:
        return False
