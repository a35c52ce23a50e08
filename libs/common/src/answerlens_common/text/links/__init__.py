"""Whose page a link leads to, by registrable domain and subdomain, never by substring.

`reading` takes an address apart, as it stands in an answer; `tracking` says which parameters make no page;
`redirects` follows a site's own redirect to the target it names; `owners` says whose page that is.
"""

from answerlens_common.text.links.owners import LinkOwner, Owners, classify
from answerlens_common.text.links.reading import Page, group_key, is_domain, read_link, registrable_domain

__all__ = ["LinkOwner", "Owners", "Page", "classify", "group_key", "is_domain", "read_link", "registrable_domain"]
