"""All pairs of contacts that may be one person's, scored in DuckDB by the same model as one contact at a time."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice, pairwise
from typing import TYPE_CHECKING

from msgspec import Struct

from rolodesk.batch.settings import DUCKDB, conditions
from rolodesk.domain.evidence import CROWD, CROWDABLE, MAX_HOLDERS, MAX_NAMESAKES, Evidence, keys
from rolodesk.domain.matching import COMPARISONS, RARE, RAREST, TF, TRUST, Frequencies, Model, Weight, prior

if TYPE_CHECKING:
    import duckdb

CHUNK = 50_000
MEMORY = "1200MB"
FREQUENT = 3
KINDS = ("word", "city", "company", "local")
# Each column whose frequency counts, and what it is counted as.
COUNTED = {"given": "word", "surname": "word", "city": "city", "company": "company", "local": "local"}
TEXTS = ("name", "given", "surname", "sound", "script", "company", "street", "city", "zipcode", "country")
LISTS = (
    "roots",
    "emails",
    "mailboxes",
    "locals",
    "spelled",
    "joined",
    "short",
    "typos",
    "domains",
    "roles",
    "phones",
    "tails",
    "marks",
)

Say = Callable[[str, float], None]


class Edge(Struct, frozen=True):
    """Two contacts (the smaller id first), how probably they are one person, and each comparison's level."""

    low: str
    high: str
    probability: float
    bits: float
    levels: tuple[str, ...]


class Linked(Struct, frozen=True):
    """What a run has found: the pairs, how many were looked at, and how frequent words are among the contacts."""

    contacts: int
    frequencies: Frequencies
    candidates: int
    edges: list[Edge]


def link(
    rows: Iterable[tuple[str, Evidence]],
    model: Model,
    least: float = 0.5,
    say: Say = lambda step, done: None,
) -> Linked:
    """The pairs of `rows` (id, evidence) with a probability of at least `least`. `say` is told each step and which
    part of the work (0 to 1) is done by then. Raises ImportError where the extra `duplicates` is not installed."""
    with opened() as db:
        say("reading", 0.0)
        ids = load(db, rows)
        say("comparing", 0.5)
        frequencies = prepare(db, model, len(ids))
        candidates = block(db)
        say("scoring", 0.7)
        weigh(db, model, len(ids))
        predict(db, model, len(ids))
        return Linked(len(ids), frequencies, candidates, list(_edges(db, ids, least)))


def _edges(db: duckdb.DuckDBPyConnection, ids: Sequence[str], least: float) -> Iterator[Edge]:
    names = [("", *(level.name for level in comparison.levels), "different") for comparison in COMPARISONS]
    found = db.execute(f"SELECT * FROM scored WHERE probability >= {least!r}")
    while part := found.fetchmany(CHUNK):
        for one, other, probability, bits, *numbers in part:
            low, high = sorted((ids[one], ids[other]))
            levels = tuple(name[number] for name, number in zip(names, numbers, strict=True))
            yield Edge(low, high, probability, bits, levels)


@contextlib.contextmanager
def opened() -> Iterator[duckdb.DuckDBPyConnection]:
    """An empty DuckDB in memory that may put aside on disk what does not fit."""
    import duckdb

    with tempfile.TemporaryDirectory(prefix="rolodesk-") as place:
        db = duckdb.connect(config={"memory_limit": MEMORY, "temp_directory": place, "threads": 2})
        db.execute("SET preserve_insertion_order = false")
        try:
            yield db
        finally:
            db.close()


def load(db: duckdb.DuckDBPyConnection, rows: Iterable[tuple[str, Evidence]]) -> list[str]:
    """Fill the tables `evidence` and `keys`; the ids by row number."""
    import pyarrow as pa

    texts = ", ".join(f"{name} VARCHAR" for name in TEXTS)
    lists = ", ".join(f"{name} VARCHAR[]" for name in LISTS)
    db.execute(f"CREATE TABLE evidence (n INTEGER, signature VARCHAR, {texts}, {lists})")
    db.execute("CREATE TABLE keys (key UBIGINT, kind VARCHAR, value VARCHAR, n INTEGER, signature VARCHAR)")
    crowdable = ", ".join(f"'{kind}'" for kind in CROWDABLE)
    ids: list[str] = []
    waiting = iter(rows)
    while part := list(islice(waiting, CHUNK)):
        first = len(ids)
        ids += [row[0] for row in part]
        found = [row[1] for row in part]
        columns: dict[str, object] = {
            "n": pa.array(range(first, first + len(part)), pa.int32()),
            "signature": pa.array([one.signature for one in found]),
        }
        for name in TEXTS:
            columns[name] = pa.array([getattr(one, name) for one in found], pa.string())
        for name in LISTS:
            columns[name] = pa.array([getattr(one, name) for one in found], pa.list_(pa.string()))
        table = pa.table(columns)
        db.register("part", table)
        db.execute("INSERT INTO evidence SELECT * FROM part")
        db.unregister("part")
        numbered = [(key, n, one.signature) for n, one in enumerate(found, first) for key in keys(one)]
        table = pa.table(
            {
                "key": pa.array([key for key, _, _ in numbered], pa.string()),
                "n": pa.array([n for _, n, _ in numbered], pa.int32()),
                "signature": pa.array([signature for _, _, signature in numbered], pa.string()),
            }
        )
        db.register("part", table)
        # Of a key that marks no crowd its hash is enough, and a fifth as large.
        db.execute(
            f"INSERT INTO keys SELECT hash(key), key[1], CASE WHEN key[2] = ':' AND key[1] IN ({crowdable})"
            " THEN key[3:] END, n, signature FROM part"
        )
        db.unregister("part")
    return ids


def prepare(db: duckdb.DuckDBPyConnection, model: Model, contacts: int) -> Frequencies:
    """Make the table `sides` as domain/matching.side would: frequencies, and what a crowd shares apart."""
    counts = {kind: _counted(db, kind) for kind in KINDS}
    for kind in KINDS:
        _frequency_table(db, model, contacts, kind, counts[kind])
    db.execute(
        "CREATE TABLE crowds AS SELECT kind, value FROM keys WHERE value IS NOT NULL"
        f" GROUP BY kind, value HAVING count(DISTINCT nullif(signature, '')) >= {CROWD}"
    )
    lists = ", ".join(
        f"coalesce(list(value) FILTER (WHERE kind = '{kind}'), []) AS {kind}" for kind in CROWDABLE
    )
    db.execute(
        f"CREATE TABLE crowded AS SELECT n, {lists} FROM keys SEMI JOIN crowds USING (kind, value) GROUP BY n"
    )
    rare = _tf_of(model, contacts, "word", None)
    db.execute(
        "CREATE TABLE names AS SELECT name, product(tf) AS tf_name FROM"
        f" (SELECT name, coalesce(w.tf, {rare!r}) AS tf FROM"
        " (SELECT name, unnest(list_distinct(string_split(name, ' '))) AS word FROM"
        " (SELECT DISTINCT name FROM evidence WHERE name <> '')) LEFT JOIN tf_word w USING (word)) GROUP BY name"
    )
    split = (
        "CASE WHEN c.{1} IS NULL THEN {2} ELSE list_filter(e.{0}, lambda x: {3} list_contains(c.{1}, x)) END"
    )
    db.execute(
        "CREATE TABLE sides AS SELECT e.n, e.name,"
        " CASE WHEN e.name = '' THEN [] ELSE list_distinct(string_split(e.name, ' ')) END AS words,"
        " e.given, e.surname, e.roots, e.sound, e.script, e.emails,"
        f" {split.format('mailboxes', 'e', 'e.mailboxes', 'NOT')} AS mailboxes,"
        f" list_concat(e.roles, {split.format('mailboxes', 'e', '[]', '')}) AS shared_mailboxes,"
        " coalesce(e.mailboxes[1], '') AS box, e.locals, e.spelled, e.joined, e.short, e.typos, e.domains,"
        f" {split.format('phones', 'p', 'e.phones', 'NOT')} AS phones,"
        f" {split.format('phones', 'p', '[]', '')} AS shared_phones,"
        f" {split.format('tails', 't', 'e.tails', 'NOT')} AS tails,"
        f" {split.format('tails', 't', '[]', '')} AS shared_tails,"
        " coalesce(e.phones[1], '') AS line,"
        " coalesce(e.locals[1], '') AS local, e.company, e.street, e.city, e.zipcode, e.country,"
        f" {split.format('marks', 'm', 'e.marks', 'NOT')} AS marks,"
        f" {split.format('marks', 'm', '[]', '')} AS shared_marks,"
        " array_to_string(list_transform(e.marks, lambda x: string_split(x, '=')[1]), ' ') AS mark_names,"
        " array_to_string(e.marks, ' ') AS marks_text, coalesce(e.marks[1], '') AS mark_1,"
        " coalesce(e.marks[2], '') AS mark_2, coalesce(e.marks[3], '') AS mark_3"
        " FROM evidence e LEFT JOIN crowded c ON c.n = e.n"
    )
    db.execute("DROP TABLE evidence")
    return Frequencies(contacts, counts)


def _counted(db: duckdb.DuckDBPyConnection, kind: str) -> dict[str, int]:
    words = {"word": "unnest(list_distinct(string_split(name, ' ')))", "local": "locals[1]"}.get(kind, kind)
    found = db.execute(
        f"SELECT word, count(*) AS held FROM (SELECT {words} AS word FROM evidence) WHERE word <> ''"
        f" GROUP BY word HAVING held >= {FREQUENT}"
    )
    return dict(found.fetchall())


def _tf_of(model: Model, contacts: int, kind: str, word: str | None, count: int = 1) -> float:
    expected = model.words.get(kind, {}).get(word, RARE) if word is not None else RARE
    return (count + TRUST * expected) / (contacts + TRUST)


def _frequency_table(
    db: duckdb.DuckDBPyConnection, model: Model, contacts: int, kind: str, counts: dict[str, int]
) -> None:
    import pyarrow as pa

    words = sorted({*counts, *model.words.get(kind, {})})
    db.register(
        "part",
        pa.table(
            {
                "word": pa.array(words, pa.string()),
                "tf": pa.array(
                    [_tf_of(model, contacts, kind, word, counts.get(word, 1)) for word in words], pa.float64()
                ),
            }
        ),
    )
    db.execute(f"CREATE TABLE tf_{kind} AS SELECT * FROM part")
    db.unregister("part")


def block(db: duckdb.DuckDBPyConnection) -> int:
    """Make the table `candidates`: who meets by a key that not too many hold. How many they are."""
    db.execute(
        "CREATE TABLE held AS SELECT key, list(n) AS holders FROM keys GROUP BY key"
        f" HAVING count(*) BETWEEN 2 AND CASE WHEN any_value(value) IS NULL THEN {MAX_NAMESAKES} ELSE {MAX_HOLDERS} END"
    )
    db.execute("DROP TABLE keys")
    db.execute(
        "CREATE TABLE candidates AS SELECT DISTINCT a, b"
        " FROM (SELECT unnest(holders) AS a, holders FROM held), unnest(holders) AS other(b) WHERE a < b"
    )
    db.execute("DROP TABLE held")
    return _one(db, "SELECT count(*) FROM candidates")


def _one(db: duckdb.DuckDBPyConnection, question: str) -> int:
    (row,) = db.execute(question).fetchall()
    return int(row[0])


def weigh(db: duckdb.DuckDBPyConnection, model: Model, contacts: int) -> None:
    """Make of `sides` the table `compared`, which has the frequencies too."""
    for column, kind in COUNTED.items():
        db.execute(
            f"CREATE TABLE lookup_{column} AS SELECT word AS {column}, tf AS tf_{column} FROM tf_{kind}"
        )
    rare = {kind: _tf_of(model, contacts, kind, None) for kind in KINDS}

    def known(column: str, counted: str, else_: float) -> str:
        return f"CASE WHEN s.{column} = '' THEN 0 ELSE coalesce({counted}, {else_!r}) END"

    db.execute(
        "CREATE TABLE compared AS SELECT s.*, coalesce(a.tf_name, 0) AS tf_name,"
        f" {known('given', 'b.tf_given', rare['word'])} AS tf_given,"
        f" {known('surname', 'c.tf_surname', rare['word'])} AS tf_surname,"
        f" {known('city', 'd.tf_city', rare['city'])} AS tf_city,"
        f" {known('company', 'f.tf_company', rare['company'])} AS tf_company,"
        f" {known('local', 'g.tf_local', rare['local'])} AS tf_local"
        " FROM sides s LEFT JOIN names a USING (name) LEFT JOIN lookup_given b USING (given)"
        " LEFT JOIN lookup_surname c USING (surname) LEFT JOIN lookup_city d USING (city)"
        " LEFT JOIN lookup_company f USING (company) LEFT JOIN lookup_local g USING (local)"
    )
    db.execute("DROP TABLE sides")


def predict(db: duckdb.DuckDBPyConnection, model: Model, contacts: int) -> None:
    """Make the table `scored`: each candidate pair's probability, bits, and its level of each comparison (0: null)."""
    columns = [row[0] for row in db.execute("DESCRIBE compared").fetchall()]
    both = ", ".join(f"{side}.{column} AS {column}_{side}" for side in ("l", "r") for column in columns)
    asked = conditions(DUCKDB)
    numbers, weights, tfs = [], [], []
    for comparison in COMPARISONS:
        found = asked[comparison.name]
        names = [*(level.name for level in comparison.levels), "different"]
        cases = "".join(f" WHEN {found[name]} THEN {n}" for n, name in enumerate(names[:-1], 1))
        numbers.append(f"CASE WHEN {found['null']} THEN 0{cases} ELSE {len(names)} END AS {comparison.name}")
        tfs += [column for name in names if (column := TF.get((comparison.name, name)))]
        weighed = "".join(
            f" WHEN {n} THEN {_weight_sql(model.levels[comparison.name][name], TF.get((comparison.name, name)))}"
            for n, name in enumerate(names, 1)
        )
        weights.append(f"CASE {comparison.name}{weighed} ELSE 0 END")
    most = ", ".join(f"greatest(tf_{tf}_l, tf_{tf}_r) AS tf_{tf}" for tf in dict.fromkeys(tfs))
    outcome = ", ".join(comparison.name for comparison in COMPARISONS)
    start = prior(model, contacts)
    db.execute(
        f"CREATE OR REPLACE TABLE scored AS SELECT n_l AS a, n_r AS b, {_probability_sql(model)} AS probability, bits,"
        f" {outcome} FROM"
        f" (SELECT *, {start!r} + {' + '.join(weights)} AS bits FROM"
        f" (SELECT n_l, n_r, {', '.join(numbers)}, {most} FROM (SELECT {both} FROM candidates p"
        " JOIN compared l ON l.n = p.a JOIN compared r ON r.n = p.b)))"
    )


def _weight_sql(weight: Weight, column: str | None) -> str:
    if column is None or not weight.tf_weight:
        return repr(weight.bits)
    return f"{weight.bits!r} + {weight.tf_weight!r} * log2({weight.u!r} / greatest(tf_{column}, {RAREST!r}))"


def _probability_sql(model: Model) -> str:
    """matching.calibrated in SQL."""
    steps = model.calibration
    if not steps:
        return "1 / (1 + pow(2, -greatest(least(bits, 60.0), -60.0)))"
    cases = "".join(
        f" WHEN bits < {high!r} THEN {p!r} + {(q - p)!r} * (bits - {low!r}) / {(high - low)!r}"
        for (low, p), (high, q) in pairwise(steps)
    )
    return f"CASE WHEN bits < {steps[0][0]!r} THEN {steps[0][1]!r}{cases} ELSE {steps[-1][1]!r} END"
