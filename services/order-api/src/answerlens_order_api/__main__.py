"""`python -m answerlens_order_api`."""

from answerlens_order_api.app import serve
from answerlens_order_api.settings import OrderApiSettings

if __name__ == "__main__":
    serve(OrderApiSettings())
