"""A stateful stand-in for the parts of GitHub's REST API that the action uses: comments of an issue, and SARIF uploads.

Listens on a free port of loopback, which it prints. A token decides who somebody is: `writer` (a bot), `reader` (may
look, and change nothing); any other is nobody. `GET /state` shows all that was written.
"""

import http.server
import json
import re
import urllib.parse

COMMENTS = []
SARIFS = []
USERS = {"Bearer writer": "Bot", "Bearer reader": "Bot"}


class Api(http.server.BaseHTTPRequestHandler):
    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def handle_request(self):
        url = urllib.parse.urlsplit(self.path)
        length = int(self.headers.get("Content-Length", 0))
        body = json.loads(self.rfile.read(length)) if length else None
        if url.path == "/state":
            return self.answer(200, {"comments": COMMENTS, "sarifs": SARIFS})
        # Comments that stand there before, by whoever the test says.
        if url.path == "/seed":
            COMMENTS.extend(dict(comment, id=len(COMMENTS) + 1 + i) for i, comment in enumerate(body))
            return self.answer(200, {})
        user = self.headers.get("Authorization")
        if user not in USERS:
            return self.answer(401, {"message": "Bad credentials"})
        if self.command != "GET" and user != "Bearer writer":
            return self.answer(403, {"message": "Resource not accessible by integration"})
        issue = re.fullmatch(r"/repos/some/where/issues/(\d+)/comments", url.path)
        one = re.fullmatch(r"/repos/some/where/issues/comments/(\d+)", url.path)
        if issue and self.command == "GET":
            query = urllib.parse.parse_qs(url.query)
            size, page = (int(query.get(key, [default])[0]) for key, default in (("per_page", "30"), ("page", "1")))
            size = min(size, 100)
            mine = [comment for comment in COMMENTS if comment["issue"] == int(issue[1])]
            return self.answer(200, mine[(page - 1) * size : page * size])
        if self.command in ("POST", "PATCH") and (issue or one):
            text = (body or {}).get("body")
            if not isinstance(text, str) or not 0 < len(text) <= 65536:
                return self.answer(422, {"message": "Validation Failed"})
            if issue:
                comment = {"id": len(COMMENTS) + 1, "issue": int(issue[1]), "user": {"type": USERS[user]}, "body": text}
                COMMENTS.append(comment)
                return self.answer(201, comment)
            for comment in COMMENTS:
                if comment["id"] == int(one[1]):
                    comment["body"] = text
                    return self.answer(200, comment)
        if url.path == "/repos/some/where/code-scanning/sarifs" and self.command == "POST":
            if not all(isinstance((body or {}).get(key), str) for key in ("commit_sha", "ref", "sarif")):
                return self.answer(422, {"message": "Validation Failed"})
            SARIFS.append(body)
            return self.answer(202, {"id": str(len(SARIFS))})
        return self.answer(404, {"message": "Not Found"})

    do_GET = do_POST = do_PATCH = handle_request

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Api)
print(server.server_port, flush=True)
server.serve_forever()
