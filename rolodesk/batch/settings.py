"""The comparisons of domain/matching as SQL, and a model as settings of Splink, for each engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from rolodesk.domain.matching import COMPARISONS, TF, Model

if TYPE_CHECKING:
    from splink import SettingsCreator


class Engine(Struct, frozen=True):
    """What an engine calls the functions that the comparisons need."""

    name: str
    overlap: str
    common: str
    jaro_winkler: str


DUCKDB = Engine(
    "duckdb", "list_has_any({0}, {1})", "len(list_intersect({0}, {1}))", "jaro_winkler_similarity"
)
SPARK = Engine("spark", "arrays_overlap({0}, {1})", "size(array_intersect({0}, {1}))", "jaro_winkler")
ENGINES = {engine.name: engine for engine in (DUCKDB, SPARK)}


def conditions(engine: Engine) -> dict[str, dict[str, str]]:
    """The condition of each level, by comparison; `null` is when the comparison says nothing."""

    def meet(column: str) -> str:
        return engine.overlap.format(f"{column}_l", f"{column}_r")

    def across(one: str, other: str) -> str:
        return engine.overlap.format(f"{one}_l", f"{other}_r")

    def common(column: str) -> str:
        return engine.common.format(f"{column}_l", f"{column}_r")

    def similar(one: str, other: str, least: float) -> str:
        return f"{engine.jaro_winkler}({one}, {other}) >= {least}"

    def size(column: str) -> str:
        return f"{'len' if engine is DUCKDB else 'size'}({column})"

    def one_word(test: str = "=") -> str:
        return f"({size('words_l')} {test} 1 OR {size('words_r')} {test} 1)"

    first = "substr({0}_l, 1, 1) = substr({0}_r, 1, 1)"
    surname = "surname_l = surname_r AND surname_l <> ''"
    same_given = f"(given_l = given_r OR {meet('roots')})"
    same_zip = "(zipcode_l = zipcode_r AND zipcode_l <> '')"
    same_city = "city_l = city_r"
    short_given = "(length(given_l) = 1 OR length(given_r) = 1)"
    misspelt = (
        f"{size('words_l')} > 1 AND {size('words_r')} > 1 AND (sound_l = sound_r"
        " OR (least(length(name_l), length(name_r)) >= 9 AND DAMERAU(name_l, name_r) <= 2)"
        f" OR (({similar('given_l', 'given_r', 0.88)} OR {meet('roots')})"
        f" AND {similar('surname_l', 'surname_r', 0.88)}))"
    )
    named = [
        engine.overlap.format(f"locals_{x}", f"{column}_{y}")
        for column in ("joined", "short")
        for x in "lr"
        for y in "lr"
    ]
    spells = f"({across('spelled', 'joined')} OR {across('joined', 'spelled')})"
    spells_short = f"({across('spelled', 'short')} OR {across('short', 'spelled')})"
    conflict = "(mark_names_l = mark_names_r AND marks_text_l <> marks_text_r)"
    near_mark = " OR ".join(
        f"(mark_{n}_l <> mark_{n}_r AND least(length(mark_{n}_l), length(mark_{n}_r)) >= 6"
        f" AND DAMERAU(mark_{n}_l, mark_{n}_r) = 1)"
        for n in (1, 2, 3)
    )
    near_mark = f"({near_mark})"
    street = f"(street_l = street_r AND street_l <> '' AND ({same_zip} OR {same_city}))"
    near_street = (
        f"(street_l <> '' AND street_r <> '' AND ({same_zip} OR {same_city})"
        f" AND {similar('street_l', 'street_r', 0.9)})"
    )
    home = f"({street} OR {near_street})"
    no_email = "({0} = 0 AND {1} = 0)"
    sides = [no_email.format(size(f"emails_{side}"), size(f"shared_mailboxes_{side}")) for side in ("l", "r")]
    lines = [no_email.format(size(f"phones_{side}"), size(f"shared_phones_{side}")) for side in ("l", "r")]
    no_name = "name_l = '' OR name_r = ''"
    names = {
        "null": no_name,
        "same": f"name_l = name_r AND {size('words_l')} > 1",
        "nickname": f"{surname} AND {meet('roots')}",
        "two_words": f"{common('words')} > 1",
        "initial": f"{surname} AND {short_given} AND {first.format('given')}",
        "misspelt": misspelt,
        "crossed": f"{size('words_l')} > 1 AND {size('words_r')} > 1 AND {similar('given_l', 'surname_r', 0.9)}"
        f" AND {similar('surname_l', 'given_r', 0.9)}",
        "initials": "surname_l <> '' AND surname_r <> '' AND (length(given_l) = 1 OR length(given_r) = 1"
        f" OR length(surname_l) = 1 OR length(surname_r) = 1) AND {first.format('given')}"
        f" AND {first.format('surname')}",
        "given_alone": f"{one_word()} AND ({same_given} OR {similar('given_l', 'given_r', 0.92)})",
        "surname_alone": f"{one_word()} AND {meet('words')}",
        "other_script": "script_l <> script_r",
        "family": surname,
        "namesake": same_given,
        "some_word": meet("words"),
    }
    agreeing = [level.name for level in COMPARISONS[0].levels[:7]]
    agree = f"({' OR '.join(f'({names[level]})' for level in agreeing)})"
    in_part = f"({names['given_alone']} OR {names['surname_alone']})"
    typed_wrong = f"({meet('typos')} AND DAMERAU(box_l, box_r) <= 2)"
    email = f"({meet('mailboxes')} OR {typed_wrong})"
    phone = f"({meet('phones')} OR {meet('tails')})"
    local = meet("locals")
    crowd = f"({meet('shared_mailboxes')} OR {meet('shared_phones')} OR {meet('shared_tails')})"
    found = {
        "name": names,
        "email": {
            "null": " OR ".join(sides),
            "same": f"{meet('emails')} AND {meet('mailboxes')}",
            "mailbox": meet("mailboxes"),
            "shared": meet("shared_mailboxes"),
            "handle": f"{meet('locals')} AND NOT ({' OR '.join(named)})",
            "local": meet("locals"),
            "typo": typed_wrong,
            "domain": meet("domains"),
        },
        "spelled": {
            "null": f"{meet('mailboxes')} OR NOT ({spells} OR {spells_short})",
            "unnamed": f"{spells} AND ({no_name})",
            "unnamed_short": f"{spells_short} AND ({no_name})",
            "name": spells,
            "short": spells_short,
        },
        "phone": {
            "null": " OR ".join(lines),
            "same": meet("phones"),
            "shared": f"{meet('shared_phones')} OR {meet('shared_tails')}",
            "tail": meet("tails"),
            "digit": "length(line_l) = length(line_r) AND line_l <> line_r AND DAMERAU(line_l, line_r) = 1",
        },
        "together": {
            "null": f"({no_name}) OR NOT ({email} OR {phone} OR {local} OR {crowd}"
            f" OR (({meet('domains')} OR {home}) AND {agree}))",
            "email_phone": f"{email} AND {phone}",
            "email_name": f"{email} AND {agree}",
            "email_part": f"{email} AND {in_part}",
            "email_family": f"{email} AND {surname}",
            "email_namesake": f"{email} AND {same_given}",
            "email_other": email,
            "phone_name": f"{phone} AND {agree}",
            "phone_part": f"{phone} AND {in_part}",
            "phone_family": f"{phone} AND {surname}",
            "phone_namesake": f"{phone} AND {same_given}",
            "phone_other": phone,
            "local_name": f"{local} AND {agree}",
            "local_part": f"{local} AND {in_part}",
            "local_other": local,
            "crowd_name": f"{crowd} AND {agree}",
            "crowd_part": f"{crowd} AND {in_part}",
            "crowd_other": crowd,
            "home_name": f"{home} AND {agree}",
            "domain_name": agree,
        },
        "place": {
            "null": "NOT ((zipcode_l <> '' AND zipcode_r <> '') OR (city_l <> '' AND city_r <> ''))",
            "street": street,
            "near_street": near_street,
            "zipcode": same_zip,
            "city": f"{same_city} AND city_l <> ''",
            "near_city": f"city_l <> '' AND city_r <> '' AND {similar('city_l', 'city_r', 0.9)}",
        },
        "company": {
            "null": "company_l = '' OR company_r = ''",
            "same": "company_l = company_r",
            "similar": similar("company_l", "company_r", 0.9),
        },
        "identifying": {
            "null": "mark_names_l = '' OR mark_names_r = ''",
            "several": f"{common('marks')} > 1",
            "same": f"{common('marks')} = 1 AND NOT {conflict}",
            "one_near": f"{common('marks')} = 1 AND {near_mark}",
            "one_of": f"{common('marks')} = 1",
            "near": near_mark,
            "shared": meet("shared_marks"),
            "nothing_common": "mark_names_l <> mark_names_r",
        },
    }
    distance = "damerau_levenshtein"
    return {
        comparison: {level: condition.replace("DAMERAU", distance) for level, condition in levels.items()}
        for comparison, levels in found.items()
    }


def settings(dialect: str, model: Model, contacts: int) -> SettingsCreator:
    """The model as Splink's settings for `duckdb` or `spark`, its prior set for so many contacts."""
    from splink import SettingsCreator

    from rolodesk.domain.matching import prior

    odds = 2 ** prior(model, contacts)
    comparisons = []
    for comparison in COMPARISONS:
        found = conditions(ENGINES[dialect])[comparison.name]
        made: list[dict[str, object]] = [
            {"sql_condition": found["null"], "label_for_charts": "null", "is_null_level": True}
        ]
        for name in [*(level.name for level in comparison.levels), "different"]:
            weight = model.levels[comparison.name][name]
            level: dict[str, object] = {
                "sql_condition": found.get(name, "ELSE"),
                "label_for_charts": name,
                "m_probability": weight.m,
                "u_probability": weight.u,
            }
            column = TF.get((comparison.name, name))
            if column is not None and weight.tf_weight:
                level |= {
                    "tf_adjustment_column": column,
                    "tf_adjustment_weight": weight.tf_weight,
                    "disable_tf_exact_match_detection": True,
                }
            made.append(level)
        comparisons.append({"output_column_name": comparison.name, "comparison_levels": made})
    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="n",
        comparisons=comparisons,  # type: ignore[arg-type]
        probability_two_random_records_match=odds / (1 + odds),
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=False,
    )
