"""A small server of chat completions for what a real one does only on a bad day.

The model's name says what is to happen; `asked` counts the requests.
"""

import json
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

WORDS = ["Install", " the VPN", " client."]


class CompletionsServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[dict] = []
        self.keys: list[str] = []
        self.gone = threading.Event()
        self.over = threading.Event()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def __enter__(self):
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *why):
        self.over.set()
        self.shutdown()
        self.server_close()

    def handle_error(self, request, client_address):
        pass  # a client that hangs up is what is tested


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(asked)
        self.server.keys.append(self.headers.get("Authorization", ""))
        getattr(self, asked["model"].replace("-", "_"))()

    def log_message(self, *line):
        pass

    # ── what may happen ──
    def fine(self):
        self.begin()
        self.say(*WORDS)
        self.chunk("data: [DONE]\n\n")
        self.chunk("")

    def no_done(self):
        self.begin()
        self.say(*WORDS)
        self.chunk("")

    def nothing(self):
        self.begin()
        self.chunk("")

    def cut(self):
        self.begin()
        self.say(*WORDS[:2])
        self.hang_up()

    def error_500(self):
        self.answer(500, {"error": {"message": "out of memory"}})

    def error_401(self):
        self.answer(401, {"error": {"message": "no such key: sk-secret"}})

    def busy_twice(self):
        if len(self.server.asked) <= 2:
            self.answer(429, {"error": {"message": "busy"}}, {"Retry-After": "0"})
        else:
            self.fine()

    def hangs_up_once(self):
        if len(self.server.asked) == 1:
            self.hang_up()
        else:
            self.fine()

    def error_in_stream(self):
        self.begin()
        self.say(WORDS[0])
        self.chunk(f"data: {json.dumps({'error': {'message': 'overloaded'}})}\n\n")
        self.chunk("")

    def garbage(self):
        self.begin()
        self.chunk("data: {not json\n\n")
        self.chunk("")

    def at_once(self):
        self.answer(200, {"choices": [{"message": {"content": "".join(WORDS)}}]})

    def silent(self):
        """Says nothing until the other side is gone."""
        self.wait()

    def endless(self):
        self.begin()
        while not self.server.over.is_set():
            try:
                self.say(" and")
            except OSError:
                self.server.gone.set()
                return
            time.sleep(0.02)

    def falls_silent(self):
        self.begin()
        self.say(WORDS[0])
        self.wait()

    # ── how ──
    def begin(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.chunk(": a comment, as OpenRouter sends while it waits\n\n")
        self.chunk(f"data: {json.dumps({'choices': [{'delta': {'role': 'assistant'}}]})}\n\n")

    def say(self, *words):
        for word in words:
            delta = {"choices": [{"index": 0, "delta": {"content": word}}]}
            self.chunk(f"data: {json.dumps(delta)}\n\n")

    def chunk(self, text):
        data = text.encode()
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))

    def answer(self, status, body, headers=None):
        data = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {**(headers or {}), "Content-Type": "application/json"}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def wait(self):
        self.connection.settimeout(0.02)
        while not self.server.over.is_set():
            try:
                if not self.connection.recv(1):
                    self.server.gone.set()
                    break
            except TimeoutError:
                continue
        self.close_connection = True

    def hang_up(self):
        self.wfile.flush()
        self.connection.shutdown(socket.SHUT_RDWR)
        self.close_connection = True
