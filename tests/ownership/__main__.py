"""`python -m tests.ownership`: writes into the READMEs anew what is stored."""

from tests.ownership.rows import write

write()
