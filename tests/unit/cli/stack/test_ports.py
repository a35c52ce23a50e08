import pytest

from answerlens_cli.stack.ports import SERVICES, PortBlock


def test_no_two_processes_of_a_stack_share_a_port() -> None:
    block = PortBlock(23100)
    backing = [block.postgres, block.amqp, block.distribution, block.epmd, block.rabbitmq_metrics, block.sandbox]
    services = [block.service(name, replica) for name in SERVICES for replica in range(1, 10)]
    ports = [block.base, *backing, *services]
    assert len(set(ports)) == len(ports)
    assert all(23100 <= port < 23200 for port in ports)


@pytest.mark.parametrize("replica", [0, 10])
def test_a_replica_that_would_take_anothers_port_is_refused(replica: int) -> None:
    with pytest.raises(ValueError, match=f"replica {replica} of collector"):
        PortBlock(23100).service("collector", replica)
