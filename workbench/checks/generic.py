"""generic: the value is of this record and not a stopgap."""

from typing import Literal

from .base import Check, Share, text

STOPGAPS = (
    "test", "testing", "test test", "asdf", "asdfgh", "qwerty", "xxx", "xxxx", "abc", "abcd", "aaa", "dummy", "sample",
    "example", "unknown", "not known", "not available", "none", "null", "nil", "na", "n/a", "tbd", "tba", "todo", "foo",
    "bar", "foo bar", "john doe", "jane doe", "max mustermann", "erika mustermann", "do not use", "deleted",
    "n.n.", "n. n.", "test customer", "test user",
    "customer", "cash customer", "one-time customer", "default", "misc", "various", "other", "noname", "no name",
    "no email", "123", "1234", "12345", "123456",
    "测试", "测试客户", "测试公司", "测试用户", "某某", "佚名", "张三", "李四", "王五", "无", "暂无", "不详", "未知",
    "待定", "其他", "作废", "已删除", "散客", "零售客户", "个人", "默认",
)  # fmt: skip
"""What people type to get past a mandatory field, in small letters."""


class Generic(Check):
    """No stopgap such as `test` or `不详`, and not shared by more than `share` of the source's records, if given.

    Five records may always share a value. Dimension: validity.
    """

    dimension = "validity"
    check: Literal["generic"]
    share: Share | None = None

    def fails(self) -> str:
        stopgap = f"lower(trim({self.value()}::VARCHAR)) IN ({', '.join(map(text, STOPGAPS))})"
        return stopgap if self.share is None else f"{stopgap} OR (r._times > 5 AND r._times > {self.share} * r._all)"

    def reason(self) -> str:
        if self.share is None:
            return text("a stopgap, not a value")
        return (
            f"CASE WHEN r._times > 5 AND r._times > {self.share} * r._all "
            "THEN r._times || ' records share this value' ELSE 'a stopgap, not a value' END"
        )

    def select(self, table: str) -> str:
        """Count the value, and all records, within the source first."""
        if self.share is None:
            return super().select(table)
        times = f"count(*) OVER (PARTITION BY r.source, {self.value()}) AS _times"
        return super().select(f"(SELECT r.*, {times}, count(*) OVER (PARTITION BY r.source) AS _all FROM {table} AS r)")
