"""What no schema can say: each function adds the problems of one kind to the catalogue."""

import re

from . import ca_lists, origins, plan

STEP_NAME = re.compile(r"steps\[([0-9]+)\]\.")
AMENDMENTS = ("client_on", "server_on", "expect_on", "observe_on")


def ids_are_unique(catalogue):
    """ids_are_unique: no case, statement, list or catalogue entry has the id of another."""
    for kind in ("manual", "ca_lists", "cases", "catalogue"):
        first = {}
        for file, path, entry in catalogue.entries(kind):
            known = first.setdefault(entry["id"], (file, path))
            if known != (file, path):
                where = f"{known[0].path.name}:{known[0].document.line(known[1])}"
                catalogue.add(file, (*path, "id"), f"id stands already in {where}")
    for file in catalogue.of_kind("ways"):
        ids = [way["id"] for way in file.value["ways"]]
        for index, one in enumerate(ids):
            if one in ids[:index]:
                line = file.document.line(("ways", ids.index(one)))
                where = f"{file.path.name}:{line}"
                catalogue.add(file, ("ways", index, "id"), f"id stands already in {where}")


def topics_agree(catalogue):
    """topics_agree: a file of cases is named after its topic, and so are its ids."""
    for file in catalogue.of_kind("cases"):
        if file.value["topic"] != file.stem:
            catalogue.add(file, ("topic",), f'has to be the file\'s name, "{file.stem}"')
    for file, path, case in catalogue.entries("cases"):
        if case["id"].split("/")[0] != file.stem:
            catalogue.add(file, (*path, "id"), f'has to begin with "{file.stem}/"')


def protocols_agree(catalogue):
    """protocols_agree: what is said for a protocol is said for one that the case is run on."""
    for file, path, case in catalogue.entries("cases"):
        parts = [(path, case)]
        parts += [((*path, "steps", index), step) for index, step in enumerate(case["steps"])]
        for where, part in parts:
            named = [
                (*where, key, protocol) for key in AMENDMENTS for protocol in part.get(key, ())
            ]
            if part is not case:
                named += [
                    (*where, "protocols", index) for index in range(len(part.get("protocols", ())))
                ]
            for place in named:
                protocol = place[-1] if isinstance(place[-1], str) else part["protocols"][place[-1]]
                if protocol not in case["protocols"]:
                    catalogue.add(file, place, f"the case is not run on {protocol}")


def objects_exist(catalogue):
    """objects_exist: steps name an SSL_CTX that there is and an SSL object made before."""
    for file, path, case in catalogue.entries("cases"):
        clients = [case["client"], *case.get("client_on", {}).values()]
        contexts = {"ctx"}.union(*(client.get("contexts", ()) for client in clients))
        made = {"ssl"}
        for index, step in enumerate(case["steps"]):
            where = (*path, "steps", index)
            name = step.get("ssl", "ssl")
            if step["do"] == "new":
                made.add(name)
            if name not in made:
                catalogue.add(file, (*where, "ssl"), f'no step made "{name}" before')
            if step["do"] == "dup":
                made.add(step.get("as", "dup"))
            if step.get("from", "ssl") not in made:
                catalogue.add(file, (*where, "from"), f'no step made "{step["from"]}" before')
            if step.get("ctx", "ctx") not in contexts:
                catalogue.add(file, (*where, "ctx"), f'"{step["ctx"]}" is none of the contexts')


def something_is_judged(catalogue):
    """something_is_judged: a case looks at something on each protocol it is run on."""
    for file, path, case in catalogue.entries("cases"):
        for index, protocol in enumerate(case["protocols"]):
            if not plan.judged(case, protocol):
                catalogue.add(
                    file,
                    (*path, "protocols", index),
                    f"nothing to {plan.EXPECTATIONS[case['tier']]} on {protocol}",
                )


def step_numbers_exist(catalogue):
    """step_numbers_exist: steps[N] is said at the end of a case, of a step that is taken."""
    for file, path, case in catalogue.entries("cases"):
        key = plan.EXPECTATIONS[case["tier"]]
        beyond = {}
        for protocol in case["protocols"]:
            taken = len(list(plan.steps(case, protocol)))
            for name in plan.names_of(case, key, protocol):
                match = STEP_NAME.match(name)
                if match and int(match[1]) >= taken:
                    beyond.setdefault(name, f"only {taken} steps are taken on {protocol}")
        for name, cause in beyond.items():
            catalogue.add(file, (*path, key), f"{name}: {cause}")
        for index, step in enumerate(case["steps"]):
            for protocol in case["protocols"]:
                for name in plan.names_of(step, key, protocol):
                    if STEP_NAME.match(name):
                        catalogue.add(
                            file,
                            (*path, "steps", index, key),
                            f"{name}: a step cannot look at steps by number",
                        )
                        break


def statements_are_checked(catalogue):
    """statements_are_checked: a documented case for each statement, none for an untestable one."""
    untestable = {
        entry["id"] for _, _, entry in catalogue.entries("manual") if "untestable" in entry
    }
    checked = set()
    for file, path, case in catalogue.entries("cases"):
        for index, statement in enumerate(case["statements"]):
            if statement in untestable:
                catalogue.add(
                    file, (*path, "statements", index), f"{statement} is marked as untestable"
                )
            if case["tier"] == "documented":
                checked.add(statement)
    if len(catalogue.of_kind("cases")) != len(catalogue.of_kind("cases", sound=False)):
        return

    for file, path, statement in catalogue.entries("manual"):
        if statement["id"] not in untestable | checked:
            catalogue.add(file, (*path, "id"), "no documented case checks this statement")


def sentences_are_covered(catalogue):
    """sentences_are_covered: each sentence of each form of the page has a statement."""
    for file in catalogue.of_kind("manual"):
        if "sentences" not in file.value:
            continue
        covered = set()
        for index, statement in enumerate(file.value["statements"]):
            path = ("statements", index)
            sentences = statement.get("sentence", {})
            if sorted(sentences) != sorted(statement["forms"]):
                catalogue.add(file, (*path, "sentence"), "has to name the same forms as `forms`")
            for form, place in sentences.items():
                section, number = place.split(":")
                covered.add((form, section, int(number)))
                if section != statement["section"]:
                    catalogue.add(
                        file,
                        (*path, "sentence", form),
                        f"{place} is not in section {statement['section']}",
                    )
                if int(number) > file.value["sentences"].get(form, {}).get(section, 0):
                    catalogue.add(
                        file,
                        (*path, "sentence", form),
                        f"there is no sentence {place} in form {form}",
                    )
        for form, sections in file.value["sentences"].items():
            for section, count in sections.items():
                for number in range(1, count + 1):
                    if (form, section, number) not in covered:
                        catalogue.add(
                            file,
                            ("sentences", form, section),
                            f"sentence {section}:{number} has no statement",
                        )


def certificates_exist(catalogue):
    """certificates_exist: the files that pki/index.json names are there, and no others."""
    for file in catalogue.of_kind("pki"):
        folder = file.path.parent
        named = set()
        for name, entry in file.value["certificates"].items():
            for key in ("certificate", "key"):
                named.add(entry[key])
                if not (folder / entry[key]).is_file():
                    catalogue.add(file, ("certificates", name, key), f"no file {entry[key]}")
        for path in sorted(folder.glob("*.pem")):
            if path.name not in named:
                catalogue.add(file, ("certificates",), f"{path.name} is not named here")


def records_agree(catalogue):
    """records_agree: deviations and pins speak of the cases as they are now; files have names."""
    cases = {case["id"]: case for _, _, case in catalogue.entries("cases")}
    tiers = {"deviations": "documented", "pins": "observed"}
    for file in catalogue.of_kind("deviations", "pins", "ways"):
        wanted = f"{file.value['library']}-{file.value['line']}"
        if file.stem != wanted:
            catalogue.add(file, ("library",), f"the file has to be called {wanted}.json")
    for file, path, record in catalogue.entries("deviations", "pins"):
        case = cases.get(record["case"])
        if case is None:
            continue
        if case["rev"] != record["rev"]:
            catalogue.add(file, (*path, "rev"), f"stale: the case is at rev {case['rev']}")
            continue
        line = file.value["line"]
        for index, bound in enumerate(record["versions"]):
            if not re.match(rf"[<!]|[>=]+{re.escape(line)}(?![0-9])", bound):
                cause = f"a run reads this file for {line} alone"
                catalogue.add(file, (*path, "versions", index), cause)
        if case["tier"] != tiers[file.kind] and "verdict" not in record:
            catalogue.add(
                file,
                (*path, "case"),
                f"the case is {case['tier']}: {file.kind} are " f"for {tiers[file.kind]} ones",
            )
            continue
        _got_agrees(catalogue, file, path, record, case)


def _got_agrees(catalogue, file, path, record, case):
    for index, protocol in enumerate(record["protocols"]):
        if protocol not in case["protocols"]:
            catalogue.add(file, (*path, "protocols", index), f"the case is not run on {protocol}")
            continue
        if "verdict" in record:
            continue
        judged = plan.judged(case, protocol)
        for name in record["got"]:
            # A documented case also fails for calls that its script does not have.
            if name not in judged and name != "unscripted_calls":
                catalogue.add(
                    file, (*path, "got", name), f"the case does not look at it on " f"{protocol}"
                )
        missing = sorted(judged.difference(record["got"]))
        if file.kind == "pins" and missing:
            catalogue.add(
                file, (*path, "got"), f"{missing[0]} is observed on {protocol} but not " "pinned"
            )


ALL = (
    ids_are_unique,
    topics_agree,
    protocols_agree,
    objects_exist,
    something_is_judged,
    step_numbers_exist,
    statements_are_checked,
    sentences_are_covered,
    certificates_exist,
    records_agree,
    *ca_lists.ALL,
    *origins.ALL,
)
