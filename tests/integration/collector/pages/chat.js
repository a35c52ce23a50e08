// What the pages share: a box that sends on Enter, a log, and a sign that an answer is being written.
const field = document.querySelector("textarea");
const log = document.querySelector("#log");
const wait = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

function add(className, html, parent = log) {
  const made = document.createElement("div");
  made.className = className;
  made.innerHTML = html;
  parent.append(made);
  return made;
}

async function write(element, html, pieces = 4) {
  for (let piece = 1; piece <= pieces; piece++) {
    await wait(0.05);
    element.innerHTML = html.slice(0, Math.ceil(html.length * piece / pieces));
  }
}

function chat(reply) {
  field.addEventListener("keydown", async (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const question = field.value;
    field.value = "";
    add("question", question);
    const busy = add("busy", "正在回答……");
    try {
      await reply(question);
    } finally {
      busy.remove();
    }
  });
}
