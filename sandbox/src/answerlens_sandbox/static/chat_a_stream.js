// Reads the answer's event stream and keeps the message it patches.
(function () {
  "use strict";

  // one parsed event at a time; lines and characters may be cut anywhere
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
        const event = { name: "message", data: "" };
        for (const line of part.split("\n")) {
          if (line.startsWith("event: ")) event.name = line.slice(7);
          if (line.startsWith("data: ")) event.data += line.slice(6);
        }
        if (event.data) yield event;
      }
      if (done) return;
    }
  }

  function slot(root, path) {
    const parts = path.split("/").filter(Boolean);
    const last = parts.pop();
    let target = root;
    for (const part of parts) target = target[part === "-1" ? target.length - 1 : part];
    return [target, last === "-1" ? target.length - 1 : last];
  }

  function apply(root, patch) {
    const [target, name] = slot(root, patch.p);
    if (patch.o === "BATCH") for (const each of patch.v) apply(target[name], each);
    else if (patch.o === "APPEND" && Array.isArray(target[name])) target[name].push(...patch.v);
    else if (patch.o === "APPEND") target[name] = (target[name] || "") + patch.v;
    else target[name] = patch.v;
  }

  async function read(body, changed) {
    const root = { response: null };
    let path = "";
    let operation = "SET";
    let finished = false;
    for await (const event of events(body)) {
      if (event.name === "finish") finished = true;
      if (event.name !== "message") continue;
      const patch = JSON.parse(event.data);
      if (!root.response) {
        root.response = patch.v.response;
      } else {
        path = patch.p || path;
        operation = patch.o || (patch.p ? "SET" : operation);
        apply(root, { p: path, o: operation, v: patch.v });
      }
      changed(root.response);
    }
    if (!finished) throw new Error("stream ended early");
  }

  window.chatStream = { read };
})();
