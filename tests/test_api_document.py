"""The OpenAPI document, the page made of it, and that the API keeps to it whatever it is sent."""

import json
import re
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from qa_bot.settings import Settings
from ui.api_document import write_reference
from ui.problems import KINDS

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]


@pytest.fixture(scope="session")
def document(site_address: str) -> dict[str, Any]:
    told: dict[str, Any] = httpx.get(f"{site_address}/api/openapi.json").json()
    return told


@pytest.fixture(scope="session")
def loaded(site_address: str) -> Any:
    return schemathesis.openapi.from_url(f"{site_address}/api/openapi.json")


OPERATIONS = [
    ("/api/v1/ask", "POST"),
    ("/api/v1/ask/stream", "POST"),
    ("/api/v1/articles", "GET"),
    ("/api/v1/articles/{id}", "GET"),
    ("/api/v1/suggestions", "GET"),
    ("/api/v1/feedback", "POST"),
    ("/api/v1/conversations/{id}", "DELETE"),
    ("/v1/models", "GET"),
    ("/v1/chat/completions", "POST"),
]


# There is nothing wrong that could be sent to a path without a body or a field.
WITHOUT_FIELDS = ("/api/v1/articles", "/api/v1/articles/{id}", "/v1/models")


@pytest.mark.parametrize(
    ("path", "method", "mode"),
    [
        (path, method, mode)
        for path, method in OPERATIONS
        for mode in GenerationMode
        if mode is GenerationMode.POSITIVE or path not in WITHOUT_FIELDS
    ],
)
def test_the_api_keeps_to_its_document_whatever_it_is_sent(
    path: str, method: str, mode: GenerationMode, loaded: Any
) -> None:
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(loaded[path][method].as_strategy(generation_mode=mode))
    def _send(case: Any) -> None:
        response = case.call()
        # Of what is wrong and too large, the size is told first; schemathesis does not take that for a refusal.
        too_large = response.status_code == 413
        checks = [check for check in CHECKS if not (too_large and check is negative_data_rejection)]
        case.validate_response(response, checks=checks)

    _send()


def list_operations(document: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [(path, operation) for path, methods in document["paths"].items() for operation in methods.values()]


def test_every_route_is_described_and_its_errors_are_problems(document: dict[str, Any]) -> None:
    assert {(path, method.upper()) for path, methods in document["paths"].items() for method in methods} == set(
        OPERATIONS
    )
    for path, operation in list_operations(document):
        assert operation["description"], path
        for status, response in operation["responses"].items():
            if status >= "4":
                assert list(response["content"]) == ["application/problem+json"], (path, status)


def find_examples(schemas: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [(name, example) for name, schema in schemas.items() for example in schema.get("examples", ())]


def test_every_example_fits_its_schema(document: dict[str, Any]) -> None:
    from jsonschema import Draft202012Validator

    examples = find_examples(document["components"]["schemas"])
    assert {"AskBody", "AnswerBody", "QuoteBody", "ArticleLine", "ProblemBody", "FeedbackBody"} <= {
        n for n, _ in examples
    }
    for name, example in examples:
        whole = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
        Draft202012Validator(whole).validate(example)


def test_an_example_of_a_quote_is_one(document: dict[str, Any]) -> None:
    quote = document["components"]["schemas"]["QuoteBody"]["examples"][0]
    assert quote["end"] - quote["start"] == len(quote["text"])
    marked = quote["text"][quote["mark_start"] - quote["start"] : quote["mark_end"] - quote["start"]]
    assert marked == "27 млн тонна"


def test_the_longest_question_is_told(document: dict[str, Any]) -> None:
    assert (
        document["components"]["schemas"]["AskBody"]["properties"]["question"]["maxLength"] == Settings().max_question
    )


def test_the_page_names_every_route_and_every_problem_and_loads_nothing_from_elsewhere(
    site_address: str, document: dict[str, Any]
) -> None:
    got = httpx.get(f"{site_address}/api/docs")
    for path in document["paths"]:
        assert f" {path}</code>" in got.text
    for name in KINDS:
        assert f'id="{name}"' in got.text
    assert re.findall(r'(?:href|src)="([^"]+)"', got.text) == ["/api/docs.css", "/api/openapi.json"]
    assert "<script" not in got.text
    assert "unsafe" not in got.headers["content-security-policy"]
    style = httpx.get(f"{site_address}/api/docs.css")
    assert (style.status_code, style.headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert "url(" not in style.text


def test_what_a_description_holds_is_text_and_links_bear_the_prefix(document: dict[str, Any]) -> None:
    hostile = json.loads(json.dumps(document).replace("Answer a question", "<script>alert(1)</script>"))
    page = write_reference(hostile, Settings(root_path="/bot"))
    assert "<script" not in page
    assert 'href="/bot/api/docs.css"' in page


def test_sign_in_is_part_of_the_document_where_it_is_needed() -> None:
    from fastapi import FastAPI

    from ui.api_document import describe_api
    from ui.api_records import AskBody

    app = FastAPI()

    @app.post("/x")
    def _x(body: AskBody) -> None:
        """Ask."""

    told = describe_api(app, Settings(password_file="people", root_path="/bot"))
    assert told["security"] == [{"basic": []}]
    assert told["servers"] == [{"url": "/bot"}]
    assert "security" not in describe_api(app, Settings())
