// Shows messages and the panel of references.
(function () {
  "use strict";

  function element(tag, className, text, testid) {
    const made = document.createElement(tag);
    made.className = className;
    if (text) made.textContent = text;
    if (testid) made.dataset.testid = testid;
    return made;
  }

  function mine(text) {
    const row = element("div", "mine", "", "send_message");
    row.append(element("div", "", text, "message_text_content"));
    return row;
  }

  function footnote(results, index) {
    const source = results.find((each) => each.index === index);
    const chip = element(source ? "a" : "span", "footnote", source ? source.sitename || `来源${index}` : `来源${index}`);
    if (source) {
      chip.href = source.url;
      chip.target = "_blank";
    }
    chip.dataset.citation = index;
    return chip;
  }

  function paint(row, message, ask) {
    row.replaceChildren();
    row.dataset.showIndicator = String(!message.done);
    if (message.results.length) row.append(search(message));
    else if (message.loading) row.append(element("div", "search-line", message.loading));
    if (message.thinking) row.append(element("div", "thinking", message.thinking));
    const text = element("div", "flow-markdown-body", "", "message_text_content");
    text.dataset.showIndicator = String(!message.done);
    markdown.render(text, message.text, (index) => footnote(message.results, index));
    row.append(text);
    if (!message.done) return;
    const actions = element("div", "actions");
    for (const [name, label] of [["copy", "复制"], ["like", "喜欢"], ["share", "分享"]]) {
      actions.append(element("button", "", label, "message_action_" + name));
    }
    row.append(actions);
    const suggestions = element("div", "suggestions");
    for (const each of message.suggestions) {
      const button = element("button", "", each, "suggest_message_item");
      button.addEventListener("click", () => ask(each));
      suggestions.append(button);
    }
    row.append(suggestions);
  }

  function search(message) {
    const holder = element("div", "");
    holder.dataset.pluginIdentifier = "block_type:10025 | search_query_result_block.search_type:1";
    holder.append(element("div", "search-line", message.summary));
    const button = element("button", "reference-button", `参考 ${message.results.length} 篇资料`, "search-reference-ui-v3");
    button.addEventListener("click", () => panel(message.results));
    holder.append(button);
    return holder;
  }

  function panel(results) {
    const list = document.getElementById("references");
    list.replaceChildren();
    for (const each of results) {
      const item = element("div", "reference", "", "search-text-item");
      const link = element("a", "");
      link.href = each.url;
      link.target = "_blank";
      link.append(
        element("div", "title search-item-title-" + each.index, each.title),
        element("div", "summary search-item-summary-" + each.index, each.summary || ""),
      );
      const foot = element("div", "foot");
      foot.append(
        element("span", "footer-title-" + each.index, each.sitename || each.platform || ""),
        element("span", "footer-citation-" + each.index, String(each.index)),
      );
      link.append(foot);
      item.append(link);
      list.append(item);
    }
    document.querySelector(".canvas").hidden = false;
  }

  window.view = { element, mine, paint };
})();
