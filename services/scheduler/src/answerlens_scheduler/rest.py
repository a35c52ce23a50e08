"""How long a job that has failed is left alone: longer each time.

One that is too slow for the database would else keep it busy just when it has most to do.
"""

from dataclasses import dataclass

# A job that fails takes no more than one part in so many of the time.
SHARE = 10
LONGEST_SECONDS = 600.0


@dataclass
class Rest:
    """One job's; moments are those of a monotonic clock.

    Attributes:
        failures: since it last succeeded.
        until: it is left alone until then.
    """

    failures: int = 0
    until: float = 0.0

    def failed(self, now: float, took: float, shortest: float) -> float:
        """Rest after a failure that kept the database busy for `took` seconds.

        Returns:
            For how many seconds: at least `shortest`, doubled each time.
        """
        self.failures += 1
        doubled = shortest * 2.0 ** min(self.failures, 60)
        seconds = min(LONGEST_SECONDS, max(doubled, took * (SHARE - 1)))
        self.until = now + seconds
        return seconds

    def succeeded(self) -> None:
        """No rest is due."""
        self.failures, self.until = 0, 0.0
