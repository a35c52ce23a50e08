"""How the orders on one keyword's day take turns, in the analysis and in the judging after it.

No client waits for all that another has ordered, and no collection for all that is ordered on another.
"""

from typing import Final

# Worked on together: the next of each client before a second one of any. Of more clients, those with the oldest orders.
ORDERS: Final = 20
# SQL: an order's place among those of its client that are selected.
PLACE: Final = "row_number() OVER (PARTITION BY orders.user_id ORDER BY orders.created_at, orders.id) AS turn"
