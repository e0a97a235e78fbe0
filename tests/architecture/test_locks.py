"""How rows are locked."""

import ast
from typing import TypeGuard

from tests.architecture.source import modules

# Deleting a row takes the whole lock anyway, and must wait for whoever adds to what it deletes.
DELETING = {("orgs/services/purge.py", "_purge"), ("projects/services.py", "_purge")}


def test_rows_are_locked_so_that_rows_that_refer_to_them_can_be_added_meanwhile() -> None:
    """A plain FOR UPDATE stops the key check of every new row that refers to the locked one, until its commit: two who
    hold each other's rows then wait for one another for ever."""
    whole = {(path, function) for path, tree in modules().items() for function in _locking_whole(tree)}
    assert whole == DELETING


def _locking_whole(tree: ast.AST) -> list[str]:
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    calls = [(function.name, node) for function in functions for node in ast.walk(function) if _locks(node)]
    return [name for name, call in calls if not any(keyword.arg == "no_key" for keyword in call.keywords)]


def _locks(node: ast.AST) -> TypeGuard[ast.Call]:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "select_for_update"
