"""What a statement does to which table, as PostgreSQL asks its role for it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import sqlglot
from sqlglot import exp

from answerlens_common.db.ownership import Verb

_PARAMETER = re.compile(r"(?<![:\w]):([a-zA-Z_]\w*)")
# Says nothing about tables, and the parser does not know it everywhere.
_ORDINALITY = re.compile(r"\bWITH ORDINALITY\b")
# Statements that the parser does not take apart, and that name no table of ours.
_SESSION = re.compile(r"^SET TRANSACTION ")
_WRITES: dict[type[exp.Expr], Verb] = {exp.Insert: Verb.INSERT, exp.Update: Verb.UPDATE, exp.Delete: Verb.DELETE}


@dataclass(frozen=True)
class Use:
    """A statement needs `verb` on `table`."""

    table: str
    verb: Verb


class UnreadableStatementError(AssertionError):
    """A statement that cannot be taken apart, or one that the services may not send at all (DDL)."""


@cache
def uses(sql: str) -> frozenset[Use]:
    """Every table that a statement names, with what it needs there; catalogues and functions are left out.

    Raises:
        UnreadableStatementError: the parser does not understand it, or it is neither a query nor a change of rows.
    """
    if _SESSION.match(sql):
        return frozenset()
    try:
        tree = sqlglot.parse_one(_ORDINALITY.sub("", _PARAMETER.sub("$1", sql)), dialect="postgres")
    except sqlglot.ParseError as error:
        message = f"not understood: {sql}"
        raise UnreadableStatementError(message) from error
    if not isinstance(tree, (exp.Query, *_WRITES)):
        message = f"neither a query nor a change of rows: {sql}"
        raise UnreadableStatementError(message)
    return frozenset(use for use in _uses(tree) if not use.table.startswith("pg_"))


def _uses(tree: exp.Expr) -> Iterator[Use]:
    named_here = {each.alias for each in tree.find_all(exp.CTE)}
    targets = set()
    for node in tree.find_all(*_WRITES):
        target = node.this.this if isinstance(node.this, exp.Schema) else node.this
        targets.add(id(target))
        yield from (Use(target.name, verb) for verb in _written(node))
    for select in tree.find_all(exp.Select):
        for lock in select.args.get("locks") or ():
            yield from _locked(select, lock)
    for table in tree.find_all(exp.Table):
        if id(table) not in targets and table.name not in named_here and isinstance(table.this, exp.Identifier):
            yield Use(table.name, Verb.READ)


def _written(node: exp.Expr) -> Iterator[Verb]:
    yield _WRITES[type(node)]
    conflict = node.args.get("conflict")
    if conflict is not None and conflict.args.get("action") is not None and "UPDATE" in str(conflict.args["action"]):
        yield Verb.UPDATE
    # a condition, a conflict's columns and what comes back are read
    if not isinstance(node, exp.Insert) or conflict is not None or node.args.get("returning"):
        yield Verb.READ


def _locked(select: exp.Select, lock: exp.Expr) -> Iterator[Use]:
    """FOR UPDATE and its kin lock the tables of the query itself: all of them, or those that OF names."""
    chosen = {each.name for each in lock.args.get("expressions") or ()}
    sources = [select.args.get("from_"), *(select.args.get("joins") or ())]
    for source in filter(None, sources):
        table = source.this
        if isinstance(table, exp.Table) and (not chosen or table.alias_or_name in chosen):
            yield Use(table.name, Verb.LOCK)


@cache
def calls(sql: str) -> frozenset[str]:
    """The functions that a statement calls, by name in lower case; those that are words of SQL itself left out."""
    if _SESSION.match(sql):
        return frozenset()
    tree = sqlglot.parse_one(_ORDINALITY.sub("", _PARAMETER.sub("$1", sql)), dialect="postgres")
    return frozenset(str(call.this).lower() for call in tree.find_all(exp.Anonymous))
