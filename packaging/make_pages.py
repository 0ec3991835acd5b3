#!/usr/bin/python3
"""make_pages: the man page and the shell completions, made of what the program says of itself.

make_pages.py PROGRAM man|bash|zsh > FILE
"""

import json
import os
import subprocess
import sys
import time

ENVIRONMENT = {
    "LD_LIBRARY_PATH": "where to look first for the libssl to be judged; the servers do not see it",
    "NO_COLOR": "when set and not empty, print no colours",
}
FILES = {
    "certspec-out/results.json": "every run, with what was seen; valid while the run goes on, too",
    "certspec-out/junit.xml": "the verdicts, for what reads JUnit",
    "certspec-out/index.html": "the page of the results",
}
EXAMPLES = {
    "certspec run": "all cases",
    "certspec run 'suspend/*' --protocol TLSv1.3": "the cases of one topic, on one protocol",
    "certspec show suspend/minus-one-then-certificate": "what was seen of it, message by message",
    "LD_LIBRARY_PATH=/opt/openssl/lib certspec run": "another build of the libssl",
    "certspec diff before.json after.json": "what a new version changed",
}


def describe(program):
    """describe returns what |program| tells of its options: a dict, see harness/options.h."""
    finished = subprocess.run([program, "--help", "--json"], check=True, capture_output=True)
    return json.loads(finished.stdout)


def shared_options(about):
    """shared_options returns the options that all commands take."""
    first, *others = (command["options"] for command in about["commands"])
    return [option for option in first if all(option in options for options in others)]


def own_options(about, command):
    """own_options returns the options of |command| that not all commands take."""
    shared = shared_options(about)
    return [option for option in command["options"] if option not in shared]


# The man page.


def roff(text):
    """roff writes |text| so that troff prints it as it is."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq")
    return "\\&" + text if text.startswith(".") else text


def sentence(text):
    return text[0].upper() + text[1:] + "."


def roff_option(option):
    words = f"\\fB\\-{option['letter']}\\fR, " if option["letter"] else ""
    words += f"\\fB\\-\\-{roff(option['name'])}\\fR"
    if option["argument"]:
        words += f" \\fI{roff(option['argument'])}\\fR"
    return f".TP\n{words}\n{roff(option['about'])}"


def roff_command(command):
    return f"\\fB{roff(command['name'])}\\fR \\fI{roff(command['arguments'])}\\fR".removesuffix(
        " \\fI\\fR")


def roff_list(texts, font="B"):
    return [f".TP\n\\f{font}{roff(name)}\\fR\n{roff(text)}" for name, text in texts.items()]


def man(about):
    """man returns certspec(1)."""
    seconds = int(os.environ.get("SOURCE_DATE_EPOCH", time.time()))
    date = time.strftime("%Y-%m-%d", time.gmtime(seconds))
    lines = [
        f'.TH CERTSPEC 1 "{date}" "certspec {about["version"]}" "User Commands"',
        ".SH NAME",
        "certspec \\- hold libssl to its manual on the client certificate callback",
        ".SH SYNOPSIS",
        ".B certspec",
        "\\fICOMMAND\\fR [\\fIOPTION\\fR...] [\\fIARGUMENT\\fR...]",
        ".SH DESCRIPTION",
        roff(about["about"]),
        "A client built on the libssl makes real handshakes with scripted servers",
        "that share no code with it. Each case is judged from both ends.",
        ".SH COMMANDS",
    ]
    for command in about["commands"]:
        lines += [f".SS {roff_command(command)}", roff(sentence(command["about"]))]
        lines += [roff_option(option) for option in own_options(about, command)]
    lines += [
        ".SH COMMANDS ON RESULTS",
        "Each tells its options with \\fB\\-\\-help\\fR.",
    ]
    lines += [f".TP\n{roff_command(report)}\n{roff(sentence(report['about']))}"
              for report in about["reports"]]
    lines += [".SH OPTIONS OF ALL COMMANDS"]
    lines += [roff_option(option) for option in shared_options(about)]
    lines += [".SH EXIT STATUS", "Of \\fBcertspec run\\fR:"]
    lines += roff_list({exit["code"]: exit["about"] for exit in about["exit_codes"]})
    lines += [".SH ENVIRONMENT", *roff_list(ENVIRONMENT)]
    lines += [".SH FILES", *roff_list(FILES, "I")]
    lines += [".SH EXAMPLES", *roff_list(EXAMPLES)]
    lines += [".SH SEE ALSO", ".BR SSL_CTX_set_client_cert_cb (3),", ".BR SSL_get_error (3)"]
    return "\n".join(lines) + "\n"


# The shells.


def spellings(option):
    """spellings returns the ways to write |option|: ["--case", "-c"]."""
    return [f"--{option['name']}", *([f"-{option['letter']}"] if option["letter"] else [])]


def by_spelling(about):
    """by_spelling returns the options that take an argument: {"--case|-c": option}."""
    return {"|".join(spellings(option)): option
            for command in about["commands"] for option in command["options"]
            if option["argument"]}


def bash_values(kind, values):
    """bash_values returns the command that prints what an argument |kind| can be."""
    if values:
        return f"compgen -W '{' '.join(values)}' -- \"$word\""
    return {
        "GLOB": '_certspec_names "$1" "$word"',
        "CASE": '_certspec_names "$1" "$word"',
        "ID": '_certspec_names "$1" "$word" --statements',
        "DIR": 'compgen -d -- "$word"',
        "FILE": 'compgen -f -- "$word"',
        "RESULTS": 'compgen -f -- "$word"',
        "A B": 'compgen -f -- "$word"',
    }.get(kind, ":")


def argument_kind(command):
    return command["arguments"].strip("[]").removesuffix("...")


BASH = """\
# Completion of certspec for bash. Made by packaging/make_pages.py.

# The first words of what "certspec list" prints, those that begin with $2.
_certspec_names() {
  local program=$1 word=$2
  shift 2
  "$program" list "$@" 2>/dev/null | while read -r name _; do
    [[ $name != "$word"* ]] || printf '%s\\n' "$name"
  done
}

_certspec_candidates() {
  local word=$2 before=$3 command=$4
  case $before in
@VALUES@
  esac
  case $command:$word in
@OPTIONS@
  esac
  case $command in
    '') compgen -W '@COMMANDS@' -- "$word" ;;
@ARGUMENTS@
  esac
}

_certspec() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
  local command='' name
  # Bash splits "--color=never" at the sign.
  if [[ $word == = ]]; then
    word=
  elif [[ $before == = ]]; then
    before=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  for name in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $name in
      @COMMAND_PATTERN@)
        command=$name
        break
        ;;
    esac
  done
  mapfile -t COMPREPLY < <(_certspec_candidates "$1" "$word" "$before" "$command")
}

complete -o filenames -F _certspec certspec
"""


def bash(about):
    """bash returns the completion for bash."""
    commands, reports = about["commands"], about["reports"]
    names = [command["name"] for command in [*commands, *reports]]
    values = [f"    {pattern})\n      {bash_values(option['argument'], option.get('values'))}\n"
              "      return\n      ;;" for pattern, option in by_spelling(about).items()]
    words = {command["name"]: command["options"] for command in commands}
    words[""] = shared_options(about)
    options = []
    for name, offered in words.items():
        spelled = " ".join(word for option in offered for word in spellings(option))
        options.append(f"    {name}:-*)\n      compgen -W '{spelled}' -- \"$word\"\n"
                       "      return\n      ;;")
    arguments = [f"    {command['name']}) {bash_values(argument_kind(command), None)} ;;"
                 for command in [*commands, *reports]]
    text = BASH
    for name, value in {"VALUES": "\n".join(values), "OPTIONS": "\n".join(options),
                        "COMMANDS": " ".join(names), "COMMAND_PATTERN": " | ".join(names),
                        "ARGUMENTS": "\n".join(arguments)}.items():
        text = text.replace(f"@{name}@", value)
    return text


def zsh_quote(text):
    return "'" + text.replace("'", "'\\''") + "'"


def zsh_values(kind, values):
    """zsh_values returns the action of an argument |kind|, as _arguments takes it."""
    if values:
        return f"({' '.join(values)})"
    return {
        "GLOB": " _certspec_names",
        "CASE": " _certspec_names",
        "ID": " _certspec_names --statements",
        "DIR": "_files -/",
        "FILE": "_files",
        "RESULTS": "_files",
        "A B": "_files",
    }.get(kind, " ")


def zsh_option(option):
    about = option["about"].replace("[", "(").replace("]", ")").replace(":", "\\:")
    many = "*" if "(repeatable)" in about else ""
    takes = ""
    if option["argument"]:
        takes = f":{option['argument']}:{zsh_values(option['argument'], option.get('values'))}"
    lines = []
    for spelling in spellings(option):
        joined = "=" if takes and spelling.startswith("--") else "+" if takes else ""
        lines.append(zsh_quote(f"{many}{spelling}{joined}[{about}]{takes}"))
    return lines


ZSH = """\
#compdef certspec
# Completion of certspec for zsh. Made by packaging/make_pages.py.

_certspec_names() {
  local -a names
  names=(${${(f)"$($program list "$@" 2>/dev/null)"}%% *})
  compadd -a names
}

_certspec() {
  local -a commands
  local line state program=$words[1]
  commands=(
@COMMANDS@
  )
  _arguments -C '1:command:->command' '*::argument:->argument' \\
@SHARED@
  case $state in
    command) _describe command commands ;;
    argument)
      case $line[1] in
@CASES@
      esac
      ;;
  esac
}

_certspec "$@"
"""


def zsh(about):
    """zsh returns the completion for zsh."""
    both = [*about["commands"], *about["reports"]]
    commands = [f"    {zsh_quote(command['name'] + ':' + command['about'])}" for command in both]
    shared = [word for option in shared_options(about) for word in zsh_option(option)]
    cases = []
    for command in both:
        kind = argument_kind(command)
        words = [word for option in command.get("options", []) for word in zsh_option(option)]
        if kind:
            words.append(zsh_quote(f"*:{kind}:{zsh_values(kind, None)}"))
        lines = " \\\n            ".join(words)
        cases.append(f"        {command['name']})\n          _arguments \\\n"
                     f"            {lines}\n          ;;")
    text = ZSH.replace("@COMMANDS@", "\n".join(commands))
    text = text.replace("@SHARED@", " \\\n".join(f"    {word}" for word in shared))
    return text.replace("@CASES@", "\n".join(cases))


MAKERS = {"man": man, "bash": bash, "zsh": zsh}


def main(arguments):
    """main writes one of them to standard output; returns the exit code."""
    if len(arguments) != 2 or arguments[1] not in MAKERS:
        print(f"usage: make_pages.py PROGRAM {'|'.join(MAKERS)}", file=sys.stderr)
        return 2

    sys.stdout.write(MAKERS[arguments[1]](describe(arguments[0])))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
