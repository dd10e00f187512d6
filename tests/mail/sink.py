"""An SMTP server for tests (aiosmtpd). Prints one JSON object per line: first its port, then every mail it got.

What it does with a mail is told by the recipient's local part:
  refused      550 for ever
  busy         452 the first time, then accepted
  lost         takes the mail, then drops the connection before it answers, the first time
  toolate      554 after the data
  slow         takes the mail and answers after a minute
  anything else is accepted
"""
import argparse
import asyncio
import base64
import email
import email.policy
import json
import ssl
import sys

from aiosmtpd.smtp import AuthResult, SMTP


def say(record):
    print(json.dumps(record), flush=True)


def describe(content):
    message = email.message_from_bytes(content, policy=email.policy.default)
    parts, defects = [], [repr(d) for d in message.defects]
    for part in message.walk():
        defects += [repr(d) for d in part.defects]
        if part.is_multipart():
            continue
        payload = part.get_payload(decode=True)
        parts.append({
            "type": part.get_content_type(),
            "charset": part.get_content_charset(),
            "disposition": part.get_content_disposition(),
            "filename": part.get_filename(),
            "cid": part.get("Content-ID"),
            "method": part.get_param("method"),
            "text": part.get_content() if part.get_content_maintype() == "text" else None,
            "base64": base64.b64encode(payload).decode(),
        })
    return {"headers": [[k, str(v)] for k, v in message.items()],
            "shape": [p.get_content_type() for p in message.walk()],
            "parts": parts, "defects": defects,
            "longest_line": max(len(line) for line in content.split(b"\r\n")),
            "bare_newlines": content.replace(b"\r\n", b"").count(b"\n")}


class Handler:
    def __init__(self):
        self.seen = {}

    def first_time(self, recipient):
        self.seen[recipient] = self.seen.get(recipient, 0) + 1
        return self.seen[recipient] == 1

    async def handle_RCPT(self, server, session, envelope, address, options):
        local = address.split("@")[0]
        if local == "refused":
            return "550 5.1.1 no such mailbox"
        if local == "busy" and self.first_time(address):
            return "452 4.2.2 mailbox full"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server, session, envelope):
        local = envelope.rcpt_tos[0].split("@")[0]
        say({"from": envelope.mail_from, "to": envelope.rcpt_tos, "peer": list(session.peer)[1],
             "tls": session.ssl is not None, "login": getattr(session, "authenticated", False),
             "mail": describe(envelope.original_content)})
        if local == "lost" and self.first_time(envelope.rcpt_tos[0]):
            server.transport.abort()
            return "250 never sent"
        if local == "slow":
            await asyncio.sleep(60)
        if local == "toolate":
            return "554 5.6.0 content refused"
        return "250 2.0.0 taken"


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--port", type=int, default=0)
    arguments.add_argument("--certificate")
    arguments.add_argument("--key")
    arguments.add_argument("--implicit-tls", action="store_true")
    arguments.add_argument("--require-tls", action="store_true")
    arguments.add_argument("--login", help="user:password")
    options = arguments.parse_args()

    context = None
    if options.certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(options.certificate, options.key)

    def authenticator(server, session, envelope, mechanism, data):
        user, _, password = options.login.partition(":")
        good = data.login == user.encode() and data.password == password.encode()
        return AuthResult(success=good, handled=good)

    handler = Handler()

    def protocol():
        return SMTP(handler, hostname="sink.example",
                    tls_context=None if options.implicit_tls else context, require_starttls=options.require_tls,
                    authenticator=authenticator if options.login else None,
                    auth_required=bool(options.login), auth_require_tls=bool(options.login and context and not options.implicit_tls))

    async def serve():
        server = await asyncio.get_running_loop().create_server(
            protocol, "127.0.0.1", options.port, ssl=context if options.implicit_tls else None)
        say({"port": server.sockets[0].getsockname()[1]})
        await server.serve_forever()

    asyncio.run(serve())


if __name__ == "__main__":
    sys.exit(main())
