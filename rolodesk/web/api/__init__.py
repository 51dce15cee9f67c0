"""The HTTP API under `/api`, which clients of a Tiledesk server can speak."""

from litestar import Router

from rolodesk.web.api import (
    accounts,
    bans,
    bots,
    departments,
    duplicates,
    emails,
    events,
    labels,
    lead_lists,
    leads,
    library,
    members,
    merges,
    messages,
    projects,
    request_files,
    requests,
    routing,
    segments,
    subscriptions,
    visitors,
)

router = Router(
    "/api",
    route_handlers=[
        *accounts.route_handlers,
        *bots.route_handlers,
        *visitors.route_handlers,
        *projects.route_handlers,
        *bans.route_handlers,
        *labels.route_handlers,
        *members.route_handlers,
        *lead_lists.route_handlers,
        *leads.route_handlers,
        *merges.route_handlers,
        *duplicates.route_handlers,
        *emails.route_handlers,
        *requests.route_handlers,
        *messages.route_handlers,
        *request_files.route_handlers,
        *routing.route_handlers,
        *departments.route_handlers,
        *events.route_handlers,
        *library.route_handlers,
        *subscriptions.route_handlers,
        *segments.route_handlers,
    ],
)
