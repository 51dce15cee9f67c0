"""Makes the model that is shipped, out of populations in which it is known who is who (bench/people.py).

    python -m bench.model --out rolodesk/batch/model.json

It learns from six mixtures in two sizes; the two mixtures of the gates and other seeds are for measuring. The weights
are fitted together by logistic regression over the candidate pairs of all, so that comparisons that go together (an
address and who lives there) do not count twice; then the sum is calibrated on pairs that were not fitted. Needs numpy,
scipy and scikit-learn beside the extra `duplicates`.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
import numpy as np
from scipy.optimize import minimize
from sklearn.isotonic import IsotonicRegression

from bench.people import MIXTURES, population, write
from rolodesk.batch import link as batch
from rolodesk.batch.evaluate import read_rows
from rolodesk.batch.models import shipped
from rolodesk.domain.evidence import Evidence, Rules
from rolodesk.domain.matching import COMPARISONS, RAREST, TF, Model, Weight

LEVELS = [(c.name, level) for c in COMPARISONS for level in [*(x.name for x in c.levels), "different"]]
REFERENCE = 100_000
FREQUENT = 1e-4
PAIRS = 350_000
MIXTURES_TO_LEARN = ("europe", "world", "latin", "shop", "business", "messy")
SIZES = (100_000, 10_000)
_kept = msgspec.msgpack.Decoder(tuple[list[str], list[Evidence]])


def people_of(file: Path) -> tuple[list[str], list[Evidence]]:
    """Who each row of a file is, and its evidence."""
    people: list[str] = []
    rules = Rules(None, ("customer_number", "date_of_birth"))
    return people, [one for _, one in read_rows(file, rules, people, 2)]


def words_of(populations: Iterable[Sequence[Evidence]]) -> dict[str, dict[str, float]]:
    """How frequent words are over all populations, the rarer ones left out."""
    seen: dict[str, Counter[str]] = {"word": Counter(), "city": Counter()}
    contacts = 0
    for evidences in populations:
        contacts += len(evidences)
        for one in evidences:
            seen["word"].update(set(one.name.split()))
            if one.city:
                seen["city"][one.city] += 1
    return {
        kind: {
            word: round(n / contacts, 7) for word, n in sorted(counted.items()) if n / contacts >= FREQUENT
        }
        for kind, counted in seen.items()
    }


def gather(people: Sequence[str], evidences: Sequence[Evidence], model: Model) -> dict[str, np.ndarray]:
    """The candidate pairs of a population: each comparison's level number, the frequencies, whether one person's."""
    with batch.opened() as db:
        batch.load(db, (("", one) for one in evidences))
        batch.prepare(db, model, len(people))
        batch.block(db)
        batch.weigh(db, model, len(people))
        batch.predict(db, model, len(people))
        numbers: dict[str, int] = {}
        truth = np.array([numbers.setdefault(p or f"\0{n}", len(numbers)) for n, p in enumerate(people)])
        tfs = sorted(set(TF.values()))
        # Arrow, for a row of Python objects would be ten times as large.
        found = db.sql(
            f"SELECT s.*, {', '.join(f'greatest(l.tf_{t}, r.tf_{t}) AS tf_{t}' for t in tfs)}"
            " FROM scored s JOIN compared l ON l.n = s.a JOIN compared r ON r.n = s.b"
        ).to_arrow_table()
    columns = {name: found[name].to_numpy() for name in found.column_names}
    columns["true"] = truth[columns["a"]] == truth[columns["b"]]
    columns["contacts"] = np.full(len(columns["a"]), len(people))
    return columns


def design(columns: dict[str, np.ndarray]) -> tuple[np.ndarray, list[tuple[str, ...]]]:
    """The matrix of the regression and what each column is."""
    parts, names = [], []
    for comparison in COMPARISONS:
        for number, level in enumerate([*(x.name for x in comparison.levels), "different"], 1):
            at = (columns[comparison.name] == number).astype(np.float64)
            parts.append(at)
            names.append((comparison.name, level))
            if (comparison.name, level) in TF:
                tf = np.log2(1 / np.maximum(columns[f"tf_{TF[comparison.name, level]}"], RAREST))
                parts.append(at * (tf - 10) / 4)
                names.append((comparison.name, level, "tf"))
    parts.append(np.log2(columns["contacts"] / REFERENCE) / 4)
    names.append(("growth",))
    parts.append(np.ones(len(columns["a"])))
    names.append(("prior",))
    return np.column_stack(parts).astype(np.float32), names


# What is assumed where the populations say little: bits.
ASSUMED = {
    ("identifying", "several"): 16.0, ("identifying", "same"): 9.0, ("identifying", "one_near"): 12.0,
    ("identifying", "one_of"): 4.0, ("identifying", "near"): 6.0, ("identifying", "shared"): 5.0,
    ("identifying", "different"): -7.0, ("place", "street"): 4.0, ("place", "near_street"): 3.0,
    ("place", "zipcode"): 2.0, ("place", "near_city"): 1.0, ("name", "crossed"): 1.0, ("together", "home_name"): 4.0,
}  # fmt: skip


def fit(x: np.ndarray, y: np.ndarray, assumed: np.ndarray, ridge: float = 4.0) -> np.ndarray:
    """Coefficients in nats, drawn to the assumed ones where there is little to learn from."""
    sign = np.where(y, 1.0, -1.0)

    def loss(b: np.ndarray) -> tuple[float, np.ndarray]:
        z = sign * (x @ b)
        p = 0.5 * (1 - np.tanh(z / 2))
        value = np.logaddexp(0, -z).sum() + ridge * ((b - assumed)[:-1] ** 2).sum() / 2
        slope = -(x.T @ (sign * p))
        slope[:-1] += ridge * (b - assumed)[:-1]
        return value, slope

    return np.asarray(
        minimize(loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 400}).x
    )


def to_model(b: np.ndarray, names: list[tuple[str, ...]], name: str) -> Model:
    """Coefficients as m and u: only their ratio counts, so u is the same everywhere but for the frequencies."""
    bits = {n: float(v / np.log(2)) for n, v in zip(names, b, strict=True)}
    levels: dict[str, dict[str, Weight]] = {}
    for comparison, level in LEVELS:
        plain = bits[comparison, level]
        tf = bits.get((comparison, level, "tf"), 0.0) / 4
        # bits = plain + tf * (log2(1 / frequency) - 10), and the score's is log2(m / u) + tf * log2(u / frequency).
        u = 2.0**-10
        m = 2.0 ** (plain - 10)
        while m >= 1 and tf < 0.95:
            u /= 2
            m = 2.0 ** (plain - 10 * tf) * u ** (1 - tf)
        levels.setdefault(comparison, {})[level] = Weight(m, u, round(tf, 6))
    return Model(name, bits["prior",], REFERENCE, levels, growth=bits["growth",] / 4)


def calibrate(bits: np.ndarray, true: np.ndarray) -> tuple[tuple[float, float], ...]:
    """Steps of (bits, probability), rising; finest where a decision is made."""
    found = IsotonicRegression(y_min=1e-6, y_max=1 - 1e-6, out_of_bounds="clip").fit(bits, true)
    likely = bits[bits > -4]
    grid = np.unique(
        np.concatenate(
            [np.quantile(bits, np.linspace(0, 1, 40)), np.quantile(likely, np.linspace(0, 1, 160))]
        )
    )
    steps = zip(np.round(grid, 4).tolist(), np.round(found.predict(grid), 7).tolist(), strict=True)
    return tuple(dict(steps).items())


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--kept", type=Path, help="a folder in which populations are kept from one run to the next"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        made = [
            _population(options.kept or Path(place), mixture, contacts, options.seed)
            for mixture in MIXTURES_TO_LEARN
            for contacts in SIZES
        ]
    words = words_of(evidences for _, evidences in made)
    model = msgspec.structs.replace(shipped(), words=words)
    gathered = [gather(people, evidences, model) for people, evidences in made]
    every = {name: np.concatenate([columns[name] for columns in gathered]) for name in gathered[0]}
    x, names = design(every)
    y = every["true"]
    print(f"{len(y):,} pairs", flush=True)
    random = np.random.default_rng(options.seed).random(len(y))
    learn, measure = random < PAIRS / len(y), random > 0.6
    assumed = np.array([ASSUMED.get(name, 0.0) * np.log(2) for name in names])
    weights = fit(x[learn], y[learn], assumed)
    bits = (x[measure] @ weights) / np.log(2)
    fitted = to_model(weights, names, f"people-{options.seed}")
    fitted = msgspec.structs.replace(fitted, words=words, calibration=calibrate(bits, y[measure]))
    options.out.write_bytes(msgspec.json.format(msgspec.json.encode(fitted), indent=1) + b"\n")
    print(f"{options.out}: learnt from {learn.sum():,} pairs, calibrated on {measure.sum():,}")


def _population(place: Path, mixture: str, contacts: int, seed: int) -> tuple[list[str], list[Evidence]]:
    file = place / f"{mixture}-{contacts}-{seed}.csv"
    kept = file.with_suffix(".evidence")
    if kept.exists():
        return _kept.decode(kept.read_bytes())
    write(population(contacts, seed, MIXTURES[mixture]), file)
    found = people_of(file)
    kept.write_bytes(msgspec.msgpack.encode(found))
    return found


if __name__ == "__main__":
    main()
