"""The product's own source files, read as text and as syntax trees."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = (
    "trackagoat",
    "orgs",
    "projects",
    "scraping",
    "creators",
    "videos",
    "connections",
    "campaigns",
    "analytics",
    "goals",
    "api",
)


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of our packages but migrations, by its path from the root."""
    paths = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    return {
        str(path.relative_to(ROOT)): ast.parse(path.read_text(), str(path))
        for path in paths
        if "migrations" not in path.parts
    }


@cache
def committed() -> dict[str, str]:
    """The text of every committed file by its path; files that are no text are left out."""
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True
    )
    files = {}
    for name in listed.stdout.decode().split("\0"):
        path = ROOT / name
        if name and path.is_file():
            data = path.read_bytes()
            if b"\0" not in data:
                files[name] = data.decode("utf-8", "replace")
    return files


def functions_using(tree: ast.AST, name: str, within: str = "") -> Iterator[str]:
    """The qualified names of the functions that use a name, imports aside; "" at the module's level."""
    for node in ast.iter_child_nodes(tree):
        inside = within
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            inside = f"{within}.{node.name}".lstrip(".")
        if (isinstance(node, ast.Name) and node.id == name) or (isinstance(node, ast.Attribute) and node.attr == name):
            yield within
        yield from functions_using(node, name, inside)


def evaluated_at_import(tree: ast.AST) -> Iterator[ast.AST]:
    """Every node that runs when the module is imported: not the bodies of functions and lambdas."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            early = [*getattr(node, "decorator_list", []), *node.args.defaults, *filter(None, node.args.kw_defaults)]
            for part in early:
                yield part
                yield from evaluated_at_import(part)
        else:
            yield node
            yield from evaluated_at_import(node)
