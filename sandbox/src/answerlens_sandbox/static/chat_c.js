// Post the question, then ask for the answer again and again until it is there.
(function () {
  "use strict";

  const form = document.getElementById("ask-form");
  const list = document.getElementById("conversation");
  const button = form.querySelector("button");
  const POLL_MS = 150;

  function add(parent, tag, className, text) {
    const made = parent.appendChild(document.createElement(tag));
    made.className = className;
    made.textContent = text || "";
    return made;
  }

  async function fetched(address, options) {
    const response = await fetch(address, options);
    const body = await response.json();
    if (!response.ok) throw new Error(body.message);
    return body;
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const question = form.elements.question.value.trim();
    if (!question || button.disabled) return;
    form.reset();
    button.disabled = true;
    add(list, "div", "question", question);
    const answer = add(list, "article", "answer");
    const busy = add(list, "p", "busy", "正在查阅资料并组织回答，请稍候……");
    try {
      const { id } = await fetched("/chat-c/ask", {
        method: "POST", headers: { "content-type": "application/json", ...occasion }, body: JSON.stringify({ question }),
      });
      for (;;) {
        const reply = await fetched("/chat-c/answer/" + id);
        answer.innerHTML = reply.html + (reply.references || "");
        if (reply.state === "done") break;
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
    } catch (error) {
      add(answer, "p", "error", error instanceof SyntaxError ? "服务出了点问题，请稍后再试" : error.message);
    } finally {
      busy.remove();
      button.disabled = false;
    }
  });
})();
