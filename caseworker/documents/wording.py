"""Document wording: TOML files with named fields, checked whole before one word is used.

A file that lacks a field, has one nobody asked for, or uses a place holder that is not filled is refused, and every
such fault is named at once: a letter must never go out with a sentence missing.
"""

from __future__ import annotations

import difflib
import string
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from caseworker import resources
from caseworker.errors import InvalidInput, Problem

NEUTRAL = "default"  # the section for policies that have none of their own
SECTION = "policy."

Sentences = Mapping[str, Mapping[str, str]]  # kind -> field (policy.ID.field under a policy) -> what the office says
_own: ContextVar[Sentences | None] = ContextVar("own_sentences", default=None)


@contextmanager
def spoken(sentences: Sentences) -> Iterator[None]:
    """Documents that are rendered inside say these sentences of the office in place of the program's."""
    token = _own.set(sentences)
    try:
        yield
    finally:
        _own.reset(token)


class Wording:
    """The sentences of one document kind, one policy's merged over the common ones.

    `own`: whether the policy has words of its own, or neutral ones stand in for them.
    """

    def __init__(self, values: Mapping[str, Any], own: bool = True) -> None:
        self._values = values
        self.own = own

    def __getitem__(self, field: str) -> str:
        return str(self._values[field])

    def say(self, field: str, **values: str) -> str:
        """The sentence with its place holders filled."""
        return str(self._values[field]).format(**values)

    def listed(self, field: str) -> tuple[str, ...]:
        """A field that is a list of sentences."""
        return tuple(self._values[field])


def title_of_policy(words: Wording, policy: str, title: str) -> str:
    """The policy's name as its own words have it, else as its pack does. InvalidInput where neither says it."""
    if not words.own and not title.strip():
        raise InvalidInput(f"没有政策 {policy} 的用语，也没有政策名称，不能制作文书。")
    return words.say("policy_title", title=title)


def plain_fields(names: str) -> dict[str, tuple[str, ...]]:
    """Fields without place holders, named in one text with spaces between."""
    return dict.fromkeys(names.split(), ())


def load(
    kind: str,
    fields: Mapping[str, tuple[str, ...]],
    policy_fields: Mapping[str, tuple[str, ...]] | None = None,
    policy: str | None = None,
    folder: Path | None = None,
    lists: frozenset[str] = frozenset(),
) -> Wording:
    """Read `resources/wording/KIND.toml`.

    `fields` names every common field with the place holders it may use; `policy_fields` those that stand under
    [policy."ID"]; `lists` the fields that are lists of sentences. All policies in the file are checked; the one asked
    for is merged over the common fields. A policy without a section gets the neutral words of [policy.default].
    Raises InvalidInput naming every problem.
    """
    path = (folder or resources.path("wording")) / f"{kind}.toml"
    try:
        read = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise InvalidInput(f"缺少文书用语文件 {path.name}。") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidInput(f"文书用语文件 {path.name} 写法有误：{error}") from error
    policies = read.pop("policy", {})
    problems = _say_own(read, policies, (_own.get() or {}).get(kind, {}))
    problems += _check(read, fields, lists, "")
    if policy_fields is not None:
        for name, section in policies.items():
            problems += _check(section, policy_fields, lists, f"policy.{name}.")
    elif policies:
        problems.append(Problem("policy", "这种文书不分政策，不应有 policy 一节。"))
    own = policy is None or policy in policies
    section = policy if own else NEUTRAL
    if section is not None and section not in policies:
        problems.append(Problem(f"policy.{policy}", f"没有政策 {policy} 的用语。"))
    if problems:
        raise InvalidInput(f"文书用语文件 {path.name} 不能使用：{problems[0].message}", tuple(problems))
    return Wording({**read, **(policies[section] if section is not None else {})}, own)


def _say_own(read: dict[str, Any], policies: dict[str, dict[str, Any]], own: Mapping[str, str]) -> list[Problem]:
    """Puts the office's sentences in their places; one whose place is no more is a problem: it would be lost unsaid."""
    problems = []
    for field, text in own.items():
        policy, name = split_field(field)
        section = read if policy is None else policies.get(policy)
        if section is None or not isinstance(section.get(name), str):
            words = (
                f"本机构的用语“{field}”在这一版程序中已没有位置，请在“设置—文书用语”中恢复程序原来的用语；"
                "此前制作、还没有用印的文书请作废后重新制作。"
            )
            problems.append(Problem(field, words))
        else:
            section[name] = text
    return problems


def split_field(field: str) -> tuple[str | None, str]:
    """(policy or None, name) of a field: policy.xunwu-2022-59.use is the policy's `use`."""
    if not field.startswith(SECTION):
        return None, field
    policy, _, name = field.removeprefix(SECTION).rpartition(".")
    return policy, name


def holders_of(text: str) -> frozenset[str]:
    """The place holders of a sentence. ValueError where its braces are no pairs."""
    return frozenset(holder for _, holder, _, _ in string.Formatter().parse(text) if holder is not None)


def sentences_of(kind: str, folder: Path | None = None) -> dict[str, str]:
    """Every sentence of a kind's wording file as the program has it, by field, in the file's order."""
    path = (folder or resources.path("wording")) / f"{kind}.toml"
    read = tomllib.loads(path.read_text(encoding="utf-8"))
    policies = read.pop("policy", {})
    found = {name: text for name, text in read.items() if isinstance(text, str)}
    for policy, section in policies.items():
        found |= {f"{SECTION}{policy}.{name}": text for name, text in section.items() if isinstance(text, str)}
    return found


def _check(
    read: Mapping[str, Any], fields: Mapping[str, tuple[str, ...]], lists: frozenset[str], prefix: str
) -> list[Problem]:
    problems = [Problem(prefix + name, f"缺少字段 {name}。") for name in fields if name not in read]
    for name, value in read.items():
        path = prefix + name
        if name not in fields:
            near = difflib.get_close_matches(name, fields, 1)
            hint = f"，是否应为 {near[0]}" if near else ""
            problems.append(Problem(path, f"不认识的字段 {name}{hint}。"))
        elif name in lists:
            if not isinstance(value, list) or not value or not all(isinstance(v, str) and v.strip() for v in value):
                problems.append(Problem(path, f"字段 {name} 应是一列句子，不能为空。"))
        elif not isinstance(value, str) or not value.strip():
            problems.append(Problem(path, f"字段 {name} 应是一句话，不能为空。"))
        else:
            problems += _check_holders(path, name, value, fields[name])
    return problems


def _check_holders(path: str, name: str, value: str, allowed: tuple[str, ...]) -> list[Problem]:
    try:
        used = [holder for _, holder, _, _ in string.Formatter().parse(value) if holder is not None]
    except ValueError:
        return [Problem(path, f"字段 {name} 的花括号不成对。")]
    return [Problem(path, f"字段 {name} 用了不认识的填空 {{{holder}}}。") for holder in used if holder not in allowed]
