"""The matrix: gets the libraries, builds the harness against each one, runs it, compares.

`libraries` is what is known, `request` what was asked for; `apt_state`, `unpack`, `source` and
`prefix` turn that into a folder with include/ and lib/; `build` makes a harness of it; `run` runs
it; `lock` keeps two matrix runs apart.
"""
