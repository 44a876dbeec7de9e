"""The words and sentences that stand in tables: said by SQL, by types and by checks, translated where they are shown.

English is what the tables hold, in every language, so that queries, files and hashes do not depend on who reads.
"""

from __future__ import annotations

import re

from .language import gettext, language, marked

_FORMS: dict[str, re.Pattern[str]] = {}


def sentence(message: str) -> str:
    """The pattern of sentences that stand in tables with their values filled in."""
    parts = re.split(r"\{(\w+)\}", message)
    groups = (f"(?P<{part}>(?:(?!; ).)*?)" if n % 2 else re.escape(part) for n, part in enumerate(parts))
    _FORMS[message] = re.compile("".join(groups), re.DOTALL)
    return message


def told(said: str) -> str:
    """A word or sentence that stands in a table, in the language spoken now.

    Values are put in as they are, the one that a pattern calls {word} translated. Of several with semicolons between
    them each is translated. What nobody marked stays as it is.
    """
    if language() == "en":
        return said
    if (known := gettext(said)) != said:
        return known
    for message, form in _FORMS.items():
        if found := form.fullmatch(said):
            values = {name: told(value) if name == "word" else value for name, value in found.groupdict().items()}
            return gettext(message).format(**values)
    several = said.split("; ")
    each = [told(one) for one in several] if len(several) > 1 else several
    return gettext("; ").join(each) if each != several else said


RECORDS = (
    marked("written"), marked("merged"), marked("deferred"), marked("archived"), marked("excluded"),
    marked("rejected"), marked("unexplained"), marked("Written"), marked("Merged"), marked("Deferred"),
    marked("Archived"), marked("Excluded"), marked("Rejected"), marked("Unexplained"), marked("source"),
    marked("target"), marked("difference"), marked("filled"), marked("loaded"), marked("now"), marked("later"),
    sentence("wave {name}"), sentence("into {id}"), sentence("into {id}, which is loaded"),
    sentence("unreadable: {word}"), sentence("left out by {view}"), sentence("{target} takes no {entity}"),
    marked("no wave takes it"), marked("not in the target"), marked("the waves are of others"),
    sentence("goes with its {entity}"), sentence("never deferred: {word}"), sentence("has a {entity}"),
    sentence("has an {entity}"), sentence("orphan: its {entity} is not among the records"),
    sentence("its {entity} would be refused"), sentence("parent: {word}"), sentence("record: {word}"),
    marked("parent"), marked("counts"), marked("does not count"),
)  # fmt: skip
"""What becomes of records, and why."""

QUALITY = (
    marked("completeness"), marked("validity"), marked("uniqueness"), marked("consistency"), marked("timeliness"),
    marked("no longer checked"), marked("agree"), marked("allowed"), marked("children"), marked("compare"),
    marked("confirmed"), marked("depends"), marked("drift"), marked("expression"), marked("foreign key"),
    marked("fresh"), marked("generic"), marked("key"), marked("length"), marked("outlier"), marked("range"),
    marked("required"), marked("spelling"), marked("total"), marked("unique"), marked("valid"), marked("volume"),
    marked("pattern"), marked("high"), marked("normal"), marked("low"), marked("open"), marked("not checked"),
    marked("closed"), marked("resolved"), marked("info"),
    sentence("sources differ, with the same {fields}"), sentence("not one of {values}"),
    sentence("{n} {entity}, not {first} .. {last}"), sentence("not in {table}"),
    sentence("{table} has no accepted word: {column}, row {n}"),
    sentence("{table} says otherwise: {column}, row {n}"),
    sentence("differs from others with the same {fields}"),
    marked("the values are spread otherwise than on the date before"), sentence("not so: {condition}"),
    sentence("no {entity} with this key"), sentence("older than {n} days, or in the future"),
    marked("a stopgap, not a value"), sentence("{n} records share this value"),
    sentence("{n} records share this value and {fields}"), marked("blank key"), marked("repeated key"),
    sentence("{n} characters, not {first} .. {last}"), marked("far from what is usual"),
    sentence("far from what is usual with its {fields}"), sentence("does not look like {pattern}"),
    sentence("outside {first} .. {last}"), marked("missing"), sentence("not the sum of its {entity}"),
    sentence("nearly a value that is {n} times as common"), sentence("was {n} on the date before"),
    sentence("not at most {field}"),
    sentence("not at least {field}"), sentence("not less than {field}"), sentence("not more than {field}"),
    sentence("not equal to {field}"),
    sentence("not other than {field}"),
)  # fmt: skip
"""Dimensions, kinds of checks, states and priorities of issues, and why a value fails."""

TYPES = (
    marked("text"), marked("company name"), marked("person name"), marked("party name"), marked("phone"),
    marked("email"), marked("address"), marked("tax id"), marked("date"), marked("money"), marked("country"),
    marked("code"), marked("identifier"), marked("ref"), marked("url"), marked("tax_id"), marked("company_name"),
    marked("person_name"), marked("party_name"),
    marked("placeholder for missing"), marked("tidied"), marked("ISO code"), marked("SAP empty date"),
    marked("not readable: emptied"), marked("read from capitals"), marked("range of numbers: first kept"),
    marked("label removed"), marked("international form"), marked("begins with a country code"),
    marked("several numbers: first kept"), marked("scheme in lower case"), marked("key made up"),
    marked("blank or repeated key"), sentence("area code {code} of the record's city added"),
    sentence("no number of {region}: read as one of {country}"),
    marked("a year only: no month and day"), marked("year and month only: no day"), marked("no such day"),
    marked("six digits: day, month and year cannot be told apart"), marked("a number: perhaps a spreadsheet's day"),
    marked("perhaps a year of the Republic of China"), marked("not a date"), marked("open end, in a column of days"),
    marked("fills the field, no real day"), marked("a year that cannot be"), marked("not an e-mail address"),
    marked("no @ in it"), marked("a number in powers of ten: digits may be lost"),
    marked("a range, not one amount"), sentence("the column has '{mark}' before the decimals, this has not"),
    marked("a letter among the digits"), marked("not an amount"), marked("no area code"),
    marked("lost digits: a spreadsheet shortened the number"), marked("placeholder, not a real number"),
    marked("no such number in its country"), marked("not a phone number"), marked("no country known for the number"),
    marked("check digit wrong"), marked("no known kind of tax number"),
    marked("last digits lost: a spreadsheet keeps fifteen"), marked("an e-mail address, not a web address"),
    marked("not a web address"),
)  # fmt: skip
"""Kinds of fields, what was done to a value, and why one is not valid."""

MATCHING = (
    marked("most recent"), marked("most complete"), marked("most trusted"), marked("most frequent"),
    marked("no match"), marked("model"), marked("rule"), marked("pair"), marked("golden record"), marked("ruled out"),
    marked("5 and more"), marked("same"), marked("different"), marked("differ"), marked("near"), marked("alike"),
    marked("faintly alike"), marked("same street and number"), marked("same reading"), marked("same words"),
    marked("same words in another order"), marked("near reading"), marked("cut off"),
    marked("initials of the other"), marked("city left out of one"), marked("most words"), marked("many words"),
    marked("day and month swapped"), marked("one slip"), marked("two slips"), marked("another day"),
    marked("another year"), marked("another month"), marked("same year"), marked("same local part"),
    marked("near local part"), marked("same domain"), marked("short form of the name"),
    marked("same family, near given name"), marked("same given, near family name"),
    marked("initial of the given name"), marked("alike in another order"), marked("same family name"),
    marked("same given name"), marked("same last digits"), marked("same organisation code"), marked("any pair"),
    marked("split"), marked("override"), marked("exclude"), marked("confirm"), marked("undo"),
    marked("precision"), marked("recall"), marked("recall with review"), marked("recall of all"), marked("matches"),
    marked("any other"), sentence("{word}, from {share}"), sentence("survivorship: {word}"), marked("any source"),
)  # fmt: skip
"""Verdicts, who gave them, and how two values agree."""

GOLDEN = (
    marked("not finished"), marked("blocking recall"),
    marked("branch"), marked("shared tax id"), marked("household"), marked("group"), marked("head office"),
    marked("ship to"), marked("shared_tax_id"), marked("head_office"), marked("ship_to"), marked("found"),
    marked("refused"), marked("too many"), marked("settled"), marked("resolved by rule"), marked("sum"),
    marked("largest"), marked("smallest"), marked("earliest"), marked("latest"),
    marked("core"), marked("organisation code"),
    marked("brand"), marked("web site"), marked("mail domain"), marked("family and address"),
    marked("kept"), marked("the same, or none"), marked("this record"), marked("the others"),
    sentence("lost: {value}"), marked("first key"), marked("agreed"), marked("owner"), marked("most_recent"),
    marked("most_complete"), marked("most_trusted"), marked("most_frequent"), marked("longest"), marked("derived"),
    marked("reference"), marked("collected"), marked("means that nothing is known"), marked("not in its code list"),
)  # fmt: skip
"""Survivorship, consequences, relations."""

TARGET = (
    marked("required"), marked("no new code for this value"), sentence("longer than {n} bytes in GBK"),
    sentence("longer than {n} bytes"), sentence("longer than {n} UTF-16 units"), sentence("longer than {n}"),
    sentence("more than {n} places behind the decimal point"),
    sentence("more than {n} places before the decimal point"),
    marked("not a whole number"), marked("not a number"), marked("not a date written YYYY-MM-DD"),
    marked("has a control character"), marked("has a private-use character, which each system shows otherwise"),
    sentence("has a character that a file in {encoding} cannot carry"),
    sentence("filled beside {fields}: a record has one or the other"),
    sentence("outside the number range {first} to {last}"), sentence("no {object} that is loaded has this key"),
    marked("the key is not unique: another row has it too"), sentence("a new choice beside {values}"),
    marked("doubtful"), marked("mapped"), marked("default"), marked("draft"), marked("approved"),
    marked("for review"), sentence("{word}, {n} long"), sentence("{word}, {n} long, {m} decimals"),
    sentence("{word}, {m} decimals"), sentence("{word}, one of {values}"), sentence("{field}: required"),
    sentence("approved by {person} on {day}"), sentence("changed since {person} approved it on {day}"),
    marked("not approved"), marked("yes"), marked("no"), marked("decimal"), marked("integer"), marked("boolean"),
)  # fmt: skip
"""What a target refuses, and the state of its mapping."""

EXTRACTS = (
    marked("has no records"), sentence("no extract of {day}: that of {older} stands"),
    sentence("is called {name} since {day} ({agreed})"), sentence("is gone since {day}"),
    sentence("is new since {day}"),
    sentence("has its columns in another order since {day}"),
    sentence("cannot be compared with the extract before that of {day}: it cannot be read now"),
    sentence("is called {name}"), sentence("no records: {word}"), marked("a footer"), marked("above the headings"),
    marked("a hidden column; it is read like the others"),
    sentence("other sheets: {names}; to read one of them, give `sheet`"),
    sentence("the file is delimited text, though its name ends in {suffix}: it was read as text"),
    sentence("is the heading of several columns, told apart by a number: {names}"),
    sentence("{n} fields instead of {wanted}"), sentence("{n} characters instead of {wanted}"),
    sentence("{n} cells instead of {wanted}"), sentence("two values for {name}"),
)  # fmt: skip
"""Remarks on extracts, and why a line could not be read."""

HEADINGS = (
    marked("before"), marked("after"), marked("value"), marked("golden value"), marked("from"), marked("field"),
    marked("fields"), marked("at"), marked("target id"), marked("wave"), marked("founding"), marked("proposal"),
    marked("outcome"), marked("probability"), marked("verdict"), marked("reason"), marked("event"), marked("object"),
    marked("decided_by"), marked("archive"), marked("this record's"), marked("golden_id"), marked("status"),
    marked("severity"), marked("name"), marked("seconds"), marked("rows_in"), marked("rows_out"), marked("dimension"),
    marked("score"), marked("run_id"), marked("as_of"), marked("user"), marked("started_at"), marked("stage"),
    marked("column"), marked("table"), marked("said"), marked("priority"), marked("due"), marked("state"),
    marked("measure"), marked("kind"), marked("problem"), marked("goes"), marked("note"), marked("gate"),
    marked("what"), marked("next"), marked("why"), marked("because"), marked("blocks"), marked("pairs"),
    marked("left out"), marked("entity"), marked("file"), marked("act"), marked("less"), marked("figure"),
    marked("part"), marked("changed"), marked("reviewed"), marked("line"), marked("text"), marked("likelihood"),
    marked("filled"), marked("distinct"), marked("samples"), marked("read as"), marked("rejects"), marked("of"),
    marked("title"), marked("notebook"), marked("best candidate"), marked("row"), marked("as of"), marked("files"),
    marked("retain until"), marked("expected"), marked("actual"), marked("agreement"), marked("confidence"),
    marked("True"), marked("False"), marked("true"), marked("false"),
    marked("check_id"), marked("codes"), marked("stratum"), marked("looked"),
    marked("decided"), marked("wrong"), marked("records_left_out"), marked("target_id"), marked("author"),
    marked("steps"), marked("gaps"), marked("steward"), marked("record"),
    marked("other"), marked("amount"), marked("source value"), marked("target value"), marked("check id"),
    marked("decided by"),
)  # fmt: skip
"""Headings of the tables that a terminal or a trace shows as they are."""

OURS = (
    "name", "stage", "dimension", "outcome", "state", "status", "priority", "verdict", "goes", "gate", "what", "next",
    "said", "reason", "rule", "kind", "why", "measure", "problem", "note", "part", "decided_by", "fate", "figure",
    "event", "done",
    "this record's", "of", "founding", "later", "archive", "severity", "stratum", "proposed", "agreement",
)  # fmt: skip
"""Columns whose cells are words of ours, as far as they are known as such."""

STAGES = (
    marked("ingest"), marked("profile"), marked("standardise"), marked("check"), marked("golden"), marked("map"),
    marked("plan"), marked("reconcile"), marked("publish"), sentence("load {wave}"),
    marked("run on the last extracts"),
    marked("in no wave"), marked("without a parent that goes"), marked("its day is outside the cutover window"),
)  # fmt: skip
"""Stages and steps."""

GATES = (
    marked("gates of the run"), marked("configuration"), marked("explained"), marked("accepted"), marked("reviewed"),
    marked("decisions"), marked("issues"), marked("codes"), marked("owner and day"), marked("mapping"),
    marked("checked one by one"), sentence("run {id}: {word}"), marked("workbench run lists what is missed"),
    sentence("{file} is that of run {id}"), sentence("{file} is not that of run {id}"), marked("run again"),
    sentence("unexplained records and sums: {n}"), marked("follow one: workbench trace"),
    sentence("records of the wave that the target would refuse: {n}"),
    marked("see target.problems: mend, map or exclude them"),
    sentence("pairs with a record of the wave that wait for review: {n}"),
    marked("decide them: workbench decisions --review"), sentence("decisions that contradict others: {n}"),
    marked("see match.contradictions: undo one of each"), sentence("open issues of high priority: {n}"),
    marked("see them: workbench issues"), sentence("values without a new code: {n}"),
    marked("complete the lists: see target.unmapped"), marked("neither is named"),
    marked("write `owner` and `on` into workbench.yml"), marked("workbench.yml has no waves"),
    marked("workbench.yml has no targets"), marked("write `targets` into workbench.yml"),
    marked("write `waves` into workbench.yml, each with `owner` and `on`"),
    sentence("the mapping of {target} is approved"),
    sentence("the mapping of {target} is not approved"),
    marked("another person than its author approves it: workbench mapping approve"),
    sentence("records that nobody found right yet: {n}"), sentence("{person} looks at them"),
    sentence("{word} scores {share}, below its threshold of {limit}"),
    sentence("check {check} on {source}: {n} of {all} fail, more than {limit}%"),
    sentence("{n} records are unexplained"), sentence("amounts differ by {amount} {currency}"),
    sentence("{target} {field}: 1 value has no new code, in {rows} rows; workbench mapping status lists them"),
    sentence("{target} {field}: {n} values have no new code, in {rows} rows; workbench mapping status lists them"),
)  # fmt: skip
"""Gates of runs and waves, what was found and what to do."""

PROOF = (
    marked("technical"), marked("logical"), marked("business"), marked("Technical"), marked("Logical"),
    marked("Business"), marked("signed"), marked("lapsed"), marked("extract"), marked("rows"), marked("read-back"),
    marked("records"), marked("golden"), marked("mapped"), marked("to go"), marked("sent"), marked("created"),
    marked("read back"), marked("rows in the new system"), marked("lost"), marked("extra"), marked("doubled"),
    marked("unanswered"), marked("not read back"), marked("gone"), marked("undone"), marked("without our key"),
    marked("target normalised"), marked("equal"), marked("standardised"), marked("owner's value"),
    marked("manual decision"), marked("leading zeros"), marked("UNEXPLAINED from the source"), marked("(the row)"),
    marked("the source's value, unchanged"), marked("the source's value in the form of its type"),
    marked("survivorship took another record's value, or put a name where its language belongs"),
    marked("the field's owner has it"), marked("a person decided it or filled it in"),
    marked("no source had one: it was derived, or looked up"),
    marked("by a code list, or an expression of the mapping"),
    marked("the mapping's default, as there is no value"), marked("none of these"), marked("not due"),
    marked("over 90"), marked("one record"), marked("decided"), marked("no date"), marked("on"), marked("by"),
    marked("environment"), marked("run"),
    sentence("{object} to go"), sentence("{object} read back"), sentence("technical: {word}"),
    sentence("readiness {wave}"), sentence("logical: {word}"), marked("updated"), marked("unprocessed"),
    marked("never sent"),
)  # fmt: skip
"""Fates of records and values between what was expected and what a new system holds."""
