// Finds and reads what a page shows; given to page_watch.js. Open shadow roots are looked into like the rest.
// An expression: called with the profile's `dom`, it gives the functions at its end.
(dom) => {
  "use strict";
  const STRIPPED = "\uFDD0", STRIPPED_LINE = "\uFDD1", STRIPPED_CODE = "\uFDD2";
  const ENCLOSED = /[（(【[]\s*[\uFDD0\uFDD1]+(?:[\s、,，;；]*[\uFDD0\uFDD1]+)*\s*[）)】\]]/g;

  let roots = [document];
  const rescan = () => {
    const found = [document];
    for (let place = 0; place < found.length; place++) {
      for (const element of found[place].querySelectorAll("*")) if (element.shadowRoot) found.push(element.shadowRoot);
    }
    return roots = found;
  };
  const outer = (node) => node.parentNode ?? node.host ?? null;
  const within = (element, holder) => {
    for (let node = element; node; node = outer(node)) if (node === holder) return true;
    return false;
  };
  const all = (selector, holder = null) => {
    if (selector === null) return [];
    if (holder === null) return roots.flatMap((root) => [...root.querySelectorAll(selector)]);
    const inner = roots.filter((root) => root.host && within(root.host, holder));
    return [holder, ...inner].flatMap((root) => [...root.querySelectorAll(selector)]);
  };
  const shown = (element) => {
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.height > 0 && getComputedStyle(element).visibility !== "hidden";
  };
  const rendered = (element) => element.checkVisibility() || getComputedStyle(element).display === "contents";
  const ancestors = (node) => {
    const path = [];
    for (; node; node = outer(node)) path.unshift(node);
    return path;
  };
  const follows = (first, second) => {
    const [one, other] = [ancestors(first), ancestors(second)];
    let place = 0;
    while (place < one.length && one[place] === other[place]) place++;
    if (place === one.length || place === other.length) return place === one.length;
    return Boolean(one[place].compareDocumentPosition(other[place]) & Node.DOCUMENT_POSITION_FOLLOWING);
  };

  // ---- words: as they are shown, without the parts that are stripped
  const spoken = (element) => [
    element.innerText ?? "",
    ...roots.filter((root) => root.host && within(root.host, element))
      .flatMap((root) => [...root.children].map((child) => child.innerText ?? "")),
  ].map((text) => text.trim()).filter(Boolean).join("\n");
  const words = (element) => {
    const parts = [...new Set(dom.strip.flatMap((selector) => all(selector, element)))];
    const undo = parts.filter((part) => part.style).map((part) => {
      const inline = /^(inline|contents|none|ruby)/.test(getComputedStyle(part).display);
      const code = part.closest("pre, code") !== null;
      const mark = document.createTextNode(code ? STRIPPED_CODE : inline ? STRIPPED : STRIPPED_LINE);
      const style = part.getAttribute("style");
      part.before(mark);
      part.style.setProperty("display", "none", "important");
      return () => {
        mark.remove();
        if (style === null) part.removeAttribute("style");
        else part.setAttribute("style", style);
      };
    });
    let text = spoken(element);
    for (const back of undo.reverse()) back();
    if (undo.length) {
      text = text.replaceAll(STRIPPED_CODE, "")
        .replace(ENCLOSED, STRIPPED)  // what encloses a part that was taken out goes with it
        .replace(/\n+\uFDD0+(?=\n)/g, "")
        .replace(/ \uFDD0+ /g, " ")
        .replaceAll(STRIPPED, "")
        .replace(/\s*\uFDD1[\uFDD1\s]*/g, (gap) => gap.includes("\n\n") ? "\n\n" : "\n");
    }
    return text.trim();
  };

  const raw = (element) => (element.innerText ?? "").trim();
  const outermost = (elements) => {
    const found = new Set(elements);
    return elements.filter((element) => {
      for (let node = outer(element); node; node = outer(node)) if (found.has(node)) return false;
      return true;
    });
  };

  // ---- links
  const here = () => location.href.split("#")[0];
  const address = (element) => {
    const link = element.closest("a[href]") ?? element.querySelector("a[href]");
    if (link === null || typeof link.href !== "string" || !/^https?:/.test(link.href)) return "";
    if (link.href.split("#")[0] !== here()) return link.href;
    // a jump within the page: to the source, where it has an address
    const name = CSS.escape(link.hash.slice(1));
    const place = name && link.getRootNode().querySelector(`[id="${name}"]`);
    const sources = place ? [...place.querySelectorAll("a[href]")] : [];
    return sources.find((each) => each.href.split("#")[0] !== here())?.href ?? "";
  };
  const labelled = (element) =>
    (element.innerText || element.getAttribute("aria-label") || element.title || "").trim();
  const link = (element) => {
    const holder = element.closest("a[href]") ?? element.querySelector("a[href]");
    const title = (holder?.title || element.innerText || "").trim();
    return {url: address(element), title, label: labelled(element)};
  };

  return {address, all, follows, link, outermost, raw, rendered, rescan, shown, within, words};
}
