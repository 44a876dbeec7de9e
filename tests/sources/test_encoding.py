"""Which encoding a text is in: a matrix of languages, lengths and encodings, and what is said of a wrong one."""

import random
from pathlib import Path

import pytest

from tests.reading import table
from workbench.config import ReadOptions
from workbench.errors import SourceError
from workbench.sources import read
from workbench.sources.encoding import find_encoding

WORDS = {
    "simplified": "张伟 李娜 王芳 刘洋 北京市朝阳区建国路88号 上海华东贸易有限公司 客户名称 地址 杭州西湖 成都高新区 "
    "孙丽 吴强 冯磊 蒋文 韩雪 朱明 吕梁 施琅 重庆 武汉 长沙 信用额度 已付款 备注：请勿联系（重要）",
    "traditional": "張偉 李娜 王芳 劉洋 臺北市信義區忠孝東路五段 國際貿易企業有限公司 客戶名稱 地址 電話 華東電腦 趙敏 "
    "孫麗 吳強 馮磊 蔣文 瀋陽 韓雪 呂樑 臺南 桃園區 信用額度 已付款 備註：請勿聯絡（重要）",
    "japanese": "田中太郎 佐藤花子 鈴木一郎 東京都千代田区丸の内 カタカナ ひらがな 株式会社やまと 大阪府大阪市北区 お客様番号 "
    "サンプル商事 電話番号 高橋 渡辺 伊藤 山本 中村 請求書は送らないでください",
    "half-width": "ﾀﾅｶﾀﾛｳ ｻﾄｳﾊﾅｺ ｽｽﾞｷｲﾁﾛｳ ﾄｳｷｮｳﾄ ｶﾌﾞｼｷｶﾞｲｼｬ ﾀｶﾊｼ ﾜﾀﾅﾍﾞ ｲﾄｳ ﾔﾏﾓﾄ ｺﾊﾞﾔｼ ﾖｼﾀﾞ ﾆｯﾎﾟﾝ ｼｮｳｼﾞ ｾﾝﾀｰ",
    "german": "Müller Jäger Köln Straße Größe Schäfer Süß Fußgängerübergang Böhm München Düsseldorf Württemberg Ärzte",
    "french": "René Café Orléans Société Générale Hélène Françoise Noël Créée l’Oréal Étienne Hôtel À cœur – N°5",
    "spanish": "Muñoz Peña España García López María Año Señor ¿Qué? Logroño Málaga",
    "portuguese": "São João Conceição Ações Informação Araújo Magalhães Não Construções",
}
ENCODINGS = {
    "simplified": ("utf-8", "gb18030", "utf-16-le", "utf-16-be"),
    "traditional": ("utf-8", "gb18030", "cp950", "utf-16-le"),
    "japanese": ("utf-8", "cp932", "utf-16-le"),
    "half-width": ("utf-8", "cp932"),
    **dict.fromkeys(("german", "french", "spanish", "portuguese"), ("utf-8", "cp1252", "utf-16-be")),
}
CASES = [(language, encoding) for language, encodings in ENCODINGS.items() for encoding in encodings]
ENOUGH = 10  # characters beyond ASCII; with fewer gb18030, cp950 and cp932 can look alike


def made_up(language: str, count: int, seed: int) -> str:
    """A table of so many rows; odd seeds mix it with English."""
    draw = random.Random(seed)
    words = WORDS[language].split()
    english = ["Acme Ltd", "info@acme.example", "2024-01-31", "Main Street 12"] if seed % 2 else words
    body = (f"{n};{draw.choice(words)};{draw.choice(english)};{draw.choice(words)}" for n in range(count))
    return "\n".join(["id;name;city;note", *body]) + "\n"


@pytest.mark.parametrize(("language", "encoding"), CASES)
def test_the_encoding_is_found(tmp_path: Path, language: str, encoding: str) -> None:
    """Wherever ten characters are beyond ASCII; traditional Chinese wants twenty, half-width katakana fourteen."""
    least = {"traditional": 20, "half-width": 14}.get(language, ENOUGH)
    wrong = []
    for count in (2, 3, 5, 10, 30, 3000):
        for seed in range(20 if count < 100 else 2):
            text = made_up(language, count, seed)
            beyond = len(text) - len(text.encode("ascii", "ignore"))
            (tmp_path / "t.csv").write_bytes(text.encode(encoding))
            found = find_encoding(tmp_path / "t.csv", None)
            if beyond >= least and found.name != encoding:
                wrong.append((count, seed, beyond, found.settings))
    assert wrong == []


def test_how_sure_it_is_and_what_comes_next(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(made_up("simplified", 300, 0).encode("gb18030"))
    settings = find_encoding(tmp_path / "t.csv", None).settings
    assert settings["encoding"] == "gb18030"
    assert float(settings["confidence"]) > 0.9
    second, _, other = settings["runner-up"].partition(" at ")
    assert second in ("cp950", "cp932", "cp1252")
    assert float(other) < float(settings["confidence"]) - 0.2


@pytest.mark.parametrize(
    "content",
    [
        b"id,name\n1,Acme\xa0Inc\n",
        "name;ort\nRené;Bonn\n".encode("cp1252"),
        "name;ort\nMüller;Bonn\n".encode("cp1252"),
        "name\nCafé – Bar\n".encode("cp1252"),
    ],
)
def test_a_single_western_letter_is_no_chinese(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "t.csv").write_bytes(content)
    assert find_encoding(tmp_path / "t.csv", None).name == "cp1252"


def test_foreign_lines_at_the_end_of_a_long_file_are_seen(tmp_path: Path) -> None:
    plain = b"1,Acme Ltd,Main Street\n" * 200_000
    (tmp_path / "t.csv").write_bytes(b"id,name,street\n" + plain + "2,张伟,北京市朝阳区\n".encode("gb18030") * 20)
    assert find_encoding(tmp_path / "t.csv", None).name == "gb18030"


def test_a_wrong_pinned_encoding_is_remarked_on_and_nothing_is_lost(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(made_up("simplified", 200, 0).encode("gb18030"))
    found = table(read(tmp_path / "t.csv", ReadOptions(encoding="utf-8")))
    assert len(found.rows) + len(found.rejects) == 200
    assert any("`encoding: gb18030` would fit" in said for said in found.said)
    assert "confidence" not in found.settings


def test_a_right_pinned_encoding_with_a_damaged_byte_is_not_questioned(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(made_up("german", 200, 0).encode() + b"9;M\xfcller;a;b\n")
    found = table(read(tmp_path / "t.csv", ReadOptions(encoding="utf-8")))
    assert (len(found.rows), len(found.rejects), found.said) == (200, 1, [])


def test_an_unknown_encoding_says_so(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(b"a,b\n")
    with pytest.raises(SourceError, match=r"no encoding 'klingon'.*utf-8"):
        read(tmp_path / "t.csv", ReadOptions(encoding="klingon"))


@pytest.mark.parametrize("encoding", ["idna", "undefined", "base64", "a\0b"])
@pytest.mark.parametrize("name", ["t.csv", "t.txt", "t.jsonl"])
def test_what_is_no_encoding_of_texts_says_so(tmp_path: Path, name: str, encoding: str) -> None:
    (tmp_path / name).write_bytes(b"a,b\n1,\xff\n")
    with pytest.raises(SourceError, match="there is no encoding"):
        read(tmp_path / name, ReadOptions(encoding=encoding))


def test_a_pinned_encoding_that_knows_every_byte_but_gives_odd_characters_is_questioned(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    names = ["上海新星贸易有限公司", "北京华瑞机械制造有限公司", "广州东方电子科技有限公司"]
    file.write_bytes(("name\n" + "\n".join(names) + "\n").encode("gb18030"))
    for pinned in ("cp950", "cp1252"):
        (remark,) = find_encoding(file, pinned).remarks
        assert "`encoding: gb18030` would fit" in remark.said
    assert find_encoding(file, "gb18030").remarks == []
