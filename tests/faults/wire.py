"""HTTP/1.1 and WebSocket as guests speak them, on asyncio: many requests at a time, and every way in which one can fail told apart."""
import asyncio
import base64
import json
import os
import struct


class Broken(Exception):
    """No answer. `kind`: refused (nothing was sent), reset, closed or timeout."""

    def __init__(self, kind):
        super().__init__(kind)
        self.kind = kind


def kind_of(error):
    if isinstance(error, (asyncio.TimeoutError, TimeoutError)):
        return "timeout"
    if isinstance(error, asyncio.IncompleteReadError):
        return "closed"
    return "reset"


class Client:
    """Requests to one node. Connections are kept; each carries one request at a time."""

    def __init__(self, name, address, port, tenant):
        self.name, self.address, self.port = name, address, port
        self._head = f"Host: {address}\r\nHoldfast-Tenant: {tenant}\r\n"
        self._idle = []

    async def request(self, method, path, body=None, headers=None, timeout=12.0):
        """(status, JSON or None); raises Broken."""
        connection = self._take()
        try:
            async with asyncio.timeout(timeout):
                if connection is None:
                    connection = await self._open()
                reader, writer = connection
                writer.write(self._message(method, path, body, headers))
                await writer.drain()
                status, fields = await self._read_head(reader)
                text = await reader.readexactly(int(fields.get("content-length", 0)))
        except Broken:
            raise
        except (OSError, asyncio.TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
            if connection:
                connection[1].close()
            raise Broken(kind_of(error)) from None
        if fields.get("connection") == "close":
            writer.close()
        else:
            self._idle.append(connection)
        return status, json.loads(text) if text and "json" in fields.get("content-type", "") else None

    def forget(self):
        """The connections that wait for the next request."""
        for _, writer in self._idle:
            writer.close()
        self._idle.clear()

    def _take(self):
        while self._idle:
            reader, writer = self._idle.pop()
            if not reader.at_eof() and not writer.is_closing():
                return reader, writer
            writer.close()
        return None

    async def _open(self):
        try:
            return await asyncio.open_connection(self.address, self.port)
        except ConnectionRefusedError:
            raise Broken("refused") from None

    def _message(self, method, path, body, headers):
        text = b"" if body is None else json.dumps(body).encode()
        head = f"{method} {path} HTTP/1.1\r\n{self._head}"
        if body is not None:
            head += "Content-Type: application/json\r\n"
        if method != "GET":
            head += f"Content-Length: {len(text)}\r\n"
        for name, value in (headers or {}).items():
            head += f"{name}: {value}\r\n"
        return head.encode() + b"\r\n" + text

    @staticmethod
    async def _read_head(reader):
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        fields = dict(line.lower().split(": ", 1) for line in lines[1:] if line)
        return int(lines[0].split(" ")[1]), fields


class LiveSocket:
    """One WebSocket to a node; its messages are JSON."""

    def __init__(self, reader, writer):
        self._reader, self._writer = reader, writer

    @classmethod
    async def open(cls, client, tenant, timeout=5.0):
        async with asyncio.timeout(timeout):
            reader, writer = await asyncio.open_connection(client.address, client.port, limit=1 << 22)
            key = base64.b64encode(os.urandom(16)).decode()
            writer.write((f"GET /api/v1/live?tenant={tenant} HTTP/1.1\r\nHost: {client.address}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                          f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n").encode())
            head = await reader.readuntil(b"\r\n\r\n")
        if b" 101 " not in head.split(b"\r\n")[0]:
            writer.close()
            raise ConnectionError(head.split(b"\r\n")[0].decode())
        return cls(reader, writer)

    async def say(self, message):
        self._send(1, json.dumps(message).encode())
        await self._writer.drain()

    async def hear(self, silence):
        """The next message; TimeoutError when nothing, not even a pong, comes for so long."""
        text = b""
        while True:
            async with asyncio.timeout(silence):
                final, kind, payload = await self._frame()
            if kind == 8:
                raise ConnectionError("closed")
            if kind == 9:
                self._send(10, payload)
            if kind in (0, 1):
                text += payload
                if final:
                    return json.loads(text)
            elif kind == 10:
                return None

    def ping(self):
        self._send(9, b"")

    def close(self):
        self._writer.close()

    def _send(self, kind, payload):
        mask = os.urandom(4)
        size = len(payload)
        head = bytes([0x80 | kind]) + (bytes([0x80 | size]) if size < 126 else bytes([0x80 | 126]) + struct.pack(">H", size))
        self._writer.write(head + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(payload)))

    async def _frame(self):
        first, second = await self._reader.readexactly(2)
        size = second & 0x7F
        if size == 126:
            size = struct.unpack(">H", await self._reader.readexactly(2))[0]
        elif size == 127:
            size = struct.unpack(">Q", await self._reader.readexactly(8))[0]
        return bool(first & 0x80), first & 0x0F, await self._reader.readexactly(size)
