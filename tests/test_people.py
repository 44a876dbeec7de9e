import json
import stat
import threading
from pathlib import Path

import pytest

from tests.small import CONFIG, told, workbench
from workbench.errors import ConfigError, StoreError
from workbench.people import FILE, People


def test_a_password_opens_until_another_is_given_or_its_person_goes(tmp_path: Path) -> None:
    people = People(tmp_path)
    first, other = people.add("王芳"), people.add("lee")
    assert people.knows("王芳", first) and not people.knows("王芳", other) and not people.knows("nobody", first)
    assert not people.knows("王芳", "") and not people.knows("", first)
    mark = people.mark("王芳")
    second = people.add("王芳")
    assert people.knows("王芳", second) and not people.knows("王芳", first) and people.mark("王芳") != mark
    people.remove("王芳")
    assert not people.knows("王芳", second) and people.mark("王芳") == "" and people.names() == ["lee"]


def test_the_file_is_its_owners_alone_and_tells_no_password(tmp_path: Path) -> None:
    password = People(tmp_path).add("lee")
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    assert password not in (tmp_path / FILE).read_text("utf-8")
    assert len(password) == 23 and People(tmp_path).add("lee") != password


def test_two_who_are_given_the_same_password_have_other_hashes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("secrets.choice", lambda letters: letters[0])
    people = People(tmp_path)
    assert people.add("a") == people.add("b")
    kept = json.loads((tmp_path / FILE).read_text("utf-8"))
    assert kept["a"] != kept["b"]


@pytest.mark.parametrize("name", ["", "  ", "a,b", "a\nb", "a\x00", "x" * 101])
def test_what_is_no_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match="is no name"):
        People(tmp_path).add(name)
    assert not (tmp_path / FILE).exists()


def test_a_name_is_the_same_however_it_is_typed(tmp_path: Path) -> None:
    people = People(tmp_path)
    people.add(" Mu\u0308ller ")  # as a Mac may send it
    assert people.names() == ["M\u00fcller"]


@pytest.mark.parametrize("text", ["{", "[]", '{"a": 1}', '{"a": "zz"}', '{"a": "00"}', '"a"', "\xff"])
def test_a_damaged_file_is_named_and_left_as_it_is(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text, "latin-1")
    for does in (People(tmp_path).names, lambda: People(tmp_path).add("lee"), lambda: People(tmp_path).knows("a", "b")):
        with pytest.raises(StoreError, match=r"people\.json is damaged"):
            does()
    assert (tmp_path / FILE).read_text("latin-1") == text


def test_people_added_at_once_are_all_there(tmp_path: Path) -> None:
    names = [f"p{n}" for n in range(8)]
    threads = [threading.Thread(target=People(tmp_path).add, args=[name]) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert People(tmp_path).names() == names


def test_the_verb(tmp_path: Path) -> None:
    roles = "dashboard: {sign_in: password}\nroles: {steward: [lee], viewer: [lee, vi]}\n"
    (tmp_path / "workbench.yml").write_text(CONFIG + roles, "utf-8")
    said = told(workbench("people", tmp_path, "--add", "new"), 0, "The password of new, shown this once: ", "steward, viewer")
    password = said.split("this once: ")[1].split()[0]
    assert People(tmp_path).knows("new", password)
    listed = told(workbench("people", tmp_path), 0, "none: see `roles`", "vi")
    assert password not in listed
    told(workbench("people", tmp_path, "--remove", "new"), 0)
    told(workbench("people", tmp_path, "--remove", "new"), 2, "new is not in", "nobody")
    told(workbench("people", tmp_path, "--add", "a,b"), 2, "no name")
    told(workbench("people", tmp_path, "--add", "a", "--remove", "b"), 2, "either")


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()  # not a mode: root reads every file
    with pytest.raises(StoreError, match="cannot be read"):
        People(tmp_path).names()
