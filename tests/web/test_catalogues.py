"""Every text of the pages is in every catalogue, translated, with the same places for values."""

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

WEB = Path(__file__).parents[2] / "rolodesk/web"
CATALOGUES = sorted(WEB.glob("locales/*/LC_MESSAGES/messages.po"))


def texts() -> set[str]:
    """What the pages say, in English."""
    with open(WEB / "locales/babel.cfg") as file:
        methods, options = parse_mapping_cfg(file)
    found = extract_from_dir(WEB, methods, options, keywords={"_": None, "gettext": None, "ngettext": (1, 2)})
    return {message if isinstance(message, str) else message[0] for _, _, message, _, _ in found}


def places(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)s|%%\d?", text))


@pytest.mark.parametrize("path", CATALOGUES, ids=[path.parts[-3] for path in CATALOGUES])
def test_a_catalogue_is_complete(path):
    with open(path, "rb") as file:
        catalogue = read_po(file)
    known = {message.id if isinstance(message.id, str) else message.id[0]: message for message in catalogue}

    assert texts() - known.keys() == set()
    assert known.keys() - texts() - {""} == set()
    for source, message in known.items():
        if not source:
            continue
        said = [message.string] if isinstance(message.string, str) else list(message.string)
        assert all(said), source
        if isinstance(message.id, str):
            assert places(source) == places(said[0]), source
        else:
            assert places(message.id[1]) == places(said[-1]), source
