// The page of a double: it posts the question, reads the stream to its end, and shows what the server makes of it.
(function () {
  "use strict";

  const site = document.body.dataset;
  const field = document.querySelector("[data-field]");
  const send = document.querySelector("[data-send]");
  const talk = document.getElementById("talk");
  const isBox = field instanceof HTMLTextAreaElement;
  let busy = false;

  const written = () => (isBox ? field.value : field.innerText).trim();

  // some send buttons are there only with text, and stop the answer while it is written
  function show() {
    if (!send || !("withText" in send.dataset)) return;
    send.hidden = !busy && !written();
    send.dataset.testid = busy ? "stop-button" : "send-button";
  }

  function line(className, text) {
    const made = talk.appendChild(document.createElement("p"));
    made.className = className;
    made.textContent = text;
  }

  function mark(row, done) {
    for (const part of row.querySelectorAll("[data-when]")) part.hidden = (part.dataset.when === "done") !== done;
    for (const part of row.querySelectorAll("[data-done-class]")) part.classList.toggle(part.dataset.doneClass, done);
  }

  async function read(question, row) {
    const response = await fetch(site.stream + (site.name === "qianwen" ? "?biz_id=ai_qwen&pr=qwen" : ""), {
      method: "POST", headers: { "content-type": "application/json", ...occasion }, body: JSON.stringify({ question }),
    });
    if (!response.ok) throw new Error(String(response.status));
    const reader = response.body.getReader();
    while (!(await reader.read()).done);
    const shown = await fetch(`/${site.name}/shown/${response.headers.get("x-shown")}`);
    if (!shown.ok) throw new Error("nothing to show");
    row.querySelector("[data-words]").innerHTML = await shown.text();
    mark(row, true);
  }

  async function ask() {
    const question = written();
    if (!question || busy) return;
    busy = true;
    if (isBox) field.value = "";
    else field.textContent = "";
    line("asked", question);
    const row = document.getElementById("row").content.firstElementChild.cloneNode(true);
    talk.append(row);
    mark(row, false);
    show();
    try {
      await read(question, row);
    } catch {
      row.remove();
      line("notice", "回答失败，请重试");
    } finally {
      busy = false;
      show();
    }
  }

  field.addEventListener("input", show);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      ask();
    }
  });
  if (send) send.addEventListener("click", ask);
  show();
})();
