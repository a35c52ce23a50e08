// The digest every page signs its requests with; answerlens_sandbox.sign is the same in Python.
(function () {
  "use strict";

  function lane(bytes, offset) {
    let value = offset;
    for (const byte of bytes) value = Math.imul(value ^ byte, 0x01000193) >>> 0;
    value = (value ^ (value >>> 16)) >>> 0;
    value = Math.imul(value, 0x85ebca6b) >>> 0;
    return (value ^ (value >>> 13)) >>> 0;
  }

  function digest(text) {
    const bytes = new TextEncoder().encode(text);
    return [0x811c9dc5, 0x9747b28c].map((offset) => lane(bytes, offset).toString(16).padStart(8, "0")).join("");
  }

  function proof(challenge, difficulty) {
    for (let nonce = 0; ; nonce++) {
      if (parseInt(digest(challenge + nonce).slice(0, 8), 16) % difficulty === 0) return nonce;
    }
  }

  window.sign = { digest, proof };
})();
