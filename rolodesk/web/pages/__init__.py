"""The team's pages: parse, call one verb, render."""

from litestar import Router
from litestar.di import Provide

from rolodesk.web.pages import (
    account,
    audit,
    bulk,
    contact,
    contacts,
    demo,
    desk,
    duplicate_settings,
    duplicates,
    first_run,
    form_builder,
    inbox,
    invitation,
    library,
    merge,
    merged,
    new_contact,
    people,
    projects,
    settings,
    signin,
    thread,
)
from rolodesk.web.pages.render import error_page

__all__ = ["error_page", "route_handlers"]

route_handlers = [
    Router(
        path="/",
        route_handlers=[
            *first_run.routes,
            *signin.routes,
            *invitation.routes,
            *account.routes,
            *projects.routes,
            *contacts.routes,
            *bulk.routes,
            *new_contact.routes,
            *duplicates.routes,
            *merge.routes,
            *merged.routes,
            *contact.routes,
            *inbox.routes,
            *thread.routes,
            *settings.routes,
            *form_builder.routes,
            *people.routes,
            *library.routes,
            *duplicate_settings.routes,
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
