// A small Markdown renderer for answers: headings, lists, tables, bold, and reference marks through a callback.
(function () {
  "use strict";

  function inline(target, text, mark) {
    for (const part of text.split(/(\*\*.+?\*\*|\[(?:citation|reference):\d+\])/)) {
      const bold = /^\*\*(.+)\*\*$/.exec(part);
      const citation = /^\[(citation|reference):(\d+)\]$/.exec(part);
      if (bold) inline(target.appendChild(document.createElement("strong")), bold[1], mark);
      else if (citation) target.append(mark ? mark(Number(citation[2]), citation[1]) : "");
      else if (part) target.append(part);
    }
  }

  function row(line, tag, mark) {
    const made = document.createElement("tr");
    for (const cell of line.replace(/^\||\|$/g, "").split("|")) {
      inline(made.appendChild(document.createElement(tag)), cell.trim(), mark);
    }
    return made;
  }

  // the element that a line continues (a list, a table), or a new one
  function block(target, tag) {
    const last = target.lastElementChild;
    if (last && last.dataset.open && last.tagName === tag.toUpperCase()) return last;
    const made = target.appendChild(document.createElement(tag));
    made.dataset.open = "1";
    return made;
  }

  function close(target) {
    for (const each of target.children) delete each.dataset.open;
  }

  function render(target, text, mark) {
    target.replaceChildren();
    for (const line of text.split("\n")) {
      const heading = /^(#{1,6}) (.*)$/.exec(line);
      const bullet = /^\s*[-*] (.*)$/.exec(line);
      const numbered = /^\s*\d+\. (.*)$/.exec(line);
      if (/^\|[\s:|-]+\|$/.test(line)) continue;
      if (heading) {
        close(target);
        inline(target.appendChild(document.createElement("h" + heading[1].length)), heading[2], mark);
      } else if (bullet || numbered) {
        const list = block(target, bullet ? "ul" : "ol");
        inline(list.appendChild(document.createElement("li")), (bullet || numbered)[1], mark);
      } else if (line.startsWith("|")) {
        const table = block(target, "table");
        table.append(row(line, table.children.length ? "td" : "th", mark));
      } else if (line.trim()) {
        close(target);
        inline(target.appendChild(document.createElement("p")), line, mark);
      } else {
        close(target);
      }
    }
  }

  window.markdown = { render };
})();
