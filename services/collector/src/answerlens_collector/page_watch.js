// Watches a page for one answer: what was there when it was begun is old, and never part of the answer.
// An expression: called with {dom, input, question, signs, before, flush}, it gives {look, next, before, stop}.
(config, page) => {
  "use strict";
  const {dom, input, question, signs, before, flush} = config;
  const {address, all, follows, link, outermost, raw, rendered, rescan, shown, within, words} = page;
  const RESCAN_MS = 250;

  // ---- what was there before the question
  // `moved`: known again by its key, also later and elsewhere; `reused`: an old element with another key is a new one
  const roles = {
    answer: {find: () => outermost(all(dom.answer)), key: words, moved: true, reused: false},
    question: {find: () => all(dom.question), key: raw, moved: true, reused: true},
    busy: {find: () => all(dom.busy).filter(shown), key: () => "", moved: false, reused: false},
    done: {find: () => all(dom.done).filter(shown), key: () => "", moved: false, reused: false},
    listed: {find: () => all(dom.links_listed), key: (each) => address(each) + raw(each), moved: true, reused: true},
  };
  for (const role of Object.values(roles)) Object.assign(role, {old: new Map(), seen: new WeakSet(), gone: []});

  // Old elements that a page draws anew stay old.
  const settle = (role) => {
    const found = role.find();
    const present = new Set(found);
    let left = [];
    for (const [element, key] of role.old) {
      if (present.has(element)) continue;
      role.old.delete(element);
      left.push(key);
    }
    if (role.moved) left = role.gone = [...role.gone, ...left.filter(Boolean)];
    for (const element of found) {
      if (role.old.has(element) || role.seen.has(element)) continue;
      const place = left.length ? left.indexOf(role.key(element)) : -1;
      if (place >= 0 && (role.moved || !belongs(element))) {
        role.old.set(element, left[place]);
        left.splice(place, 1);
      } else {
        role.seen.add(element);
      }
    }
    return found.filter((element) =>
      !role.old.has(element) || (role.reused && role.old.get(element) !== role.key(element)));
  };

  let answers = [], reused = false, asked = null;
  const belongs = (element) => answers.length > 0 && !reused &&
    (within(element, answers[0]) || follows(answers[0], element));
  const find = () => {
    const questions = settle(roles.question);
    asked = questions.at(-1) ?? null;
    const after = (element) => dom.question === null || (asked !== null && follows(asked, element));
    const fresh = settle(roles.answer).filter((element) => rendered(element) && after(element));
    reused = false;
    if (fresh.length) return fresh;
    // an element that stood there before may be filled with the answer
    const filled = [...roles.answer.old].filter(([element, text]) => {
      if (!rendered(element) || !after(element)) return false;
      const now = words(element);
      return now !== text && (text === "" || !now.startsWith(text));
    }).map(([element]) => element).slice(-1);
    reused = filled.length > 0;
    return filled;
  };
  const former = () => [...roles.answer.old.keys()].filter((element) => !answers.includes(element));

  // ---- links and marks
  const NUMBERED = /\[\^?\d{1,3}\]|【\d{1,3}[^】]{0,12}】/g;
  const strays = (claimed) => {
    // what looks like a citation and is none of the elements that the profile knows
    const taken = (element) => claimed.some((each) => within(element, each) || within(each, element)) ||
      element.closest("pre, code, textarea") !== null;
    const found = [];
    for (const answer of answers) {
      const texts = document.createTreeWalker(answer, NodeFilter.SHOW_TEXT);
      while (texts.nextNode()) {
        const marks = texts.currentNode.data.match(NUMBERED);
        if (marks !== null && !taken(texts.currentNode.parentElement)) found.push(...marks);
      }
      for (const element of all(["button, [role=button], sup, a", ...dom.strip].join(", "), answer)) {
        const text = (element.textContent ?? "").trim();
        if (!/^\[?\d{1,3}\]?$/.test(text) || taken(element) || !rendered(element)) continue;
        // m² and 10³ cite nothing
        if (element.localName === "sup" && /[\w)]$/.test(element.previousSibling?.textContent ?? "")) continue;
        found.push("");  // it cites something, if anybody knew what
      }
    }
    return [...new Set(found)];
  };
  const links = () => {
    const cited = [...new Set(answers.flatMap((answer) => all(dom.links_cited, answer)))];
    const listed = settle(roles.listed).filter((element) => !former().some((answer) => within(element, answer)));
    return {
      cited: outermost(cited).map(link), listed: listed.map(link).filter(({url}) => url !== ""),
      marks: dom.links_cited === null ? [] : strays(cited),
    };
  };

  // ---- looking
  let wasBusy = false, changed = performance.now(), shape = "", told = "", toldStill = 0, cost = 0;
  const note = () => {
    answers = find();
    const busy = settle(roles.busy).length > 0;
    wasBusy ||= busy;
    const done = settle(roles.done).length > 0;
    return {busy, done};
  };
  const squeezed = (text) => text.split(/\s+/).filter(Boolean).join(" ");
  const holds = () => question !== null &&
    all(input).slice(0, 1).some((field) => squeezed(field.value ?? field.innerText ?? "") === question);
  const look = () => {
    const begun = performance.now();
    const {busy, done} = note();
    const text = answers.map(words).filter(Boolean).join("\n\n");
    const earlier = former();
    const seen = {
      answered: answers.length > 0, reused, busy, done, was_busy: wasBusy, questioned: asked !== null, held: holds(),
      signs: signs.map(({selector, text: said}) => all(selector).some((element) => shown(element) &&
        (element.innerText ?? "").includes(said ?? "") && !earlier.some((answer) => within(element, answer)))),
      address: location.href, title: document.title, elements: all(dom.answer).length,
    };
    const flags = JSON.stringify(seen);
    const now = performance.now();
    if (flags + text !== shape) [shape, changed] = [flags + text, now];
    observer.takeRecords();  // our own: stripping
    cost = now - begun;
    return {...seen, text, still: (now - changed) / 1000, flags};
  };

  let waiting = null, quiet = 0, timer = null, due = Infinity, ending = null;
  const schedule = (at) => {
    if (due <= at) return;
    clearTimeout(timer);
    due = at;
    timer = setTimeout(flushed, Math.max(0, at - performance.now()));
  };
  const answer = (seen) => {
    const resolve = waiting;
    if (resolve === null) return;
    waiting = null;
    clearTimeout(timer);
    clearTimeout(ending);
    due = Infinity;
    const {flags, ...rest} = seen;
    [told, toldStill] = [flags, seen.still >= quiet ? quiet : 0];
    resolve({...rest, ...links()});
    observer.takeRecords();
  };
  const flushed = () => {
    due = Infinity;
    if (waiting === null) return;
    const seen = look();
    if (seen.still < quiet) toldStill = 0;
    if (seen.flags !== told || (seen.still >= quiet && toldStill < quiet)) answer(seen);
    else if (seen.still < quiet) schedule(performance.now() + Math.max(flush, (quiet - seen.still) * 1000));
  };
  const mutated = () => {
    if (waiting === null) return;
    note();  // a sign may be gone again before the next look
    observer.takeRecords();
    schedule(performance.now() + Math.max(flush, 4 * cost));
  };
  const observer = new MutationObserver(mutated);
  const watched = new WeakSet();
  const watch = () => {
    const roots = rescan();
    for (const root of roots) {
      if (watched.has(root)) continue;
      watched.add(root);
      observer.observe(root, {subtree: true, childList: true, characterData: true, attributes: true});
    }
    return roots.length;
  };
  let count = watch();
  const watching = setInterval(() => {  // a shadow root comes without a mutation
    const now = watch();
    if (now !== count) mutated();
    count = now;
  }, RESCAN_MS);

  // A page that was loaded anew: what it shows first of what the one before it showed is old.
  for (const [name, role] of Object.entries(roles)) {
    const keys = before === null ? null : [...before[name]];
    for (const element of role.find()) {
      const key = role.key(element);
      const place = keys === null ? 0 : keys.indexOf(key);
      if (place < 0) continue;
      role.old.set(element, key);
      keys?.splice(place, 1);
    }
  }
  observer.takeRecords();

  return {
    look: () => { const {flags, ...seen} = look(); return {...seen, ...links()}; },
    next: (enough, most) => new Promise((resolve) => {
      if (waiting !== null) answer(look());
      [waiting, quiet] = [resolve, enough];
      ending = setTimeout(() => answer(look()), most * 1000);
      flushed();
    }),
    before: () => Object.fromEntries(Object.entries(roles).map(([name, role]) => [name, [...role.old.values()]])),
    stop: () => {
      observer.disconnect();
      clearInterval(watching);
      if (waiting !== null) answer(look());
    },
  };
}
