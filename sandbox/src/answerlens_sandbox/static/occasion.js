// On which occasion the visitor asks and about what, as the address that this conversation was opened with says.
const occasion = (function () {
  "use strict";
  const given = new URLSearchParams(location.search);
  const day = given.get("date");
  const headers = day ? { "x-occasion": day + "/" + (given.get("replicate") || "1") } : {};
  const keyword = given.get("keyword");
  return keyword ? { ...headers, "x-keyword": encodeURIComponent(keyword) } : headers;
})();
