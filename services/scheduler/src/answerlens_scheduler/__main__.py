"""`python -m answerlens_scheduler`."""

from answerlens_scheduler.app import build
from answerlens_scheduler.settings import SchedulerSettings

if __name__ == "__main__":
    build(SchedulerSettings()).run()
