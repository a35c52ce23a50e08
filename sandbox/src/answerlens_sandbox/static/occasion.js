// On which occasion the visitor asks, as the address that this conversation was opened with says.
const occasion = (function () {
  "use strict";
  const given = new URLSearchParams(location.search);
  const day = given.get("date");
  return day ? { "x-occasion": day + "/" + (given.get("replicate") || "1") } : {};
})();
