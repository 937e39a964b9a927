"""The application: API, workbench, health and protection put together."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any

from fastapi import FastAPI

from records.connectors.registry import KINDS, Kind
from service import api, errors, health, openapi, web
from service.api.body_limit import BodyLimit, body_limit
from service.auth.oidc.provider import Provider
from service.auth.oidc.roles import read_group_roles
from service.auth.protection import install as install_protection
from service.broker import BrokerProbe
from service.db.engine import make_engine
from service.meetings.chains import find_chain
from service.settings import Settings, get_settings

DESCRIPTION = """議事要旨の素案づくり・確認・承認。

- 名前は英語、人が読む値（状態など）は日本語です。
- 誤りは RFC 9457（`application/problem+json`）で、`problems` に何が・どこで・どう直すかを返します。
- 認証は `Authorization: Bearer gjy_…`（API トークン）か、画面からのサインインです。
"""


def create_app(settings: Settings | None = None, *, kinds: Mapping[str, Kind] = KINDS) -> FastAPI:
    """The whole service. Does not create or migrate the database. ``kinds``: the ways in which packages leave.

    InputError for a file of the settings that cannot be used; an identity provider is not asked before it is needed.
    """
    chosen = settings or get_settings()
    # Read now, so that a fault in a chain stops the start and not an approval.
    find_chain(chosen.chain, chosen.chains_dir)
    engine = make_engine(chosen.database())
    provider = Provider(chosen) if chosen.federated else None
    roles_file = chosen.oidc_roles_file
    group_roles = read_group_roles(roles_file, engine) if chosen.federated and roles_file is not None else None
    broker = BrokerProbe(chosen.broker_url) if chosen.broker_url is not None else None

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        engine.dispose()
        if broker is not None:
            broker.close()
        if provider is not None:
            provider.close()

    app = FastAPI(
        title="Gijiyoshi",
        description=DESCRIPTION,
        version=version("gijiyoshi"),
        openapi_tags=openapi.TAGS,
        generate_unique_id_function=openapi.operation_id,
        openapi_url="/api/v1/openapi.json",
        # Their pages load scripts from a CDN; a closed network has none and the CSP forbids it.
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.engine = engine
    app.state.settings = chosen
    app.state.broker_probe = broker
    app.state.provider = provider
    app.state.group_roles = group_roles
    app.state.kinds = kinds
    app.include_router(api.router)
    app.include_router(health.router)
    app.include_router(web.router)
    web.mount_static(app)
    app.add_middleware(BodyLimit, most=body_limit(chosen.upload_max_bytes))
    errors.install(app, page=web.error_page)
    install_protection(app, chosen)
    _complete_openapi(app)
    return app


def _complete_openapi(app: FastAPI) -> None:
    def complete() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = openapi.openapi(app)
        return app.openapi_schema

    app.openapi = complete  # type: ignore[method-assign]
