"""How many of an order's days count: it is measured once, and then on `track_days` further days."""

# A day that an admin withdrew or backdated costs the client none. Correlated with a table named `orders`.
COUNTED_DAYS = (
    "SELECT count(*) FROM measurement counted WHERE counted.order_id = orders.id"
    " AND counted.date >= orders.first_date AND counted.status <> 'withdrawn'"
)
