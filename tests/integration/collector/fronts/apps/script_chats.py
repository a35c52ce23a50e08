"""Pages with deep-chat and @n8n/chat; `python script_chats.py PORT ANSWER`, in the folder where both lie unpacked."""

import http.server
import json
import sys
import time

PORT, ANSWER = int(sys.argv[1]), sys.argv[2]
GREETING = "你好，看[介绍](https://greeting.example/)"
HEAD = '<!doctype html><meta charset="utf-8"><title>小站</title>'
PAGES = {
    "/deep-chat/": HEAD
    + '<script type="module" src="/deep-chat/package/dist/deepChat.bundle.js"></script>'
    + f'<deep-chat introMessage=\'{{"text": "{GREETING}"}}\' connect=\'{{"url": "/text"}}\'></deep-chat>',
    "/n8n-chat/": HEAD
    + '<link href="/n8n-chat/package/dist/style.css" rel="stylesheet"><script type="module">'
    + 'import {createChat} from "/n8n-chat/package/dist/chat.bundle.es.js";'
    + f'createChat({{webhookUrl: location.origin + "/output", initialMessages: ["{GREETING}"]}});</script>',
}


class Site(http.server.SimpleHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path in PAGES:
            self.say(PAGES[self.path], "text/html; charset=utf-8")
        else:
            super().do_GET()

    def do_POST(self) -> None:
        asked = self.rfile.read(int(self.headers["content-length"]))
        if b"loadPreviousSession" in asked:
            self.say('{"data": []}', "application/json")
            return
        time.sleep(0.5)
        self.say(json.dumps({self.path.strip("/"): ANSWER}), "application/json")

    def say(self, text: str, kind: str) -> None:
        body = text.encode()
        self.send_response(200)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


http.server.ThreadingHTTPServer(("127.0.0.1", PORT), Site).serve_forever()
