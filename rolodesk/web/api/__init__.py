"""The HTTP API under `/api`, which clients of a Tiledesk server can speak."""

from litestar import Router

from rolodesk.web.api import (
    accounts,
    duplicates,
    leads,
    library,
    members,
    merges,
    projects,
    requests,
    visitors,
)

router = Router(
    "/api",
    route_handlers=[
        *accounts.route_handlers,
        *visitors.route_handlers,
        *projects.route_handlers,
        *members.route_handlers,
        *leads.route_handlers,
        *merges.route_handlers,
        *duplicates.route_handlers,
        *requests.route_handlers,
        *library.route_handlers,
    ],
)
