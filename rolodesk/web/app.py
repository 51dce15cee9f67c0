"""The application: routes, static files, headers, and what they share."""

from __future__ import annotations

import asyncio
import gc
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from litestar import Litestar, Response, get
from litestar.config.compression import CompressionConfig
from litestar.datastructures import State
from litestar.enums import ScopeType
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import SwaggerRenderPlugin
from litestar.static_files import create_static_files_router
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from rolodesk import __version__
from rolodesk.storage.database import Database
from rolodesk.usecases import sign_in
from rolodesk.web import api, gate, live, pages
from rolodesk.web.auth import Basics, make_limits
from rolodesk.web.errors import EXCEPTION_HANDLERS

if TYPE_CHECKING:
    from rolodesk.config import Settings

HERE = Path(__file__).parent
HASHED = re.compile(r"-[0-9a-f]{12}\.js$")
SWAGGER = "/static/vendor/swagger-ui-dist"
CSP = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: https: http:;"
    " connect-src 'self' ws: wss:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'"
)
PAGE_HEADERS = [
    (b"content-security-policy", CSP.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
]
CORS_HEADERS = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-allow-methods", b"GET, POST, PUT, PATCH, DELETE, OPTIONS"),
    (b"access-control-allow-headers", b"Authorization, Content-Type, X-Requested-With, Idempotency-Key"),
    (b"access-control-expose-headers", b"Retry-After, Content-Location"),
    (b"access-control-max-age", b"86400"),
    (b"x-content-type-options", b"nosniff"),
]


class Beside(Protocol):
    """Work that is done beside the server, as long as it runs."""

    def start(self) -> None: ...
    def stop(self) -> None: ...


def create_app(settings: Settings, db: Database, beside: Sequence[Beside] = ()) -> Litestar:
    """The application over an open database."""
    keys = sign_in.keys(db)
    hub = live.Hub(db, keys)

    @asynccontextmanager
    async def running(_: Litestar) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(settings.threads, thread_name_prefix="verb"))
        hub.start(loop)
        for work in beside:
            work.start()
        # One full collection with thousands of open sockets stalls everything for most of a second.
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 50)
        yield
        await hub.stop()
        for work in beside:
            await asyncio.to_thread(work.stop)
        db.close()

    app = Litestar(
        route_handlers=[
            api.router,
            *pages.route_handlers,
            *live.route_handlers,
            widget_loader,
            health,
            create_static_files_router("/static", directories=[HERE / "static"]),
        ],
        guards=[gate.guard],
        exception_handlers=EXCEPTION_HANDLERS,
        compression_config=CompressionConfig(backend="gzip", gzip_compress_level=5, exclude="^/api/"),
        openapi_config=OpenAPIConfig(
            title="Rolodesk",
            version=__version__,
            description="Contacts and their conversations. A lead is a contact, a request is a conversation.",
            path="/api/docs",
            use_handler_docstrings=True,
            render_plugins=[
                SwaggerRenderPlugin(
                    js_url=f"{SWAGGER}/swagger-ui-bundle.js",
                    standalone_preset_js_url=f"{SWAGGER}/swagger-ui-standalone-preset.js",
                    css_url=f"{SWAGGER}/swagger-ui.css",
                    favicon="",
                    path="/",
                )
            ],
        ),
        state=State(
            {
                "db": db,
                "signing": keys,
                "settings": settings,
                "limits": make_limits(settings),
                "basics": Basics(keys.csrf),
                "gate": gate.Gate(db),
                "hub": hub,
                "error_page": pages.error_page,
            }
        ),
        lifespan=[running],
        request_max_body_size=settings.body_limit,
        debug=False,
        logging_config=None,
    )
    # Around everything, so that what is nowhere gets them too; a middleware is asked for routes alone.
    app.asgi_handler = headers(app.asgi_handler)
    return app


@get("/widget.js", include_in_schema=False, sync_to_thread=True)
def widget_loader() -> Response[bytes]:
    """The widget's loader, the one file that a site names; it is looked for again after five minutes."""
    content = (HERE / "static" / "widget" / "loader.js").read_bytes()
    return Response(content, media_type="text/javascript", headers={"Cache-Control": "public, max-age=300"})


@get("/health", include_in_schema=False, sync_to_thread=False)
def health() -> dict[str, str]:
    """For a load balancer: the process answers."""
    return {"status": "ok", "version": __version__}


def headers(app: ASGIApp) -> ASGIApp:
    """Give the API and the widget to other sites' scripts, and keep pages to themselves."""

    async def with_headers(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await app(scope, receive, send)
            return
        path = scope["path"]
        is_open = path.startswith(("/api/", "/static/widget/")) or path in ("/widget.js", "/api")
        is_docs = path.startswith("/api/docs")
        if is_open and scope["method"] == "OPTIONS":
            await _answer_preflight(scope, send)
            return
        added = CORS_HEADERS if is_open and not is_docs else PAGE_HEADERS
        if is_docs:
            added = [(n, v if n != b"content-security-policy" else DOCS_CSP) for n, v in PAGE_HEADERS]
        if path.startswith("/static/"):
            added = [*added, (b"cache-control", _cache_control(path, scope["query_string"]))]
        await app(scope, receive, _adding(send, added))

    return with_headers


def _cache_control(path: str, query: bytes) -> bytes:
    """A file named by its content may be kept for ever, any other is looked for again after five minutes."""
    if query.startswith(b"v=") or HASHED.search(path):
        return b"public, max-age=31536000, immutable"
    return b"public, max-age=300"


# The API's documentation renders itself with inline scripts and styles; it shows nothing of anybody.
DOCS_CSP = CSP.replace("script-src 'self'", "script-src 'self' 'unsafe-inline'").replace(
    "style-src 'self'", "style-src 'self' 'unsafe-inline'"
).encode()  # fmt: skip


def _adding(send: Send, added: list[tuple[bytes, bytes]]) -> Callable[[Message], Awaitable[None]]:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            present = {name.lower() for name, _ in message["headers"]}
            message["headers"] = [*message["headers"], *((n, v) for n, v in added if n not in present)]
        await send(message)

    return sending


async def _answer_preflight(scope: Scope, send: Send) -> None:
    """Whatever headers a client asks for are allowed: a call is known by its token alone, never by a cookie."""
    asked = dict(scope["headers"]).get(b"access-control-request-headers")
    headers = [(n, asked if asked and n == b"access-control-allow-headers" else v) for n, v in CORS_HEADERS]
    start: Any = {"type": "http.response.start", "status": 204, "headers": headers}
    body: Any = {"type": "http.response.body", "body": b"", "more_body": False}
    await send(start)
    await send(body)
