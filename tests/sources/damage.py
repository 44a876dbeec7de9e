"""Damaged delimited texts whose number of records is known, for it is counted while they are made.

A record is what the system that wrote the file wrote as one, with these rules where damage leaves that open:
- a record that lost a quote is its physical lines, for the cell that had line ends has no bounds any more;
- what is left of a record that the end of the file cuts is a record, if only one letter is left;
- a cell left open and a closing quote left over further on are together a sound cell, so it is only the quotes
  that open cells, or only those that close them, that a file loses or doubles;
- blank lines, titles above the headings and footers are none.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

ENGLISH = "Acme Northwind Contoso Union Trading Foods Steel Optics Paper River Stone".split()
FOREIGN = {
    "utf-8": "华东贸易 Müller 株式会社 北京市 Café",
    "utf-16": "华东贸易 Müller 株式会社 北京市 Café",
    "gb18030": "华东贸易 北京市朝阳区 上海实业 深圳腾达",
    "cp950": "國際貿易 臺北市信義區 高雄實業 華東電腦",
    "cp932": "田中太郎 株式会社やまと 大阪府大阪市 カタカナ",
    "cp1252": "Müller René Orléans Köln Société",
}


@dataclass
class Piece:
    """A record as it is written, and how many records it is."""

    text: str
    records: int = 1
    end: str = "\n"
    foreign: bytes | None = None  # the text in another encoding


@dataclass
class Damaged:
    """A file in the making: `kinds` names what was done to it."""

    draw: random.Random
    encoding: str
    delimiter: str
    pieces: list[Piece]
    opening: bool = True
    kinds: list[str] = field(default_factory=list)
    before: str = ""
    after: str = ""
    content: bytes = b""
    records: int = 0

    def quote_of(self, piece: Piece) -> int:
        """The place of the quote that is damaged throughout the file."""
        return piece.text.index('"') if self.opening else piece.text.rindex('"')

    def some(self, share: float, sort: Callable[[Piece], bool] = lambda piece: True) -> list[Piece]:
        """A share of the records that are of a sort and not yet damaged, at least one if there is one."""
        of_sort = [piece for piece in self.pieces if sort(piece) and piece.foreign is None]
        return self.draw.sample(of_sort, min(len(of_sort), max(1, round(share * len(self.pieces)))))


def _quoted(piece: Piece) -> bool:
    return piece.text.count('"') == 2


def _lose_quotes(file: Damaged) -> None:
    for piece in file.some(0.04, _quoted):
        place = file.quote_of(piece)
        piece.text = piece.text[:place] + piece.text[place + 1 :]
        piece.records = len([line for line in piece.text.split("\n") if line])


def _double_quotes(file: Damaged) -> None:
    for piece in file.some(0.04, lambda piece: _quoted(piece) and "\n" not in piece.text):
        place = file.quote_of(piece)
        piece.text = piece.text[:place] + '"' + piece.text[place:]


def _mix_line_ends(file: Damaged) -> None:
    for piece in file.pieces:
        piece.end = file.draw.choice(("\n", "\r\n", "\r", "\n\n"))


def _wrong_encodings(file: Damaged) -> None:
    if file.encoding == "utf-16":  # where an odd byte moves all that follows
        return
    other = "cp1252" if file.encoding != "cp1252" else "utf-8"
    for piece in file.some(0.02, lambda piece: "\n" not in piece.text and '"' not in piece.text):
        piece.foreign = (piece.text + "é").encode(other, "replace")


def _nuls(file: Damaged) -> None:
    for piece in file.some(0.03, lambda piece: "\n" not in piece.text and '"' not in piece.text):
        place = file.draw.randrange(1, len(piece.text))
        piece.text = piece.text[:place] + "\0" * file.draw.choice((1, 3)) + piece.text[place:]


def _huge_cells(file: Damaged) -> None:
    for piece in file.some(0.005, lambda piece: not _quoted(piece)):
        piece.text += "x" * file.draw.choice((70_000, 400_000))


def _ragged(file: Damaged) -> None:
    for piece in file.some(0.05, lambda piece: '"' not in piece.text):
        cells = piece.text.split(file.delimiter)
        surplus = file.draw.choice((-2, -1, 1, 3))
        cells = cells[:surplus] if surplus < 0 else cells + ["y"] * surplus
        piece.text = file.delimiter.join(cells)


def _titles_and_footer(file: Damaged) -> None:
    file.before = "Customers of Acme\nas of today\n\n"
    total = "合计" if file.encoding == "gb18030" else "Total: 5"
    file.after = file.draw.choice([f"Total{file.delimiter}12\n", "-- 77 rows --\n", total + "\n"])


DAMAGES: dict[str, Callable[[Damaged], None]] = {
    "lost quotes": _lose_quotes,
    "doubled quotes": _double_quotes,
    "mixed line ends": _mix_line_ends,
    "wrong encodings": _wrong_encodings,
    "NULs": _nuls,
    "huge cells": _huge_cells,
    "ragged rows": _ragged,
    "titles and a footer": _titles_and_footer,
    "cut": lambda file: None,  # when the bytes are there
}


def damaged(seed: int) -> Damaged:
    """The file of a seed, damaged in one to four ways."""
    draw = random.Random(seed)
    encoding = draw.choice([*FOREIGN])
    file = Damaged(draw, encoding, draw.choice(",;\t|"), [])
    file.opening = draw.random() < 0.5
    file.pieces = [_record(file, n) for n in range(draw.choice((30, 120, 700)))]
    file.kinds = draw.sample([*DAMAGES], draw.choice((1, 1, 2, 3, 4)))
    for kind in file.kinds:
        DAMAGES[kind](file)
    _write(file, cut="cut" in file.kinds and not file.after)
    return file


def _record(file: Damaged, n: int) -> Piece:
    name = " ".join(file.draw.choices(ENGLISH, k=2))
    foreign = file.draw.choice(FOREIGN[file.encoding].split())
    quoted = file.draw.random() < 0.15
    note = f'"{name}{file.draw.choice((file.delimiter, chr(10)))}late"' if quoted else file.draw.choice(("", "late"))
    cells = [f"K{n:05}", name, foreign, f"2024-01-{n % 28 + 1:02}", note, f"{n}.50"]
    return Piece(file.delimiter.join(cells))


def _write(file: Damaged, *, cut: bool) -> None:
    """Lay the records into bytes, and cut them in the middle of a record that is one line."""
    codec = "utf-16-le" if file.encoding == "utf-16" else file.encoding
    headings = file.delimiter.join(("id", "name", "foreign", "since", "note", "amount"))
    file.content = b"\xff\xfe" if file.encoding == "utf-16" else b""
    file.content += (file.before + headings + "\n").encode(codec)
    last = file.draw.randrange(len(file.pieces) // 2, len(file.pieces)) if cut else len(file.pieces)
    for place, piece in enumerate(file.pieces):
        data = piece.foreign or piece.text.encode(codec)
        if place >= last and "\n" not in piece.text:
            file.content += data[: file.draw.randrange(2, len(data))]
            file.records += 1
            break
        file.content += data + piece.end.encode(codec)
        file.records += piece.records
    file.content += file.after.encode(codec)
