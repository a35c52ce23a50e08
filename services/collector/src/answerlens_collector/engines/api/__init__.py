"""Engines of kind `api`: an endpoint in the manner of OpenAI's, asked as its file says.

`profile` is the file, `engine` the places, `conversation` one question with its rounds, `transport` one request,
`streaming` what a stream adds up to, `failures` what a refusal means, `reading` and `sources` the answer in a reply.
"""

from answerlens_collector.engines.api.engine import ApiEngine
from answerlens_collector.engines.api.profile import ApiProfile

__all__ = ["ApiEngine", "ApiProfile"]
