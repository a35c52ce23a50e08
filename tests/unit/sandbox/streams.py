"""Reading the sites' streams, for the tests: written from the notes on the real sites, not from the sandbox."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx

from answerlens_sandbox.sign import digest, is_proof

Json = dict[str, Any]


def frames(text: str) -> Iterator[tuple[str, Json]]:
    """Yield event name and data."""
    for block in text.split("\n\n"):
        lines = [line.split(": ", 1) for line in block.split("\n") if ": " in line and not line.startswith(":")]
        fields = dict(lines)
        if "data" in fields:
            yield fields.get("event", "message"), json.loads(fields["data"])


@dataclass
class PatchedReply:
    """What the first site's stream comes to."""

    response: Json = field(default_factory=dict)
    names: list[str] = field(default_factory=list)

    def text(self, kind: str) -> str:
        return "".join(str(each["content"]) for each in self.response["fragments"] if each["type"] == kind)

    @property
    def results(self) -> list[Json]:
        return [result for each in self.response["fragments"] for result in each.get("results", [])]


def patched(text: str) -> PatchedReply:
    """Apply the patches of the first site's stream."""
    reply = PatchedReply()
    path = ""
    for name, data in frames(text):
        reply.names.append(name)
        if name != "message":
            continue
        if not reply.response:
            reply.response = data["v"]["response"]
            continue
        path = data.get("p", path)
        _patch({"response": reply.response}, path, data.get("o"), data["v"])
    return reply


def _patch(target: Any, path: str, operation: str | None, value: Any) -> None:
    *parents, last = path.split("/")
    for part in parents:
        target = target[int(part)] if isinstance(target, list) else target[part]
    known = target.get(last)
    if operation == "BATCH":
        for each in value:
            _patch(known, each["p"], each.get("o"), each["v"])
    elif isinstance(known, list) and operation == "APPEND":
        known.extend(value)
    elif isinstance(known, str) and operation in ("APPEND", None) and last == "content":
        target[last] += value
    else:
        target[last] = value


@dataclass
class NamedReply:
    """What the second site's stream comes to."""

    text: str = ""
    thinking: str = ""
    tts: str = ""
    cited: list[int] = field(default_factory=list)
    results: list[Json] = field(default_factory=list)
    suggestions: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    results_after_text: bool = False
    thinking_block: str = ""


def named(text: str) -> NamedReply:
    """Join the events of the second site's stream."""
    reply = NamedReply()
    for name, data in frames(text):
        reply.names.append(name)
        if name == "STREAM_MSG_NOTIFY":
            for block in data["content"]["content_block"]:
                _block(reply, block)
        elif name == "CHUNK_DELTA":
            reply.text += data["text"]
        elif name == "SSE_REPLY_END":
            reply.ends.append(data["end_type"])
        elif name == "STREAM_CHUNK":
            for patch in data["patch_op"]:
                _operation(reply, patch)
    return reply


def _operation(reply: NamedReply, patch: Json) -> None:
    value = patch["patch_value"]
    if patch["patch_object"] == 1:
        for block in value["content_block"]:
            _block(reply, block)
    elif patch["patch_object"] == 111:
        reply.tts += value["tts_content"]
    elif patch["patch_object"] == 50 and "sp_v2" in value["ext"]:
        reply.suggestions.append(json.loads(value["ext"]["sp_v2"])["content"])


def _block(reply: NamedReply, block: Json) -> None:
    content = block["content"]
    if block["block_type"] == 10040:
        reply.thinking_block = block["block_id"]
    elif block["block_type"] == 10000 and block["parent_id"]:
        assert block["parent_id"] == reply.thinking_block
        reply.thinking += content["text_block"]["text"]
    elif block["block_type"] == 10000:
        reply.text += content["text_block"]["text"]
        reply.cited += json.loads(block.get("ext", {}).get("reference_index", "[]"))
    elif block["block_type"] == 10025:
        cards = content["search_query_result_block"]["results"]
        reply.results = [card.get("text_card") or card["video_card"] for card in cards]
        reply.results_after_text = bool(reply.text)


async def ask_a(client: httpx.AsyncClient, question: str, **options: bool) -> httpx.Response:
    """Ask the first site as its page does: solve a challenge, then post."""
    created = await client.post("/chat-a/api/v0/chat/create_pow_challenge", json={})
    challenge = created.json()["data"]["biz_data"]["challenge"]
    prefix = f"{challenge['salt']}_{challenge['challenge']}_"
    nonce = next(each for each in range(10**6) if is_proof(prefix, each, challenge["difficulty"]))
    proof = base64.b64encode(json.dumps({**challenge, "answer": nonce}).encode()).decode()
    body = {"chat_session_id": "s", "prompt": question, "thinking_enabled": False, "search_enabled": True, **options}
    headers = {"x-ds-pow-response": proof}
    return await client.post("/chat-a/api/v0/chat/completion", json=body, headers=headers)


async def ask_b(client: httpx.AsyncClient, question: str, deep: int = 0) -> httpx.Response:
    """Ask the second site as its page does: sign the address and the body."""
    block = {"block_type": 10000, "content": {"text_block": {"text": question}}}
    body = json.dumps(
        {
            "client_meta": {"conversation_id": "0"},
            "messages": [{"content_block": [block]}],
            "option": {"need_deep_think": deep, "need_create_conversation": True},
        }
    )
    query = "aid=497858&device_id=1&msToken=2"
    return await client.post(
        f"/chat-b/chat/completion?{query}&a_bogus={digest(f'{query}|{body}')}", content=body.encode()
    )
