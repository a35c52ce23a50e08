"""What a user of the API may do."""

from answerlens_common.wording import Worded


class Role(Worded):
    """A user's role."""

    CLIENT = "client", "客户，只看到自己的订单。", "Orders, and sees its own orders only."
    ADMIN = "admin", "管理员。", "Sees everything, and operates the installation."
