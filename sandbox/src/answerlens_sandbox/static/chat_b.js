// The chat page: editor, send button, conversation.
(function () {
  "use strict";

  const app = document.getElementById("app");
  const editor = document.getElementById("editor");
  const slot = document.getElementById("send-slot");
  const list = document.getElementById("messages");
  const think = document.querySelector('[data-testid="use-deep-thinking-switch-btn"]');
  // the page has had a textarea too
  const box = editor instanceof HTMLTextAreaElement;
  const written = () => (box ? editor.value : editor.innerText).trim();
  const state = { busy: false, conversation: "0", abort: null };

  // the send button exists only while there is something to send
  function show() {
    const wanted = state.busy ? "stop" : written() ? "send" : "";
    if (slot.dataset.shows === wanted) return;
    slot.dataset.shows = wanted;
    slot.replaceChildren();
    if (wanted === "send") {
      const button = view.element("button", "", "↑", "chat_input_send_button");
      button.id = "flow-end-msg-send";
      button.setAttribute("aria-label", "发送");
      button.setAttribute("aria-disabled", "false");
      button.addEventListener("click", send);
      slot.append(button);
    } else if (wanted === "stop") {
      const button = view.element("button", "stop", "停止生成", "chat_input_local_break_button");
      button.addEventListener("click", () => state.abort.abort());
      slot.append(button);
    }
  }

  function digits(length) {
    return Array.from({ length }, (_, place) => (place ? Math.floor(Math.random() * 10) : 7)).join("");
  }

  function request(text) {
    const body = JSON.stringify({
      client_meta: { local_conversation_id: "local_" + digits(16), conversation_id: state.conversation, bot_id: "7338286299411103781" },
      messages: [{ local_message_id: digits(16), content_block: [{ block_type: 10000, content: { text_block: { text } } }] }],
      option: {
        need_deep_think: Number(think.dataset.mode), need_create_conversation: state.conversation === "0",
        sse_recv_event_options: { support_chunk_delta: true },
      },
    });
    const query = `aid=497858&device_id=${digits(19)}&msToken=${digits(24)}`;
    return [`/chat-b/chat/completion?${query}&a_bogus=${sign.digest(query + "|" + body)}`, body];
  }

  async function ask(text) {
    if (state.busy) return;
    state.busy = true;
    state.abort = new AbortController();
    if (box) editor.value = "";
    else editor.textContent = "";
    app.classList.add("talking");
    const row = view.element("div", app.dataset.bubble + " reply", "", "receive_message");
    list.append(view.mine(text), row);
    show();
    try {
      const [address, body] = request(text);
      const response = await fetch(address, {
        method: "POST", headers: { "content-type": "application/json", ...occasion }, body, signal: state.abort.signal,
      });
      if (!response.ok) throw new Error(String(response.status));
      const message = await chatStream.read(response.body, (each) => {
        if (each.conversation && state.conversation !== each.conversation) {
          state.conversation = each.conversation;
          history.pushState(null, "", "/chat-b/chat/" + each.conversation);
        }
        view.paint(row, each, ask);
      });
      if (message.error) refuse(message.error);
      else if (!message.done) tip("网络不稳定，回答未完成");
    } catch (error) {
      if (error.name !== "AbortError") tip("服务异常，请稍后重试");
    } finally {
      state.busy = false;
      show();
    }
  }

  function refuse(error) {
    const decision = error.extra && error.extra.decision ? JSON.parse(error.extra.decision) : {};
    if (decision.type === "verify") {
      const wall = view.element("div", "verify", "", "verify-center");
      wall.append(view.element("div", "", "请完成下列验证后继续：向右滑动完成拼图"));
      return document.body.append(wall);
    }
    if (error.error_code === 710012001) {
      const wall = view.element("div", "verify", "", "login_dialog");
      wall.append(view.element("div", "", "登录以解锁更多功能　手机号登录 / 抖音一键登录"));
      return document.body.append(wall);
    }
    tip(error.error_msg);
  }

  function tip(text) {
    const box = view.element("div", "tip semi-toast-content", text);
    document.body.append(box);
    setTimeout(() => box.remove(), 4000);
  }

  function send() {
    const text = written();
    if (text) ask(text);
  }

  editor.addEventListener("input", show);
  editor.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      send();
    }
  });
  think.addEventListener("click", () => {
    const deep = think.dataset.mode === "0";
    think.dataset.mode = deep ? "1" : "0";
    think.textContent = deep ? "深度思考" : "快速回答";
  });
  for (const button of document.querySelectorAll('[data-testid="create_conversation_button"]')) {
    button.addEventListener("click", () => location.assign("/chat-b/chat/"));
  }
  show();
})();
