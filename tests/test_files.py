"""What is written appears whole or not at all, and what stood before stands until then."""

from pathlib import Path

import pytest

from workbench.errors import StoreError
from workbench.files import copy, discard, disk, new_file, new_folder, restore


class Stopped(BaseException):
    """As when somebody interrupts."""


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_there_when_it_is_whole(tmp_path: Path) -> None:
    file = tmp_path / "list.txt"
    for text in ("one", "two"):
        before = file.read_text() if file.exists() else None
        with new_file(file) as part:
            part.write_text(text)
            assert (file.read_text() if file.exists() else None) == before
        assert file.read_text() == text
    assert names(tmp_path) == ["list.txt"]


def test_the_old_folder_stands_until_the_new_one_is_filled(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "report"
    with new_folder(folder) as part:
        (part / "old.txt").write_text("old")
    with pytest.raises(Stopped), new_folder(folder) as part:
        (part / "new.txt").write_text("new")
        raise Stopped
    assert names(folder) == ["old.txt"]
    with new_folder(folder) as part:
        (part / "new.txt").write_text("new")
    assert names(folder) == ["new.txt"] and names(folder.parent) == ["report"]


@pytest.mark.parametrize("replaced", [True, False])
def test_a_folder_whose_replacing_was_killed(tmp_path: Path, replaced: bool) -> None:
    folder = tmp_path / "load"
    (tmp_path / ".load.old").mkdir()
    (tmp_path / ".load.old" / "old.txt").touch()
    if replaced:
        folder.mkdir()
        (folder / "new.txt").touch()
    restore(folder)
    assert names(folder) == ["new.txt" if replaced else "old.txt"] and names(tmp_path) == ["load"]


def test_a_new_folder_heals_what_a_kill_left(tmp_path: Path) -> None:
    for left in (".notes.old", ".notes.part", "notes"):
        (tmp_path / left).mkdir()
        (tmp_path / left / "before.txt").touch()
    with new_folder(tmp_path / "notes") as part:
        (part / "new.txt").touch()
    assert names(tmp_path) == ["notes"] and names(tmp_path / "notes") == ["new.txt"]


def test_what_is_discarded_leaves_nothing(tmp_path: Path) -> None:
    for name in ("run", ".run.part", "other"):
        (tmp_path / name).mkdir()
    discard(tmp_path / "run")
    assert names(tmp_path) == ["other"]


def test_files_and_folders_are_copied(tmp_path: Path) -> None:
    (tmp_path / "from" / "inner").mkdir(parents=True)
    (tmp_path / "from" / "inner" / "a.txt").write_text("a")
    copy(tmp_path / "from", tmp_path / "to")
    copy(tmp_path / "from" / "inner" / "a.txt", tmp_path / "new" / "b.txt")
    assert (tmp_path / "to" / "inner" / "a.txt").read_text() == (tmp_path / "new" / "b.txt").read_text() == "a"


def test_what_the_file_system_refuses_says_what_and_where(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"list: .*gone\.txt: No such file"), disk("list"):
        (tmp_path / "gone.txt").read_text()
    (tmp_path / "from").mkdir()
    (tmp_path / "from" / "dangling").symlink_to(tmp_path / "nowhere")
    with pytest.raises(StoreError, match=r"copy: .*dangling cannot be copied"), disk("copy"):
        copy(tmp_path / "from", tmp_path / "to")
