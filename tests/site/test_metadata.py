"""metadata.yml says something true about every table, view, column and query, and nothing about any other."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from datasette.utils import parse_metadata

from harvest import locations, schema, vocabulary

METADATA = parse_metadata(locations.metadata_file().read_text("utf-8"))
OURS: dict[str, Any] = METADATA["databases"]["ketamine"]
TABLES: dict[str, Any] = OURS["tables"]
QUERIES: dict[str, Any] = OURS["queries"]
SHAPES = {shape.name: shape for shape in schema.TABLES}
HIDDEN = {schema.SEARCH_TABLE}


def columns_of(file: Path, name: str) -> list[str]:
    with sqlite3.connect(file) as connection:
        return [row[1] for row in connection.execute(f"pragma table_info('{name}')")]


def test_describes_exactly_the_tables_and_views_of_the_schema() -> None:
    """A new table cannot go undescribed, a removed one cannot linger."""
    assert set(TABLES) == set(SHAPES) | set(schema.VIEWS) | HIDDEN


@pytest.mark.parametrize("name", [*SHAPES, *schema.VIEWS])
def test_describes_exactly_the_columns(name: str, database_file: Path) -> None:
    """Every column that exists is described, every description has its column."""
    assert set(TABLES[name]["columns"]) == set(columns_of(database_file, name))


@pytest.mark.parametrize("name", sorted(TABLES))
def test_names_title_description_licence_and_source(name: str) -> None:
    """Datasette 1.0 no longer inherits them, so each table states its own."""
    about = TABLES[name]
    for key in ("title", "license", "license_url", "source", "source_url"):
        assert about.get(key), f"{name} has no {key}"
    assert about.get("description") or about.get("description_html")


@pytest.mark.parametrize("name", sorted(set(TABLES) - HIDDEN))
def test_column_descriptions_say_more_than_the_name(name: str) -> None:
    """A description is a phrase, not an echo; anything counted or measured names its unit."""
    for column, text in TABLES[name]["columns"].items():
        assert isinstance(text, str) and len(text) > 6, f"{name}.{column}"
        assert text.casefold().replace(" ", "_") != column
    for column, unit in (("sample_size", "people"), ("enrolment", "people"), ("n", "("), ("hours", "hours")):
        assert unit in TABLES[name]["columns"].get(column, unit)


@pytest.mark.parametrize("name", [*SHAPES, *schema.VIEWS])
def test_facets_and_lists_name_existing_columns(name: str, database_file: Path) -> None:
    """A misspelt facet or column would break the table's page."""
    about, columns = TABLES[name], set(columns_of(database_file, name))
    for facet in about.get("facets", []):
        assert facet in columns if isinstance(facet, str) else set(facet.values()) <= set(schema.DIMENSIONS)
    for key in ("list_columns", "fine_print", "sortable_columns"):
        assert set(about.get(key, [])) <= columns
    assert about.get("label_column", "id") in columns | {"id"}


@pytest.mark.parametrize("name", sorted(SHAPES))
def test_paged_tables_sort_only_by_unique_columns(name: str) -> None:
    """Datasette loses rows when it pages through a sort by a column with equal values; short tables fit one page."""
    shape, about = SHAPES[name], TABLES[name]
    unique = {group[0] for group in (*shape.unique, shape.primary_key) if len(group) == 1}
    if about.get("size", 0) < 100:
        assert "sortable_columns" in about, f"{name} would be sortable by every column"
        assert set(about["sortable_columns"]) <= unique


def test_rights_and_caution_are_stated() -> None:
    """Abstracts remain their publishers', NLM is credited, and nobody takes a database of studies for advice."""
    everything = locations.metadata_file().read_text("utf-8")
    assert "courtesy of the U.S. National Library of Medicine" in everything
    assert "does not endorse it" in everything
    for name in ("reports", "evidence_text"):
        assert "remain their publishers'" in TABLES[name]["license"]
    assert "not medical advice" in METADATA["description_html"] and "not medical advice" in OURS["description_html"]


def test_queries_do_not_hide_tables() -> None:
    """A canned query with the name of a table or view would make that table unreachable."""
    assert not set(QUERIES) & set(TABLES)


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_query_states_what_it_is_and_every_parameter(name: str) -> None:
    """Title, description, audience, an end to its rows; parameters, inputs and SQL agree."""
    query = QUERIES[name]
    assert query["title"] and query["description"] and query["audience"] in {"researcher", "writer", "analyst"}
    used = set(re.findall(r"(?<![:\w]):([a-z_]+)", query["sql"]))
    assert used == set(query["params"]) == set(query["inputs"])
    assert set(query.get("example", {})) <= used
    assert re.search(r"\blimit \d+\s*\)?$", query["sql"]) or name == "search"


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_query_menus_offer_what_exists(name: str) -> None:
    """A menu names a vocabulary, the values of a column, or its own list."""
    for described in QUERIES[name]["inputs"].values():
        choices = described.get("choices")
        if isinstance(choices, str):
            table, _, column = choices.partition(".")
            assert table in SHAPES and (not column or column in SHAPES[table].column_names)
        else:
            assert choices is None or all(isinstance(value, str) for value in choices)


def test_search_uses_the_weights_of_the_schema() -> None:
    """The order of the index's columns and their weights are written down once more in SQL; both must agree."""
    weights = ", ".join(str(weight) for weight in schema.SEARCH_WEIGHTS)
    assert f"bm25(reports_fts, {weights})" in QUERIES["search"]["sql"]


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_examples_name_concepts_of_the_vocabulary(name: str) -> None:
    """The example under a question must lead to rows, not to a concept that was renamed."""
    words = vocabulary.load()
    for parameter, value in QUERIES[name].get("example", {}).items():
        if parameter in schema.DIMENSIONS:
            assert words.get(parameter, value)
