"""The OpenAPI document of the API, and a page to read it by that loads nothing from elsewhere."""

import html
import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from fastapi import APIRouter, FastAPI, Response
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse

from qa_bot.settings import Settings
from ui import api_records
from ui.problems import KINDS, MEDIA_TYPE

VERSION: Final = "1"

STYLE: Final = """:root{color-scheme:light dark}
body{font:17px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
h1,h2,h3{line-height:1.2}
code,pre{font:15px/1.4 ui-monospace,monospace}
pre{overflow:auto;padding:.75rem 1rem;border:1px solid;border-radius:6px}
section{border-top:1px solid;margin-top:2rem}
table{border-collapse:collapse;width:100%}
td,th{text-align:left;vertical-align:top;padding:.3rem .8rem .3rem 0;border-bottom:1px solid}
"""

_METHODS: Final = ("get", "post", "delete")


def route_document(app: FastAPI, settings: Settings) -> APIRouter:
    """The routes `/api/openapi.json`, `/api/docs` and its style, made when they are first asked for."""
    router = APIRouter(include_in_schema=False)

    @cache
    def _describe() -> dict[str, Any]:
        return describe_api(app, settings)

    @router.get("/api/openapi.json")
    async def show_document() -> dict[str, Any]:
        return _describe()

    @router.get("/api/docs", response_class=HTMLResponse)
    async def show_reference() -> str:
        return write_reference(_describe(), settings)

    @router.get("/api/docs.css")
    async def show_style() -> Response:
        return Response(STYLE, media_type="text/css")

    return router


def describe_api(app: FastAPI, settings: Settings) -> dict[str, Any]:
    """The OpenAPI document of an application, with its errors as problem details."""
    document = get_openapi(
        title="qa-bot",
        version=VERSION,
        description="Answers questions about news articles in Kazakh and English, with exact quotes.",
        routes=app.routes,
        servers=[{"url": settings.root_path or "/"}],
    )
    for operations in document["paths"].values():
        for operation in operations.values():
            for status, response in operation["responses"].items():
                content = response.get("content", {})
                if status >= "4" and "application/json" in content:
                    response["content"] = {MEDIA_TYPE: content["application/json"]}
                if status in {"429", "503"}:
                    response["headers"] = {
                        "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}}
                    }
    schemas = document["components"]["schemas"]
    schemas["AskBody"]["properties"]["question"]["maxLength"] = settings.max_question
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    for name, example in _list_examples():
        if name in schemas:
            schemas[name]["examples"] = example
    if settings.password_file:
        document["components"]["securitySchemes"] = {"basic": {"type": "http", "scheme": "basic"}}
        document["security"] = [{"basic": []}]
    return document


def _list_examples() -> Iterator[tuple[str, Any]]:
    """The examples of the models as they were written: FastAPI leaves out of them whatever is null."""
    for name, model in vars(api_records).items():
        extra = model.model_config.get("json_schema_extra") if hasattr(model, "model_config") else None
        if isinstance(extra, dict):
            yield name, extra["examples"]


def write_reference(document: Mapping[str, Any], settings: Settings) -> str:
    """The document as a page: every route with its fields and examples, and every problem by the name of its type."""
    root = settings.root_path
    routes = "".join(
        _write_route(method, path, operations[method], document)
        for path, operations in document["paths"].items()
        for method in _METHODS
        if method in operations
    )
    problems = "".join(
        f'<tr id="{kind.name}"><td><code>{kind.name}</code></td><td>{kind.status}</td>'
        f"<td>{html.escape(kind.title)}</td><td>{html.escape(kind.action)}</td></tr>"
        for kind in KINDS.values()
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>qa-bot API</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<link rel="stylesheet" href="{root}/api/docs.css"></head><body><main>'
        f"<h1>qa-bot API</h1><p>{html.escape(document['info']['description'])} "
        f'<a href="{root}/api/openapi.json">openapi.json</a></p>{routes}'
        "<section><h2>Problems</h2>"
        "<p>Errors are problem details (RFC 9457); their type ends with one of these names.</p>"
        "<table><thead><tr><th>type</th><th>status</th><th>what happened</th><th>what to do</th></tr></thead>"
        f"<tbody>{problems}</tbody></table></section></main></body></html>\n"
    )


def _write_route(method: str, path: str, operation: Mapping[str, Any], document: Mapping[str, Any]) -> str:
    parts = [f"<section><h2><code>{method.upper()} {html.escape(path)}</code></h2>"]
    parts.append(f"<p>{html.escape(operation.get('description', ''))}</p>")
    fields = [
        (parameter["name"], parameter["schema"], parameter.get("required", False), parameter.get("description", ""))
        for parameter in operation.get("parameters", ())
    ]
    body = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if body:
        schema = _resolve(body["schema"], document)
        required = schema.get("required", ())
        fields += [
            (name, field, name in required, field.get("description", ""))
            for name, field in schema["properties"].items()
        ]
    if fields:
        rows = "".join(
            f"<tr><td><code>{html.escape(name)}</code></td><td>{html.escape(_name_type(field))}</td>"
            f"<td>{'required' if required else 'optional'}</td><td>{html.escape(about)}</td></tr>"
            for name, field, required, about in fields
        )
        parts.append(f"<table><tbody>{rows}</tbody></table>")
    if body:
        parts.extend(_write_examples("Send", body["schema"], document))
    for status, response in operation["responses"].items():
        said = html.escape(response["description"])
        parts.append(f"<h3>{status}</h3><p>{said}</p>")
        answer = response.get("content", {}).get("application/json")
        if answer:
            parts.extend(_write_examples("", answer["schema"], document))
    return "".join([*parts, "</section>"])


def _write_examples(title: str, schema: Mapping[str, Any], document: Mapping[str, Any]) -> Iterator[str]:
    for example in _resolve(schema, document).get("examples", ()):
        if title:
            yield f"<h3>{title}</h3>"
        yield f"<pre><code>{html.escape(json.dumps(example, ensure_ascii=False, indent=2))}</code></pre>"


def _resolve(schema: Mapping[str, Any], document: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = schema.get("$ref")
    if reference is None:
        return schema
    found: Mapping[str, Any] = document["components"]["schemas"][reference.rpartition("/")[2]]
    return found


def _name_type(schema: Mapping[str, Any]) -> str:
    """A field's type in a few words, such as `kk | en` or `array of Message`."""
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if "anyOf" in schema:
        return " | ".join(_name_type(one) for one in schema["anyOf"])
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if schema.get("type") == "array":
        return f"array of {_name_type(schema['items'])}"
    return str(schema.get("type", "any"))
