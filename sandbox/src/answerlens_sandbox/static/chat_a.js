// The chat page: its state lives here, and the document only shows it (as with a React page).
(function () {
  "use strict";

  const ARROW = "M8.3125 0.981587C8.66767 1.0545 8.97902 1.20558 9.2627 1.43374L13.6 5.76L12.2 7.17L9 3.97V15H7V3.97L3.8 7.17L2.4 5.76L6.73 1.43C7.1 1.1 7.7 .9 8.3125 0.981587Z";
  const SQUARE = "M2 4.88C2 3.68009 2 3.08013 2.30557 2.65954C2.9 2 3.68 2 4.88 2H11.12C12.32 2 13.1 2 13.69 2.66C14 3.08 14 3.68 14 4.88V11.12C14 12.32 14 13.1 13.34 13.69C12.92 14 12.32 14 11.12 14H4.88C3.68 14 3.08 14 2.66 13.69C2 13.1 2 12.32 2 11.12V4.88Z";
  const KEPT_ROWS = 3;
  const root = document.getElementById("root");
  const field = document.getElementById("field");
  const submit = document.getElementById("submit");
  const list = document.getElementById("messages");
  // in which form the site searches, as the address that it was opened with says
  const tools = new URLSearchParams(location.search).has("tools");
  const state = { text: "", phase: "idle", session: null, rows: [], thinking: false, search: false, abort: null };

  function show() {
    const disabled = state.phase === "waiting" || (state.phase === "idle" && !state.text.trim());
    submit.classList.toggle("ds-button--disabled", disabled);
    submit.setAttribute("aria-disabled", String(disabled));
    if (state.phase === "waiting") {
      if (!submit.querySelector(".ds-loading")) submit.innerHTML = '<div class="ds-loading"></div>';
    } else {
      if (!submit.querySelector("path")) {
        submit.innerHTML = '<svg width="16" height="16" viewBox="0 0 16 16"><path fill="currentColor"></path></svg>';
      }
      submit.querySelector("path").setAttribute("d", state.phase === "idle" ? ARROW : SQUARE);
    }
    for (const toggle of document.querySelectorAll(".ds-toggle-button")) {
      toggle.setAttribute("aria-pressed", String(state[toggle.dataset.option]));
    }
    root.classList.toggle("has-messages", state.rows.length > 0);
    // a virtual list: rows that scrolled away leave the document
    const visible = state.rows.slice(-KEPT_ROWS);
    for (const node of [...list.children]) if (!visible.includes(node)) node.remove();
    for (const node of visible) if (!node.isConnected) list.append(node);
  }

  function element(className, text) {
    const made = document.createElement("div");
    made.className = className;
    if (text) made.textContent = text;
    return made;
  }

  function toast(text) {
    const box = document.getElementById("toast");
    box.firstElementChild.textContent = text;
    box.hidden = false;
    setTimeout(() => { box.hidden = true; }, 4000);
  }

  async function post(path, body, headers) {
    return fetch("/chat-a/api/v0/" + path, {
      method: "POST", headers: { "content-type": "application/json", ...occasion, ...headers }, body: JSON.stringify(body),
      signal: state.abort ? state.abort.signal : undefined,
    });
  }

  async function biz(path, body) {
    return (await (await post(path, body)).json()).data.biz_data;
  }

  async function proof() {
    const { challenge } = await biz("chat/create_pow_challenge", { target_path: "/api/v0/chat/completion" });
    const answer = sign.proof(`${challenge.salt}_${challenge.challenge}_`, challenge.difficulty);
    return btoa(JSON.stringify({
      algorithm: challenge.algorithm, challenge: challenge.challenge, salt: challenge.salt, answer,
      signature: challenge.signature, target_path: challenge.target_path,
    }));
  }

  async function send() {
    const prompt = state.text.trim();
    if (!prompt || state.phase !== "idle") return;
    state.text = field.value = "";
    state.phase = "waiting";
    state.abort = new AbortController();
    const asked = element(root.dataset.row + " user-row");
    asked.append(element(root.dataset.user + " ds-collapsible-text", prompt));
    state.rows.push(asked);
    show();
    try {
      if (!state.session) {
        state.session = (await biz("chat_session/create", {})).id;
        history.pushState(null, "", "/chat-a/a/chat/s/" + state.session);
        document.getElementById("history").prepend(element("entry", prompt));
      }
      const response = await post("chat/completion", {
        chat_session_id: state.session, parent_message_id: null, model_type: "default", prompt, ref_file_ids: [],
        thinking_enabled: state.thinking, search_enabled: state.search, search_tools: tools,
      }, { "x-ds-pow-response": await proof() });
      if (response.ok) await answer(response);
      else refuse(response.status);
    } catch (error) {
      if (error.name !== "AbortError") toast("网络异常，请稍后再试");
    } finally {
      state.phase = "idle";
      show();
    }
  }

  async function answer(response) {
    const row = element(root.dataset.row + " answer-row");
    state.rows.push(row);
    state.phase = "thinking";
    show();
    await chatStream.read(response.body, (message) => {
      const newest = message.fragments[message.fragments.length - 1];
      state.phase = newest.type === "RESPONSE" ? "answering" : "waiting";
      paint(row, message);
      show();
    });
  }

  function paint(row, message) {
    row.replaceChildren();
    const results = message.fragments.flatMap((each) => each.results || []);
    for (const fragment of message.fragments) {
      if (fragment.type === "TOOL_OPEN") continue;
      if (fragment.type.endsWith("SEARCH")) {
        row.append(element("search-status", fragment.status === "FINISHED" ? `已阅读 ${results.length} 个网页` : "正在搜索"));
      } else {
        const text = element("ds-markdown" + (fragment.type === "RESPONSE" ? " ds-assistant-message-main-content" : ""));
        markdown.render(text, fragment.content, (index, kind) => cite(
          kind === "reference" ? opened(message, fragment, index) : results.find((each) => each.cite_index === index), index));
        const holder = fragment.type === "THINK" ? element("ds-think-content") : row;
        if (holder !== row) row.append(holder);
        holder.append(text);
      }
    }
  }

  // the page that the fragment's reference at this place was opened as
  function opened(message, fragment, place) {
    const reference = fragment.references[place];
    return (message.fragments.find((each) => reference && each.id === reference.id) || {}).result;
  }

  function cite(source, index) {
    const chip = document.createElement(source ? "a" : "span");
    chip.className = "ds-markdown-cite";
    if (source) {
      chip.href = source.url;
      chip.target = "_blank";
      chip.rel = "noreferrer";
    }
    chip.textContent = index;
    return chip;
  }

  function refuse(status) {
    if (status === 401) return location.assign("/chat-a/sign_in");
    if (status === 429) return toast("你发送消息的频率过快，请稍后再发");
    if (status !== 403) return toast("服务器繁忙，请稍后再试。");
    const wall = element("captcha");
    const box = element("captcha-box", "请完成安全验证");
    box.append(element("captcha-track", "按住滑块，拖动到最右边"));
    wall.append(box);
    document.body.append(wall);
  }

  // only real input events reach the state: setting the value alone changes nothing
  field.addEventListener("input", () => { state.text = field.value; show(); });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      send();
    }
  });
  submit.addEventListener("click", () => (state.phase === "idle" ? send() : state.phase === "answering" && state.abort.abort()));
  for (const toggle of document.querySelectorAll(".ds-toggle-button")) {
    toggle.addEventListener("click", () => { state[toggle.dataset.option] = !state[toggle.dataset.option]; show(); });
  }
  show();
})();
