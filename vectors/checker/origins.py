"""The catalogue of what is known of the callback, traced to the cases."""


def group_of(identifier):
    """group_of returns the group of an id: "REG-1" gives "REG", "A01" gives "A"."""
    group, dash, _ = identifier.partition("-")
    return group if dash else identifier[0]


def traced(catalogue):
    """traced returns the ids of the cases by the catalogue id they come from, in file order."""
    cases = {}
    for _, _, case in catalogue.entries("cases"):
        for origin in case.get("origin", ()):
            cases.setdefault(origin, []).append(case["id"])
    return cases


def entries_have_groups(catalogue):
    """entries_have_groups: each entry stands in a group with a title, and no group is empty."""
    for file in catalogue.of_kind("catalogue"):
        used = set()
        for index, entry in enumerate(file.value["entries"]):
            group = group_of(entry["id"])
            used.add(group)
            if group not in file.value["groups"]:
                catalogue.add(file, ("entries", index, "id"), f'no group "{group}"')
        for group in file.value["groups"]:
            if group not in used:
                catalogue.add(file, ("groups", group), "no entry is in this group")


def entries_are_traced(catalogue):
    """entries_are_traced: each entry has a case that names it as its origin, or says why none."""
    if len(catalogue.of_kind("cases")) != len(catalogue.of_kind("cases", sound=False)):
        return

    cases = traced(catalogue)
    for file, path, entry in catalogue.entries("catalogue"):
        if entry["id"] not in cases and "untraced" not in entry:
            catalogue.add(file, (*path, "id"), "no case comes from this, and no reason says why")
        if entry["id"] in cases and "untraced" in entry:
            catalogue.add(file, (*path, "untraced"), f"{cases[entry['id']][0]} comes from this")


ALL = (entries_have_groups, entries_are_traced)
