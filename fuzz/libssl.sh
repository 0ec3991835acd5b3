#!/bin/sh
# libssl.sh: a static libssl, instrumented for fuzzing, built once and kept.
# Prints the folder that it is installed in, for OPENSSL_ROOT_DIR.
#
# CC (clang) and JOBS (all processors) are taken from the environment.
# Exit codes: 0 built, 2 bad options, 3 no source or no build.
set -eu

usage() {
  cat <<'TXT'
usage: fuzz/libssl.sh [OPTION...]

  --source TARBALL  OpenSSL's source; default: the one of the Debian package
  --kind KIND       fuzz (default): coverage for libFuzzer, ASan and UBSan
                    coverage: clang's source coverage, no sanitizer
                    upstream: as OpenSSL's own fuzz/README.md says, with its
                    client fuzzer in fuzz/client: to compare with, not to fuzz
                    cflags: what CFLAGS says
  --if-built        builds nothing: exit code 3 when it is not there
  --cache FOLDER    default: ${XDG_CACHE_HOME:-~/.cache}/certspec/fuzz
TXT
}

die() {
  echo "libssl.sh: $1" >&2
  exit "$2"
}

here=$(cd "$(dirname "$0")" && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/certspec/fuzz
tarball=
kind=fuzz
build=yes
while [ $# -gt 0 ]; do
  case $1 in
    --source | --kind | --cache)
      [ $# -gt 1 ] || die "$1 needs a value" 2
      case $1 in
        --source) tarball=$2 ;;
        --kind) kind=$2 ;;
        --cache) cache=$2 ;;
      esac
      shift 2
      ;;
    --if-built)
      build=no
      shift
      ;;
    -h | --help)
      usage
      exit
      ;;
    *) die "unknown option \"$1\": --help lists them" 2 ;;
  esac
done
case $kind in
  fuzz | coverage | upstream | cflags) ;;
  *) die "--kind is fuzz, coverage, upstream or cflags, not \"$kind\"" 2 ;;
esac
[ -z "$tarball" ] || [ -r "$tarball" ] || die "cannot read $tarball" 2

CC=${CC:-clang}
command -v "$CC" >/dev/null || die "no compiler called $CC" 3
frame="-gline-tables-only -fno-omit-frame-pointer"
# Coverage only of what a client certificate passes through: features then
# speak of that, and the targets run faster.
allow=$here/coverage_allowlist.txt
ignore=$here/sanitizer_ignorelist.txt
case $kind in
  fuzz)
    # OpenSSL reads words at odd addresses on purpose. Use after return is not
    # looked for unless ASAN_OPTIONS say so: no function has to ask.
    flags="-O2 $frame -fsanitize=fuzzer-no-link,address,undefined \
-fno-sanitize=alignment -fno-sanitize-recover=all \
-fsanitize-address-use-after-return=never \
-fsanitize-coverage-allowlist=$allow -fsanitize-ignorelist=$ignore"
    ;;
  coverage)
    # Counters live in the profile itself: a case's process that is forked, and
    # ends by _exit or a signal, has counted all the same. The sources are
    # looked for in the finished folder, wherever that is.
    flags="-O1 $frame -fprofile-instr-generate -fcoverage-mapping \
-mllvm -runtime-counter-relocation -fcoverage-compilation-dir=/openssl"
    ;;
  upstream)
    # Word for word.
    library=$("$CC" --print-runtime-dir)/libclang_rt.fuzzer-$(uname -m).a
    flags="enable-fuzz-libfuzzer --with-fuzzer-lib=$library -DPEDANTIC
enable-asan enable-ubsan no-shared -DFUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
-fsanitize=fuzzer-no-link enable-ec_nistp_64_gcc_128 -fno-sanitize=alignment
enable-weak-ssl-ciphers enable-rc5 enable-md2 enable-ssl3 enable-ssl3-method
enable-nextprotoneg --debug"
    ;;
  cflags) flags=${CFLAGS:-} ;;
esac
# What a handshake with a client certificate never reaches. A version that does
# not know one of them is built without it.
left_out="acvp-tests afalgeng apps aria async autoload-config bf blake2
  camellia capieng cast cmp cms comp ct docs ec2m fips http idea legacy
  loadereng makedepend md4 mdc2 module ocb ocsp padlockeng rc2 rc4 rfc3779
  rmd160 scrypt seed shared sm2 sm3 sm4 srp srtp ssl-trace tests ts ui-console
  uplink whirlpool"
# What is slower with them; yet the path of a client certificate has code for
# them, and coverage is to show it.
[ "$kind" = coverage ] || left_out="$left_out dsa engine gost"

mkdir -p "$cache"
cache=$(cd "$cache" && pwd)
log=$cache/build.log
exec 9>"$cache/.lock"
if command -v flock >/dev/null; then flock 9; fi

# Fetches the source that belongs to the installed package. It needs deb-src
# lines, which few systems have: they are made, aside, of the deb lines.
fetch() {
  lists=$cache/apt
  rm -rf "$lists" "$cache/fetch"
  mkdir -p "$lists/lists/partial" "$lists/parts" "$cache/fetch"
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list \
    /etc/apt/sources.list.d/*.sources; do
    [ -r "$file" ] || continue
    sed -e 's/^deb[[:space:]]/deb-src /' -e 's/^Types:.*/Types: deb-src/' \
      "$file" >"$lists/parts/$(basename "$file" .list | tr ./ __).${file##*.}"
  done
  : >"$lists/empty.list"
  apt() {
    (cd "$cache/fetch" && apt-get -q -o "Dir::State::Lists=$lists/lists" \
      -o "Dir::Etc::SourceList=$lists/empty.list" \
      -o "Dir::Etc::SourceParts=$lists/parts" \
      -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= \
      -o APT::Sandbox::User=root "$@") >"$log" 2>&1
  }
  # One source that has no deb-src does not spoil the others.
  apt update || true
  apt source --download-only --tar-only openssl ||
    die "apt-get source openssl: $(tail -n 1 "$log")" 3
  tarball=$(find "$cache/fetch" -name 'openssl_*.orig.tar.*' ! -name '*.asc')
  [ -n "$tarball" ] || die "apt-get left no tarball of openssl" 3
  mv "$tarball" "$cache/source/"
  tarball=$cache/source/$(basename "$tarball")
  rm -rf "$lists" "$cache/fetch"
}

# The tarball of the installed version, kept from an earlier call.
installed=$(dpkg-query -W -f='${source:Upstream-Version}' libssl-dev \
  2>/dev/null || true)
if [ -z "$tarball" ]; then
  mkdir -p "$cache/source"
  for file in "$cache/source/openssl_${installed:-none}".orig.tar.*; do
    [ -s "$file" ] && tarball=$file
  done
  [ -n "$tarball" ] || [ "$build" = yes ] || die "not built: no source" 3
  [ -n "$tarball" ] || fetch
fi

key=$({
  cat "$allow"
  [ "$kind" != fuzz ] || cat "$ignore"
  echo "$left_out"
  sha256sum <"$tarball"
  "$CC" --version
  # Their text counts, not where this folder is.
  echo "$flags" | sed "s|$here/||g"
} | sha256sum | cut -c1-16)
prefix=$cache/$kind-$key
# The folder comes into being by a rename, when all of it is there.
if [ -d "$prefix" ]; then
  echo "$prefix"
  exit
fi
[ "$build" = yes ] || die "not built: $prefix" 3

echo "libssl.sh: building $(basename "$tarball") for $kind, some minutes" >&2
work=$cache/work
rm -rf "$work"
mkdir -p "$work/source" "$work/root"
tar -xf "$tarball" -C "$work/source" --strip-components=1 2>"$log" ||
  die "$tarball: $(tail -n 1 "$log")" 3
[ -f "$work/source/Configure" ] || die "$tarball holds no OpenSSL" 3

cd "$work/source"
as_upstream() {
  # shellcheck disable=SC2086 # words
  CC=$CC ./config $flags --prefix="$prefix" --openssldir="$prefix" \
    --libdir=lib &&
    make -j "${JOBS:-$(nproc)}" build_libs &&
    make fuzz/client LDCMD="$CC" EX_LIBS=-lstdc++ && # libFuzzer is C++
    make install_dev DESTDIR="$work/root" &&
    mkdir "$work/root$prefix/fuzz" &&
    cp fuzz/client "$work/root$prefix/fuzz/"
}

trimmed() {
  known=$(sed -n '/^my @disablables/,/);/p' Configure)
  set --
  for option in $left_out; do
    case $known in
      *"\"$option\""*) set -- "$@" "no-$option" ;;
    esac
  done
  machine=linux-$(uname -m)-clang
  "$CC" --version | grep -q clang &&
    grep -q "\"$machine\"" Configurations/*.conf || machine=
  CC=$CC CFLAGS=$flags perl ./Configure ${machine:+"$machine"} --debug \
    "$@" --prefix="$prefix" --openssldir="$prefix" --libdir=lib &&
    make -j "${JOBS:-$(nproc)}" build_libs &&
    make install_dev DESTDIR="$work/root"
}

if [ "$kind" = upstream ]; then how=as_upstream; else how=trimmed; fi
"$how" >"$log" 2>&1 || die "the build failed, $log ends with: \
$(grep -i 'error' "$log" | tail -n 1)" 3

# llvm-cov shows lines only where it finds the source.
if [ "$kind" = coverage ]; then
  mkdir "$work/root$prefix/source"
  cp -r ssl crypto include "$work/root$prefix/source"
fi
mv "$work/root$prefix" "$prefix"
cd "$cache"
rm -rf "$work"
echo "$prefix"
