"""The settings are code that Splink takes on both engines, and what it makes of them is what we score."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from splink import DuckDBAPI

from bench.people import MIXTURES, population
from rolodesk.batch import splinked
from rolodesk.batch.evaluate import evidence_of
from rolodesk.batch.link import block, load, opened, predict, prepare, weigh
from rolodesk.batch.models import check, shipped
from rolodesk.domain.evidence import Rules

COLUMNS = [
    "fullname",
    "firstname",
    "lastname",
    "email",
    "phone",
    "company",
    "streetAddress",
    "city",
    "zipcode",
    "country",
    "customer_number",
]
RULES = Rules("IT", ("customer_number",))
# Its progress bars and pandas are not ours to mend.
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture
def scored() -> Iterator[tuple[object, int]]:
    people = population(3_000, 11, MIXTURES["business"])
    rows = [("", evidence_of(dict(zip(COLUMNS, one, strict=False)), RULES)) for one in people]
    with opened() as db:
        load(db, rows)
        prepare(db, shipped(), len(rows))
        block(db)
        weigh(db, shipped(), len(rows))
        predict(db, shipped(), len(rows))
        yield db, len(rows)


def test_splink_scores_every_candidate_as_we_do(scored: tuple[object, int]) -> None:
    db, contacts = scored
    found = splinked.linker(DuckDBAPI(connection=db), shipped(), contacts, splinked.tables(db))

    theirs = found.inference.predict(warning_mode="never").physical_name

    joined = f"{theirs} p JOIN scored s ON s.a = p.n_l AND s.b = p.n_r"
    question = f"SELECT count(*), max(abs(p.match_weight - s.bits)) FROM {joined}"
    pairs, worst = db.execute(question).fetchall()[0]
    assert pairs == db.execute("SELECT count(*) FROM scored").fetchall()[0][0] > 1_000
    assert worst < 1e-6


@pytest.mark.long
def test_a_model_is_learnt_from_contacts_without_being_told_who_is_who(scored: tuple[object, int]) -> None:
    db, contacts = scored

    learnt = splinked.learn(db, shipped(), contacts, pairs=2e5)

    check(learnt)
    name, email = learnt.levels["name"], learnt.levels["email"]
    assert name["same"].bits > 6 > 0 > name["different"].bits
    assert email["same"].bits > 6 > 0 > email["different"].bits
    changed = [c for c in learnt.levels if learnt.levels[c] != shipped().levels[c]]
    assert {"name", "email", "phone", "company"} <= set(changed)


@pytest.mark.long
@pytest.mark.timeout(900)
def test_spark_scores_as_duckdb_does(scored: tuple[object, int], tmp_path: Path) -> None:
    pytest.importorskip("pyspark")
    from pyspark.sql import SparkSession
    from splink import SparkAPI
    from splink.backends.spark import similarity_jar_location

    db, contacts = scored
    settings = {
        "spark.jars": similarity_jar_location(),
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "2",
        "spark.driver.memory": "2g",
        "spark.sql.warehouse.dir": str(tmp_path / "warehouse"),
    }
    builder = SparkSession.builder.master("local[2]")
    for key, value in settings.items():
        builder = builder.config(key, value)
    spark = builder.getOrCreate()
    try:
        spark.sparkContext.setCheckpointDir(str(tmp_path / "checkpoints"))
        frames = {}
        for name, table in splinked.tables(db).items():
            file = tmp_path / f"{table}.parquet"
            db.execute(f"COPY {table} TO '{file}' (FORMAT parquet)")
            frames[name] = spark.read.parquet(str(file))
        found = splinked.linker(SparkAPI(spark_session=spark), shipped(), contacts, frames)

        theirs = found.inference.predict(warning_mode="never").as_spark_dataframe()

        said = {
            (row["n_l"], row["n_r"]): row["match_weight"]
            for row in theirs.select("n_l", "n_r", "match_weight").collect()
        }
    finally:
        spark.stop()
    ours = {(a, b): bits for a, b, bits in db.execute("SELECT a, b, bits FROM scored").fetchall()}
    assert said.keys() == ours.keys()
    equal = sum(abs(said[pair] - bits) < 1e-6 for pair, bits in ours.items())
    assert equal >= 0.99 * len(ours)
