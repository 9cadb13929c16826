"""Writes the manual page and the shell completions of a command, from the help that the command itself gives.

Runs as a process of its own (`manual.py MODULE COMMAND VERSION EPOCH FOLDER`), so that it sees the command as the
package holds it. Completions are static: a Pi needs a second to start Python, which nobody waits for after a Tab.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperArgument, TyperGroup, TyperOption


@dataclass(frozen=True, slots=True)
class Verb:
    """One command of the tree. `words` is how it is typed, such as ("devices", "scan"); () is the program itself."""

    words: tuple[str, ...]
    about: str
    arguments: tuple[tuple[str, str], ...]  # metavar, help
    options: tuple[tuple[tuple[str, ...], str, str, bool], ...]  # names, metavar, help, takes a file
    below: tuple[tuple[str, str], ...]  # name and first line of what can follow


def verbs(command: Any, words: tuple[str, ...] = ()) -> Iterator[Verb]:
    """Yields a command and all below it, in the order of the help; hidden ones are left out.

    `command`: what `typer.main.get_command` made. Any: the type of all of them has no public name.
    """
    context = typer.Context(command, info_name=" ".join(words))
    options, arguments = [], []
    for parameter in command.get_params(context):
        if isinstance(parameter, TyperOption) and not parameter.hidden:
            metavar = "" if parameter.is_flag else _placeholder(parameter)
            is_file = metavar == "FILE"
            names = (*parameter.opts, *parameter.secondary_opts)
            options.append((names, metavar, _line(parameter.help), is_file))
        elif isinstance(parameter, TyperArgument):
            arguments.append((_placeholder(parameter), _line(parameter.help)))
    below = []
    if isinstance(command, TyperGroup):
        below = [
            (name, one) for name in command.list_commands(context) if (one := command.commands[name]) and not one.hidden
        ]
    named = tuple((name, _line(one.get_short_help_str(200))) for name, one in below)
    yield Verb(words, (command.help or "").strip(), tuple(arguments), tuple(options), named)
    for name, one in below:
        yield from verbs(one, (*words, name))


def _placeholder(parameter: TyperArgument | TyperOption) -> str:
    """What stands for the value: FILE, NUMBER, TEXT of an option; an argument's own name, in brackets when optional."""
    if isinstance(parameter, TyperArgument):
        name = (parameter.metavar or parameter.name or "value").upper().replace("_", "-")
        return name if parameter.required else f"[{name}]"
    annotation = str(parameter.type_descriptor.annotation)
    kinds = {"Path": "FILE", "int": "NUMBER", "float": "NUMBER"}
    return parameter.metavar or next((word for part, word in kinds.items() if part in annotation), "TEXT")


def _line(text: str | None) -> str:
    return " ".join((text or "").split())


# ---- the manual page, in man(7) --------------------------------------------------------------------------------------


def _roff(text: str) -> str:
    """Text as roff takes it: no line of it is a request, a hyphen that is typed stays one."""
    safe = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq")
    return f"\\&{safe}" if safe.startswith(".") else safe


def manual_page(name: str, all_verbs: list[Verb], version: str, epoch: int) -> str:
    """Returns the page of section 8: commands for whoever runs the machine."""
    top = all_verbs[0]
    day = datetime.fromtimestamp(epoch, UTC).date().isoformat()
    about = _line(top.about.splitlines()[0] if top.about else name).rstrip("。.")
    lines = [f'.TH {name.upper()} 8 "{day}" "Anju {version}" "Anju"', ".SH NAME", f"{_roff(name)} \\- {_roff(about)}"]
    lines += [".SH SYNOPSIS", f".B {_roff(name)}", ".I COMMAND", "[OPTION]...", ".SH COMMANDS"]
    for verb in all_verbs[1:]:
        typed = " ".join((name, *verb.words))
        lines += [f".SS {_roff(typed)} {' '.join(_roff(metavar) for metavar, _help in verb.arguments)}".rstrip()]
        for paragraph in verb.about.split("\n\n"):
            lines += [_roff(_line(paragraph)), ".PP"]
        lines.pop()
        for metavar, text in verb.arguments:
            if text:
                lines += [".TP", f".I {_roff(metavar)}", _roff(text)]
        for names, metavar, text, _is_file in verb.options:
            lines += [".TP", f".B {_roff(', '.join(names))} {_roff(metavar)}".rstrip(), _roff(text or metavar or "-")]
    lines += [".SH FILES", *_files(name)]
    return "\n".join(lines) + "\n"


def _files(name: str) -> list[str]:
    rows = {
        f"/etc/{name}/": "configuration; made at the first installation, never changed by an update",
        f"/usr/share/{name}/": "the example configuration",
        f"/var/lib/{name}/": "what the program keeps",
    }
    return [line for path, text in rows.items() for line in (".TP", f".I {path}", _roff(text))]


# ---- completions -----------------------------------------------------------------------------------------------------


def _after(all_verbs: list[Verb]) -> dict[str, list[str]]:
    """What can be typed after the words of a verb: what is below it, else its options."""
    return {
        " ".join(verb.words): [name for name, _about in verb.below]
        + [name for names, _metavar, _text, _is_file in verb.options for name in names]
        + ["--help"] * (("--help",) not in [names for names, *_rest in verb.options])
        for verb in all_verbs
    }


def bash_completion(name: str, all_verbs: list[Verb]) -> str:
    """Returns a script for bash-completion: words of the tree, files where there are no words."""
    function = "_" + name.replace("-", "_")
    cases = "\n".join(f'    "{words}") known="{" ".join(after)}" ;;' for words, after in _after(all_verbs).items())
    groups = "|".join(f'"{" ".join((*verb.words, below))}"' for verb in all_verbs for below, _about in verb.below)
    return f"""# completion of {name} for bash, made from its help
{function}() {{
  local word words="" known="" i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${{words:+$words }}${{COMP_WORDS[i]}}
    case "$word" in
    {groups}) words=$word ;;
    *) break ;;
    esac
  done
  case "$words" in
{cases}
  esac
  COMPREPLY=($(compgen -W "$known" -- "${{COMP_WORDS[COMP_CWORD]}}"))
  [ ${{#COMPREPLY[@]}} -gt 0 ] || COMPREPLY=($(compgen -f -- "${{COMP_WORDS[COMP_CWORD]}}"))
}}
complete -o filenames -F {function} {name}
"""


def zsh_completion(name: str, all_verbs: list[Verb]) -> str:
    """Returns a function for zsh's fpath: the same, with what each word does."""
    cases = []
    for verb in all_verbs:
        rows = [(below, about) for below, about in verb.below]
        rows += [(one, text) for names, _metavar, text, _is_file in verb.options for one in names]
        described = " ".join(_quoted(f"{word.replace(':', chr(92) + ':')}:{text}") for word, text in rows)
        cases.append(f'    "{" ".join(verb.words)}") known=({described}) ;;')
    groups = "|".join(f'"{" ".join((*verb.words, below))}"' for verb in all_verbs for below, _about in verb.below)
    lines = "\n".join(cases)
    return f"""#compdef {name}
# completion of {name} for zsh, made from its help
local word="" typed="" i
local -a known
for ((i = 2; i < CURRENT; i++)); do
  word="${{typed:+$typed }}${{words[i]}}"
  case "$word" in
    {groups}) typed=$word ;;
    *) break ;;
  esac
done
case "$typed" in
{lines}
esac
_describe '{name}' known || _files
"""


def fish_completion(name: str, all_verbs: list[Verb]) -> str:
    """Returns lines for fish, one a word and option."""
    lines = [f"# completion of {name} for fish, made from its help", f"complete -c {name} -f"]
    for verb in all_verbs:
        below = [word for word, _about in verb.below]
        seen = [f"__fish_seen_subcommand_from {word}" for word in verb.words]
        none_yet = [f"not __fish_seen_subcommand_from {' '.join(below)}"] if below else []
        condition = "; and ".join([*seen, *none_yet]) or "true"
        for word, about in verb.below:
            lines.append(f"complete -c {name} -n {_quoted(condition)} -a {word} -d {_quoted(about)}")
        for names, metavar, text, is_file in verb.options:
            spelled = " ".join(f"-l {one[2:]}" if one.startswith("--") else f"-s {one[1:]}" for one in names)
            value = (" -r -F" if is_file else " -x") if metavar else ""
            lines.append(f"complete -c {name} -n {_quoted(condition)} {spelled}{value} -d {_quoted(text)}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """In single quotes, for zsh and fish alike: no quote of the text's own can end it."""
    return "'" + text.replace("\\", "").replace("'", "’") + "'"


def main() -> int:
    """Writes `NAME.8`, `NAME.bash`, `_NAME` and `NAME.fish` into a folder."""
    module, name, version, epoch, folder = sys.argv[1:]
    command = typer.main.get_command(importlib.import_module(module).app)
    found = list(verbs(command))
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    (target / f"{name}.8").write_text(manual_page(name, found, version, int(epoch)), encoding="utf-8")
    (target / f"{name}.bash").write_text(bash_completion(name, found), encoding="utf-8")
    (target / f"_{name}").write_text(zsh_completion(name, found), encoding="utf-8")
    (target / f"{name}.fish").write_text(fish_completion(name, found), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
