import pytest

from tests.small import CONFIG, told, workbench
from workbench.dashboard.entrance.site import site
from workbench.errors import ConfigError


def test_this_computer_needs_nobody_to_sign_in() -> None:
    found = site("127.0.0.1", 5006, [], "", None)
    assert found.url == "http://127.0.0.1:5006/" and not found.secure and found.path == "/"
    assert found.hosts == {"127.0.0.1:5006", "localhost:5006"}
    assert site("localhost", 5006, [], "", None) == found


def test_what_people_type_is_ours_too() -> None:
    found = site("127.0.0.1", 5006, ["https://DQ.example.com", "dq:8080"], "dq/", "header")
    assert found.hosts >= {"dq.example.com", "dq.example.com:443", "dq:8080"} and "dq" not in found.hosts
    assert found.url == "https://dq.example.com/dq/" and found.secure
    assert found.path == "/dq/" and found.to("overview") == "/dq/overview"


@pytest.mark.parametrize("address", ["0.0.0.0", "192.168.1.5", "10.0.0.1"])
def test_others_are_not_let_in_without_signing_in(address: str) -> None:
    with pytest.raises(ConfigError, match=r"nobody signs in.*sign_in: password.*docs/dashboard\.md"):
        site(address, 5006, ["dq"], "", None)
    with pytest.raises(ConfigError, match=r"--origin dq: people come there by that name, and nobody signs in"):
        site("127.0.0.1", 5006, ["localhost:8080", "dq"], "", None)
    assert "localhost:8080" in site("127.0.0.1", 5006, ["localhost:8080"], "", None).hosts
    assert address == "0.0.0.0" or f"{address}:5006" in site(address, 5006, [], "", "password").hosts


@pytest.mark.parametrize(
    ("address", "origins", "prefix", "words"),
    [
        ("0.0.0.0", [], "", "--origin dq.example.com:5006"),
        ("dq.example.com", [], "", "IPv4"),
        ("::", [], "", "IPv4"),
        ("", [], "", "IPv4"),
        ("127.0.0.1", ["*"], "", r"--origin \*"),
        ("127.0.0.1", ["ftp://x"], "", "--origin"),
        ("127.0.0.1", ["x/y"], "", "--origin"),
        ("127.0.0.1", ["x:0"], "", "--origin"),
        ("127.0.0.1", ["x:65536"], "", "--origin"),
        ("127.0.0.1", ["a b"], "", "--origin"),
        ("127.0.0.1", [], "/a/../b", "--prefix"),
        ("127.0.0.1", [], "/(.*)", "--prefix"),
        ("127.0.0.1", [], "//evil.com", "--prefix"),
    ],
)
def test_what_makes_no_sense_is_refused(address: str, origins: list[str], prefix: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        site(address, 5006, origins, prefix, "password")


def test_the_command_refuses_it_with_what_to_do(tmp_path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "workbench.yml").write_text(CONFIG, "utf-8")
    told(workbench("dashboard", tmp_path, "--address", "0.0.0.0", "--origin", "dq"), 2, "nobody signs in", "sign_in")
    told(workbench("dashboard", tmp_path, "--port", "70000"), 2, "--port")
