// The search page fills itself: it signs each request to its own interface and asks for more on scroll.
(function () {
  "use strict";

  const LIMIT = 20;
  const keyword = new URLSearchParams(location.search).get("q") || "";
  const list = document.getElementById("SearchMain");
  const loading = document.querySelector(".Search-loading");
  const ending = document.querySelector(".Search-end");
  let offset = 0;
  let hash = "";
  let busy = false;
  let ended = false;

  function cookie(name) {
    const found = document.cookie.split("; ").find((each) => each.startsWith(name + "="));
    return found ? found.slice(name.length + 1) : "";
  }

  function query() {
    const params = new URLSearchParams({
      gk_version: "gz-gaokao", t: "general", q: keyword, correction: "1", offset: String(offset), limit: String(LIMIT),
      filter_fields: "", lc_idx: String(offset), show_all_topics: "0", search_source: "Normal",
    });
    if (offset) {
      params.set("search_hash_id", hash);
      params.set("vertical_info", "0,0,1,0,0,0,0,0,0,1");
    }
    return "/zhihu/api/v4/search_v3?" + params;
  }

  async function load() {
    if (busy || ended) return;
    busy = true;
    loading.hidden = false;
    try {
      const address = query();
      const version = "101_3_3.0";
      const signature = sign.digest([version, address, cookie("d_c0")].join("+"));
      const response = await fetch(address, { headers: { "x-zse-93": version, "x-zse-96": "2.0_" + signature } });
      const body = await response.json();
      if (!response.ok) return refuse(body.error || {});
      for (const item of body.data) list.append(card(item));
      hash = body.search_action_info.search_hash_id;
      offset += LIMIT;
      ended = body.paging.is_end;
      ending.hidden = !ended;
      if (!list.children.length) ending.textContent = "没有找到相关结果";
    } catch (error) {
      refuse({ message: "加载失败，请稍后重试" });
    } finally {
      busy = false;
      loading.hidden = true;
    }
    fill();
  }

  function refuse(error) {
    ended = true;
    if (error.code === 40352) return location.assign("/zhihu/account/unhuman?type=unhuman");
    if (error.need_login) {
      const modal = element("div", "Modal signFlowModal");
      modal.append(element("div", "Modal-inner", "登录知乎，问题答案一搜即得"));
      return document.body.append(modal);
    }
    list.after(element("div", "Search-error", error.message || "出错了"));
  }

  function fill() {
    const rest = document.documentElement.scrollHeight - window.scrollY - window.innerHeight;
    if (!ended && rest < 200) load();
  }

  function element(tag, className, text) {
    const made = document.createElement(tag);
    made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function unescaped(text) {
    const area = document.createElement("textarea");
    area.innerHTML = text;
    return area.value;
  }

  // <em> is kept as an element, entities (also those escaped twice) become characters
  function highlighted(text) {
    const span = element("span", "Highlight");
    for (const part of text.split(/(<em>.*?<\/em>)/)) {
      const inside = /^<em>(.*)<\/em>$/.exec(part);
      span.append(inside ? element("em", "", unescaped(unescaped(inside[1]))) : unescaped(unescaped(part)));
    }
    return span;
  }

  function count(value) {
    return value >= 10000 ? (value / 10000).toFixed(1) + " 万" : String(value);
  }

  function card(item) {
    const outer = element("div", "Card SearchResult-Card");
    outer.setAttribute("role", "listitem");
    if (item.type === "relevant_query") return related(outer, item);
    if (item.type !== "search_result") return promoted(outer, item);
    const thing = item.object;
    const question = thing.question || {};
    const links = {
      answer: `/question/${question.id}/answer/${thing.id}`, question: `/question/${thing.id}`, article: `//zhuanlan.zhihu.com/p/${thing.id}`,
    };
    const names = { answer: "ContentItem AnswerItem", article: "ContentItem ArticleItem", question: "ContentItem" };
    const body = element("div", names[thing.type]);
    const title = element("h2", "ContentItem-title");
    const link = element("a", "");
    link.href = links[thing.type];
    link.target = "_blank";
    link.append(highlighted(thing.title || question.name || question.title || ""));
    title.append(link);
    body.append(title);
    if (thing.excerpt) {
      const rich = element("div", "RichContent is-collapsed");
      const inner = element("div", "RichContent-inner");
      inner.append(thing.author.name + "：", highlighted(thing.excerpt));
      rich.append(inner);
      body.append(rich);
    }
    body.append(actions(thing));
    const row = element("div", "List-item");
    row.append(body);
    outer.append(row);
    return outer;
  }

  function actions(thing) {
    const bar = element("div", "ContentItem-actions");
    if (thing.type === "question") {
      bar.append(`${thing.answer_count} 个回答 · ${count(thing.follower_count)} 人关注`);
      return bar;
    }
    const votes = element("button", "Button VoteButton", "▲ 赞同 " + count(thing.voteup_count));
    votes.setAttribute("aria-label", "赞同 " + count(thing.voteup_count));
    bar.append(votes, element("span", "", count(thing.comment_count) + " 条评论"));
    bar.append(new Date(thing.updated_time * 1000).toISOString().slice(0, 10));
    return bar;
  }

  function related(outer, item) {
    outer.append(element("div", "RelevantQuery-title", "相关搜索"));
    const queries = element("ul", "RelevantQuery");
    for (const each of item.query_list) queries.append(element("li", "", each.query));
    outer.append(queries);
    return outer;
  }

  function promoted(outer, item) {
    const isClub = item.type === "search_club";
    outer.append(element("span", "Tag", isClub ? "圈子" : "盐选专栏"));
    outer.append(isClub ? item.object.name : item.object.body.title);
    return outer;
  }

  window.addEventListener("scroll", fill, { passive: true });
  load();
})();
