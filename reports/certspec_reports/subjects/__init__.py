"""The subjects of a matrix: gets libraries, builds the harness against each one, runs it there.

`libraries` is what is known, `request` what was asked for; `fetch` (`apt_state`, `unpack`,
`found`), `prefix` and `source` turn that into library and headers; `build` makes a harness of
them (`elf`, `programs`), `run` runs it, `command` is the subcommand, `lock` keeps two apart.
"""
