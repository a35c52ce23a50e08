// Reads the reply's named events into one message: text, references, search results, suggestions.
(function () {
  "use strict";

  const TEXT = 10000;
  const THINKING = 10040;
  const RESULTS = 10025;
  const LOADING = 10101;

  async function* events(body) {
    const decoder = new TextDecoder();
    const reader = body.getReader();
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read();
      rest += decoder.decode(value || new Uint8Array(), { stream: !done });
      const parts = rest.split("\n\n");
      rest = parts.pop();
      for (const part of parts) {
        const fields = {};
        for (const line of part.split("\n")) {
          const colon = line.indexOf(": ");
          if (colon > 0) fields[line.slice(0, colon)] = line.slice(colon + 2);
        }
        if (fields.event) yield { name: fields.event, data: JSON.parse(fields.data || "{}") };
      }
      if (done) return;
    }
  }

  function take(message, block) {
    const text = block.content.text_block ? block.content.text_block.text : "";
    if (block.block_type === THINKING) {
      message.thinkingBlock = block.block_id;
    } else if (block.block_type === TEXT && block.parent_id && block.parent_id === message.thinkingBlock) {
      message.thinking += text;
    } else if (block.block_type === TEXT) {
      message.text += text;
      const indexes = block.ext && block.ext.reference_index ? JSON.parse(block.ext.reference_index) : [];
      message.text += indexes.map((index) => `[citation:${index}]`).join("");
    } else if (block.block_type === LOADING) {
      message.loading = block.content.loading_block.text;
    } else if (block.block_type === RESULTS) {
      const found = block.content.search_query_result_block;
      message.summary = found.summary;
      message.results = found.results.map((each) => each.text_card || each.video_card);
    }
  }

  function apply(message, { name, data }) {
    if (name === "SSE_ACK") message.conversation = data.ack_client_meta.conversation_id;
    if (name === "STREAM_MSG_NOTIFY") for (const block of data.content.content_block) take(message, block);
    if (name === "CHUNK_DELTA") message.text += data.text;
    if (name === "SSE_REPLY_END" && data.end_type === 1) message.done = true;
    if (name === "STREAM_ERROR") message.error = data;
    if (name !== "STREAM_CHUNK") return;
    for (const patch of data.patch_op) {
      if (patch.patch_object === 1) for (const block of patch.patch_value.content_block) take(message, block);
      const ext = patch.patch_object === 50 ? patch.patch_value.ext : {};
      if (ext.sp_v2) message.suggestions.push(JSON.parse(ext.sp_v2).content);
    }
  }

  async function read(body, changed) {
    const message = {
      text: "", thinking: "", thinkingBlock: null, loading: "", summary: "", results: [], suggestions: [],
      conversation: "", done: false, error: null,
    };
    for await (const event of events(body)) {
      apply(message, event);
      changed(message);
    }
    return message;
  }

  window.chatStream = { read };
})();
