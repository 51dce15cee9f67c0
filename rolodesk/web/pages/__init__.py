"""The team's pages: parse, call one verb, render."""

from litestar import Router
from litestar.di import Provide

from rolodesk.web.pages import (
    account,
    addresses,
    audit,
    blocked,
    bulk,
    campaigns,
    contact,
    contacts,
    demo,
    departments,
    desk,
    duplicate_settings,
    duplicates,
    first_run,
    form_builder,
    inbox,
    invitation,
    library,
    mail_settings,
    merge,
    merged,
    new_contact,
    opening_hours,
    password,
    people,
    projects,
    settings,
    signin,
    texts,
    thread,
    views,
    webhooks,
)
from rolodesk.web.pages.render import error_page

__all__ = ["error_page", "route_handlers"]

route_handlers = [
    Router(
        path="/",
        route_handlers=[
            *first_run.routes,
            *signin.routes,
            *password.routes,
            *invitation.routes,
            *account.routes,
            *projects.routes,
            *contacts.routes,
            *views.routes,
            *campaigns.routes,
            *bulk.routes,
            *new_contact.routes,
            *duplicates.routes,
            *merge.routes,
            *merged.routes,
            *contact.routes,
            *inbox.routes,
            *thread.routes,
            *settings.routes,
            *opening_hours.routes,
            *texts.routes,
            *blocked.routes,
            *addresses.routes,
            *form_builder.routes,
            *people.routes,
            *departments.routes,
            *library.routes,
            *duplicate_settings.routes,
            *mail_settings.routes,
            *webhooks.routes,
            *audit.routes,
            *demo.routes,
        ],
        dependencies={
            "visit": Provide(desk.visit, sync_to_thread=True),
            "own": Provide(desk.own, sync_to_thread=True),
            "desk": Provide(desk.desk, sync_to_thread=True),
            "form": Provide(desk.form),
        },
        before_request=desk.refuse_forgeries,
        include_in_schema=False,
    )
]
