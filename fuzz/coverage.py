#!/usr/bin/python3 -I
"""coverage: what the seeds and the corpus cover of the client certificate path of libssl.

usage: coverage.py LIBSSL BUILD CORPUS TARGET...

LIBSSL is a libssl.sh --kind coverage, BUILD a build on it, CORPUS holds a folder for each target.
Prints lines and branches, function by function."""

import os
import re
import subprocess
import sys
from pathlib import Path

FUNCTIONS = """
tls_process_certificate_request parse_ca_names tls_prepare_client_certificate
ssl3_check_client_certificate tls_construct_client_certificate ssl_do_client_cert_cb
tls_parse_certificate_authorities tls_construct_certificate_authorities SSL_get_client_CA_list
SSL_get0_peer_CA_list ssl3_output_cert_chain ssl_add_cert_chain ssl_add_cert_to_wpacket
SSL_use_certificate SSL_use_PrivateKey ssl_set_cert ssl_set_pkey tls_choose_sigalg tls1_check_chain
SSL_load_client_CA_file SSL_load_client_CA_file_ex SSL_verify_client_post_handshake
tls_construct_certificate_request construct_ca_names get_ca_names SSL_CTX_set_client_cert_cb
SSL_CTX_get_client_cert_cb send_certificate_request SSL_set_client_CA_list SSL_dup_CA_list
x509_name_ex_d2i x509_name_canon SSL_dup SSL_clear
""".split()
FILES = ("ssl/*.c", "ssl/statem/*.c", "crypto/x509/x_name.c")
# Function, then regions, lines and branches: total, missed, percent.
ROW = re.compile(r"^(?:\S+:)?(\w+)\s+\d+\s+\d+\s+\S+\s+(\d+)\s+(\d+)\s+\S+\s+(\d+)\s+(\d+)\s+\S+$")


def read(report):
    """read takes (lines, lines missed, branches, branches missed) of each function."""
    rows = {}
    for line in report.splitlines():
        match = ROW.match(line)
        if match and match[1] in FUNCTIONS:
            rows[match[1]] = tuple(map(int, match.groups()[1:]))
    return rows


def describe(name, lines, lines_missed, branches, branches_missed):
    """describe is one row of the table."""
    def share(total, missed):
        covered = total - missed
        return f"{covered:5}/{total:<5}{100 * covered / total if total else 100:4.0f} %"
    return f"{name:38} lines {share(lines, lines_missed)}  " \
           f"branches {share(branches, branches_missed)}"


def main(arguments):
    """main performs the inputs and prints the table."""
    if len(arguments) < 4:
        print(__doc__.splitlines()[2], file=sys.stderr)
        return 2
    libssl, build, corpus = map(Path, arguments[:3])
    programs = [build / f"replay_{name}" for name in arguments[3:]]
    raw = build / "coverage"
    raw.mkdir(exist_ok=True)
    for old in raw.iterdir():
        old.unlink()
    for name, program in zip(arguments[3:], programs):
        folders = [folder for folder in (build / "seeds" / name, corpus / name)
                   if folder.is_dir() and any(folder.iterdir())]
        # An input that the target does not take is no failure here.
        subprocess.run([program, *folders], check=False, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL,
                       env={**os.environ, "LLVM_PROFILE_FILE": str(raw / f"{name}.profraw")})
    merged = raw / "all.profdata"
    subprocess.run(["llvm-profdata", "merge", "-sparse", *raw.glob("*.profraw"), "-o", merged],
                   check=True)
    source = libssl / "source"
    files = [path for pattern in FILES for path in sorted(source.glob(pattern))]
    report = subprocess.run(
        ["llvm-cov", "report", "-show-functions", f"-instr-profile={merged}",
         f"-path-equivalence={libssl.parent / 'work' / 'source'},{source}", programs[0],
         *(f"-object={program}" for program in programs[1:]), *files],
        check=True, stdout=subprocess.PIPE, text=True).stdout
    rows = read(report)
    if not rows:
        print("coverage.py: llvm-cov knows none of the functions", file=sys.stderr)
        return 3
    for name in FUNCTIONS:
        print(describe(name, *rows[name]) if name in rows else f"{name:38} not in this version")
    print(describe("all", *map(sum, zip(*rows.values()))))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
