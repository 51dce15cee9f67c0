"""The same comparisons by Splink: a model learnt from a project's own contacts without anybody saying who is who, and
scores on an engine of many machines."""

from __future__ import annotations

import logging
from math import log2
from typing import TYPE_CHECKING, Any

from rolodesk.batch.link import COUNTED
from rolodesk.batch.settings import settings
from rolodesk.domain.matching import COMPARISONS, Model, Weight

if TYPE_CHECKING:
    import duckdb
    from splink.internals.database_api import DatabaseAPI

SAMPLED_PAIRS = 5e6
SEED = 1
FEWEST = 300
# What somebody shares only by being the same person, or by chance: each leaves the others to be learnt.
LEARN_BY = (
    "l.marks_text = r.marks_text AND l.marks_text <> ''",
    "l.street = r.street AND l.zipcode = r.zipcode AND l.street <> ''",
    "l.box = r.box AND l.box <> ''",
    "l.line = r.line AND l.line <> ''",
    "l.name = r.name AND l.name <> ''",
)


def linker(api: DatabaseAPI[Any], model: Model, contacts: int, tables: dict[str, Any]) -> Any:
    """Splink's linker over the table `compared`, with our frequencies. `tables` are the registered `compared`, the
    look-ups by column, and if there are any the `candidates`."""
    from splink import Linker

    logging.getLogger("splink").setLevel(logging.ERROR)
    made = Linker(
        api.register(tables["compared"]), settings(api.sql_dialect.sql_dialect_str, model, contacts)
    )
    for column in ("name", *COUNTED):
        made.table_management.register_term_frequency_lookup(api.register(tables[column]), column)
    if "candidates" in tables:
        made.table_management.register_blocked_pairs_for_predict(api.register(tables["candidates"]))
    return made


def learn(db: duckdb.DuckDBPyConnection, model: Model, contacts: int, pairs: float = SAMPLED_PAIRS) -> Model:
    """The model with m and u of every level that these contacts could teach, by expectation maximisation. What they
    could not stays as it is in `model`. Asked after `link.predict`."""
    from splink import DuckDBAPI

    found = linker(DuckDBAPI(connection=db), model, contacts, tables(db))
    found.training.estimate_u_using_random_sampling(max_pairs=pairs, seed=SEED)
    for rule in LEARN_BY:
        if _pairs(db, rule) >= FEWEST:
            found.training.estimate_parameters_using_expectation_maximisation(rule)
    levels = {comparison.name: dict(model.levels[comparison.name]) for comparison in COMPARISONS}
    for comparison in found._settings_obj.comparisons:
        for level in comparison.comparison_levels:
            if level.is_null_level or not level._has_estimated_m_values or not level._has_estimated_u_values:
                continue
            name = level.label_for_charts
            old = levels[comparison.output_column_name][name]
            levels[comparison.output_column_name][name] = Weight(
                _inside(level.m_probability), _inside(level.u_probability), old.tf_weight
            )
    odds = found._settings_obj._probability_two_random_records_match
    start = log2(odds / (1 - odds))
    return Model("learnt", start, contacts, levels, (), model.words, -1.0)


def _pairs(db: duckdb.DuckDBPyConnection, rule: str) -> int:
    (row,) = db.execute(
        f"SELECT count(*) FROM (SELECT 1 FROM compared l JOIN compared r ON {rule} AND l.n < r.n LIMIT {FEWEST})"
    ).fetchall()
    return int(row[0])


def _inside(probability: float) -> float:
    return min(max(probability, 1e-9), 1 - 1e-9)


def tables(db: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """The tables of `link.predict` as Splink wants them."""
    made = {"compared": "side"}
    db.execute(
        "CREATE OR REPLACE TABLE side AS"
        " SELECT * EXCLUDE (tf_name, tf_given, tf_surname, tf_city, tf_company, tf_local) FROM compared"
    )
    for column in ("name", *COUNTED):
        db.execute(
            f"CREATE OR REPLACE TABLE tf_of_{column} AS"
            f" SELECT DISTINCT {column}, tf_{column} FROM compared WHERE {column} <> ''"
        )
        made[column] = f"tf_of_{column}"
    db.execute(
        "CREATE OR REPLACE TABLE blocked AS SELECT a AS join_key_l, b AS join_key_r, '0' AS match_key FROM candidates"
    )
    return {**made, "candidates": "blocked"}
