"""Every word of the code has its translation, with the same values in it, and what is compiled is what is written."""

import re
from collections import Counter
from pathlib import Path

import pytest
from babel.messages.catalog import Message

from tools.words import CATALOGUES, compiled, read, said, waiting
from workbench.language import LANGUAGES, gettext, language, marked, spoken
from workbench.reports.fragments import render
from workbench.words import told

SAID = said()
IN_TEMPLATES = {message.id for message in said("j2")}
VALUES = re.compile(r"%\(\w+\)[a-z]|\{\w*\}|</?\w+|%%")


class Given(dict[str, int]):
    """A value for every name."""

    def __missing__(self, name: str) -> int:
        return 1


def texts(message: Message) -> tuple[list[str], list[str]]:
    """What a message says in English, and what is said for it."""
    ids = [message.id] if isinstance(message.id, str) else list(message.id)
    return ids, [message.string] if isinstance(message.string, str) else list(message.string)


def test_each_language_but_english_has_a_catalogue() -> None:
    assert [file.parts[-3] for file in CATALOGUES] == [name for name in LANGUAGES if name != "en"]


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: file.parts[-3])
class TestACatalogue:
    def test_it_has_the_messages_of_the_code_and_no_others(self, file: Path) -> None:
        there = {message.id for message in read(file) if message.id}
        assert there == {message.id for message in SAID if message.id}, "make words"

    def test_no_translation_is_missing(self, file: Path) -> None:
        assert list(waiting(read(file))) == []

    def test_translations_have_the_values_and_marks_of_their_messages(self, file: Path) -> None:
        for message in read(file):
            if message.id:
                ids, strings = texts(message)
                for string in strings:
                    assert Counter(VALUES.findall(string)) == Counter(VALUES.findall(ids[-1])), ids

    def test_what_templates_say_takes_values_in(self, file: Path) -> None:
        """They put values in with %, so a per cent sign of their own stands twice."""
        for message in read(file):
            if message.id in IN_TEMPLATES:
                for text in (*texts(message)[0], *texts(message)[1]):
                    text % Given()  # raises where it does not

    def test_what_is_compiled_is_what_is_written(self, file: Path) -> None:
        assert file.with_suffix(".mo").read_bytes() == compiled(read(file)), "make words"


def test_a_language_is_spoken_inside_and_no_longer() -> None:
    assert language() == "en"
    with spoken("zh"):
        assert language() == "zh"
        with spoken("en"):
            assert language() == "en"
        assert language() == "zh"
    assert language() == "en"
    assert marked("match") == "match" and gettext("") == ""


def test_a_word_that_stands_in_a_template_is_drawn_in_the_language_of_each_who_reads() -> None:
    drawn = {}
    for read_by in ("en", "zh", "en"):
        with spoken(read_by):
            drawn[read_by] = render("dashboard/find_nothing.html.j2", asked="C9")
    assert "! warning</span>" in drawn["en"] and "! 警告</span>" in drawn["zh"] and "warning<" not in drawn["zh"]


def test_of_several_words_with_semicolons_each_is_translated() -> None:
    with spoken("zh"):
        assert told("Account.Name: required; parent: orphan: its customer is not among the records") == (
            "Account.Name：必填；上级记录：孤立记录：所属 customer 不在记录中"
        )
        assert told("has an open_item; has an order") == "有 open_item；有 order"
        assert told("other sheets: a, b; to read one of them, give `sheet`") != (
            "other sheets: a, b; to read one of them, give `sheet`"
        )
        assert told("decimal, 12 long, 2 decimals") == "小数，最长 12，小数 2 位"
        assert told("their own words; more of them") == "their own words; more of them"
