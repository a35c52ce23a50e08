"""`python -m answerlens_order_api`."""

if __name__ == "__main__":
    # the processes beside it import this module too, and need none of it
    from answerlens_order_api.app import serve
    from answerlens_order_api.settings import OrderApiSettings

    serve(OrderApiSettings())
