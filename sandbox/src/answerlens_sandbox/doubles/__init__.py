"""Doubles of chat sites of whose streams only notes exist: pages with the notes' anchors, streams as they say.

Streams know nothing of who reads them. What a site does before it answers (signatures, tokens, proofs of work) is not
imitated.
"""

from answerlens_sandbox.doubles import chatgpt, kimi, qianwen, qwen, wenxin, yuanbao
from answerlens_sandbox.doubles.site import routes_of

DOUBLES = (chatgpt.SITE, kimi.SITE, qianwen.SITE, qwen.SITE, wenxin.SITE, yuanbao.SITE)

routes = [route for double in DOUBLES for route in routes_of(double)]
