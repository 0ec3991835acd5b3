"""What a case comes to on one protocol, as the harness counts it."""

EXPECTATIONS = {"documented": "expect", "observed": "observe"}


def steps(case, protocol):
    """steps yields (index in the case, step) as taken: `times` unrolled, other protocols' out."""
    for index, step in enumerate(case["steps"]):
        if protocol in step.get("protocols", (protocol,)):
            for _ in range(step.get("times", 1)):
                yield index, step


def names_of(entry, key, protocol):
    """names_of returns the names in `key` and `key`_on of a case or step, for one protocol."""
    return [
        *entry.get(key, ()),
        *(
            name
            for name in entry.get(f"{key}_on", {}).get(protocol, ())
            if name not in entry.get(key, ())
        ),
    ]


def judged(case, protocol):
    """judged returns the paths of all that is expected or observed: "steps[1].error", "want"."""
    key = EXPECTATIONS[case["tier"]]
    paths = set(names_of(case, key, protocol))
    for number, (_, step) in enumerate(steps(case, protocol)):
        paths.update(f"steps[{number}].{name}" for name in names_of(step, key, protocol))
    return paths
