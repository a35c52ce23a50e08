"""Wires the scheduler."""

from collections.abc import Iterable

from answerlens_common.broker.topology import Queue
from answerlens_common.events import RefreshRequested
from answerlens_common.service import Service
from answerlens_common.work.outbox import OutboxRelay
from answerlens_scheduler.chores import ChoreRunner
from answerlens_scheduler.depth import with_messages
from answerlens_scheduler.handlers import Handlers
from answerlens_scheduler.housekeeping import all_chores
from answerlens_scheduler.jobs import all_jobs
from answerlens_scheduler.settings import SchedulerSettings
from answerlens_scheduler.stalled import Stalled
from answerlens_scheduler.timer import Timer


def build(settings: SchedulerSettings) -> Service:
    """The scheduler: a clock, an outbox, and the refresh that an admin may fire."""
    service = Service("scheduler", settings)
    relay = OutboxRelay(service.db, service.delivery)
    service.background("outbox", relay.run)
    service.background("outbox-notifications", relay.notifications.run)
    limits = Stalled(settings.stalled.lost_seconds, settings.stalled.seconds, settings.stalled.resumes)

    async def waiting(queues: Iterable[Queue]) -> set[Queue]:
        return await with_messages(settings.rabbitmq.url, queues, settings.work.retry_delays)

    jobs = all_jobs(settings.freshness, limits, settings.stalled.check_seconds, waiting, settings.diagnosis)
    chores = all_chores(service.db, settings)
    service.background("timer", Timer(service.db, [*jobs, *(chore.job for chore in chores)], settings).run)
    service.background("chores", ChoreRunner(service.db, chores, settings.work).run)
    handlers = Handlers(service.db, settings.freshness)
    service.consumer(RefreshRequested, handlers.on_refresh_requested, prefetch=1)
    return service
