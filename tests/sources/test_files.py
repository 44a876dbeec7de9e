"""Folders and archives: what they hold, what is refused, and files that change while they are read."""

import gzip
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from workbench.errors import SourceError
from workbench.sources import ReadOptions, files, read, steady, unpacked

from ..reading import drained


def contents(path: Path) -> dict[str, bytes]:
    with unpacked(path) as found:
        return {name: file.read_bytes() for name, file in found.items()}


def zipped(file: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file


def test_a_file_a_folder_a_zip_and_a_gz(tmp_path: Path) -> None:
    folder = tmp_path / "crm"
    folder.mkdir()
    for name in ("b.csv", "a.csv", ".DS_Store"):
        (folder / name).write_text(name, "utf-8")
    assert contents(folder / "a.csv") == {"a.csv": b"a.csv"}
    assert [*contents(folder).items()] == [("crm/a.csv", b"a.csv"), ("crm/b.csv", b"b.csv")]
    packed = zipped(
        tmp_path / "crm.ZIP", {"x/b.csv": b"b", "a.csv": b"a", ".hidden": b"", "__MACOSX/a.csv": b"", "x/": b""}
    )
    assert [*contents(packed).items()] == [("crm.ZIP/a.csv", b"a"), ("crm.ZIP/x/b.csv", b"b")]
    with gzip.open(tmp_path / "c.csv.gz", "wb") as out:
        out.write(b"c")
    assert contents(tmp_path / "c.csv.gz") == {"c.csv": b"c"}


def test_every_format_reads_from_an_archive(tmp_path: Path) -> None:
    packed = zipped(tmp_path / "t.zip", {"a.csv": b"id,name\n1,x\n", "b.jsonl": b'{"id": 1, "name": "x"}'})
    with unpacked(packed) as found:
        for file in found.values():
            extract = read(file, ReadOptions())
            assert (extract.columns, drained(extract)[0]) == (["id", "name"], [(1, "1", "x")])


def test_names_of_a_chinese_windows(tmp_path: Path) -> None:
    zipped(tmp_path / "t.zip", {"AAAA.csv": b"x"})
    raw = (tmp_path / "t.zip").read_bytes().replace(b"AAAA", "客户".encode("gb18030"))
    (tmp_path / "t.zip").write_bytes(raw)
    assert contents(tmp_path / "t.zip") == {"t.zip/客户.csv": b"x"}


def test_nothing_is_written_outside(tmp_path: Path) -> None:
    names = ["../up.csv", "/abs.csv", "a/../../up2.csv", "..\\win.csv", "C:\\x\\win2.csv"]
    (tmp_path / "in").mkdir()
    packed = zipped(tmp_path / "in/t.zip", dict.fromkeys(names, b"x"))
    with unpacked(packed) as found:
        roots = {file.parents[1] for file in found.values()}
        assert len(found) == 5 and len(roots) == 1
        assert all(file.resolve().is_relative_to(next(iter(roots)).resolve()) for file in found.values())
    assert not next(iter(roots)).exists()
    assert [*tmp_path.rglob("*.csv")] == []
    assert not Path("/abs.csv").exists()


def test_what_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "f"
    (folder / "sub").mkdir(parents=True)
    with pytest.raises(SourceError, match=r"f/sub: a folder in the folder of a table"):
        contents(folder)
    (folder / "sub").rmdir()
    with pytest.raises(SourceError, match="holds no file"):
        contents(folder)
    with pytest.raises(SourceError, match="holds no file"):
        contents(zipped(tmp_path / "none.zip", {}))
    (tmp_path / "secret.csv").write_text("x", "utf-8")
    for target in (tmp_path / "secret.csv", tmp_path / "nowhere.csv"):
        (folder / "l.csv").symlink_to(target)
        with steady(folder), pytest.raises(SourceError, match=r"l\.csv: a link; copy the file itself here"):
            contents(folder)
        (folder / "l.csv").unlink()
    with pytest.raises(SourceError, match=r"t\.zip/in\.zip is itself an archive"):
        contents(zipped(tmp_path / "t.zip", {"in.zip": b"PK"}))
    with zipfile.ZipFile(tmp_path / "t.zip", "w") as archive, pytest.warns(UserWarning):
        archive.writestr("a.csv", b"1")
        archive.writestr("a.csv", b"2")
    with pytest.raises(SourceError, match=r"two files called a\.csv"):
        contents(tmp_path / "t.zip")


def test_damaged_and_encrypted_archives(tmp_path: Path) -> None:
    whole = zipped(tmp_path / "t.zip", {"a.csv": b"x" * 1000 + bytes(range(256))}).read_bytes()
    gz = gzip.compress(bytes(range(256)) * 100)
    cases = {
        "a.zip": whole[:-30],
        "b.zip": whole[:40] + b"\xff\xff\xff" + whole[43:],
        "c.zip": b"no zip",
        "a.csv.gz": gz[:-20],
    }
    cases |= {"b.csv.gz": gz[:20] + b"\xff\xff" + gz[22:], "c.csv.gz": b"no gz"}
    for name, content in cases.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(SourceError, match=f"{name}: the archive is damaged"):
            contents(tmp_path / name)
    at = whole.index(b"PK\x01\x02")
    (tmp_path / "e.zip").write_bytes(whole[:6] + b"\x01" + whole[7 : at + 8] + b"\x01" + whole[at + 9 :])
    with pytest.raises(SourceError, match=r"e\.zip: is protected by a password"):
        contents(tmp_path / "e.zip")


@pytest.mark.parametrize("name", ["bomb.zip", "bomb.csv.gz"])
def test_bombs_are_stopped_while_they_unpack(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_BYTES", 10_000_000)
    content = b"\0" * 40_000_000
    if name.endswith(".zip"):
        zipped(tmp_path / name, dict.fromkeys("abcd", content[: len(content) // 4]))  # no member alone is too large
    else:
        (tmp_path / name).write_bytes(gzip.compress(content))
    with pytest.raises(SourceError, match="unpacks to more than 200 times its size: unpack it yourself"):
        contents(tmp_path / name)
    monkeypatch.setattr(files, "MOST_BYTES", 50_000_000)
    assert sum(map(len, contents(tmp_path / name).values())) == 40_000_000


APPEND = "import sys, time\nwhile True:\n    open(sys.argv[1], 'a').write('2,y\\n')\n    print(flush=True)\n    time.sleep(0.01)"


def test_a_file_that_grows_while_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text("id,name\n" + "1,x\n" * 50_000, "utf-8")
    with steady(file):
        drained(read(file, ReadOptions()))
    with subprocess.Popen([sys.executable, "-c", APPEND, str(file)], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        try:
            with pytest.raises(SourceError, match=r"changed while it was being read\. Run again"), steady(file):
                drained(read(file, ReadOptions()))
                writer.stdout.readline()
                writer.stdout.readline()
        finally:
            writer.kill()


def test_a_folder_that_gets_a_file_while_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a", "utf-8")
    with pytest.raises(SourceError, match="was changed"), steady(tmp_path):
        shutil.copy(tmp_path / "a.csv", tmp_path / "b.csv")


def test_what_systems_and_open_workbooks_leave_is_passed_over(tmp_path: Path) -> None:
    for name in ("a.csv", "~$a.xlsx", "Thumbs.db", "desktop.ini"):
        (tmp_path / name).write_bytes(b"x")
    with steady(tmp_path):
        assert [*contents(tmp_path)] == [f"{tmp_path.name}/a.csv"]
        (tmp_path / "~$b.xlsx").write_bytes(b"x")


@pytest.mark.parametrize("name", ["none.zip", "none.csv.gz"])
def test_an_archive_that_is_not_there(tmp_path: Path, name: str) -> None:
    with pytest.raises(SourceError, match="cannot be opened"):
        contents(tmp_path / name)


def test_members_with_names_that_windows_has_not(tmp_path: Path) -> None:
    with unpacked(zipped(tmp_path / "t.zip", {f'a:b?"{"x" * 250}.csv': b"x"})) as found:
        ((name, file),) = found.items()
        assert file.suffix == ".csv" and not {*':?"'} & {*file.name} and len(file.name) <= 100
        assert name.startswith('t.zip/a:b?"')


def test_a_member_without_a_name(tmp_path: Path) -> None:
    content = zipped(tmp_path / "t.zip", {"a": b"x"}).read_bytes()
    (tmp_path / "t.zip").write_bytes(content.replace(b"a", b"\0"))  # where a name ends
    with pytest.raises(SourceError, match="damaged"):
        contents(tmp_path / "t.zip")
