"""`python -m answerlens_bank_builder`."""

from answerlens_bank_builder.app import build
from answerlens_bank_builder.settings import BankBuilderSettings

if __name__ == "__main__":
    build(BankBuilderSettings()).run()
