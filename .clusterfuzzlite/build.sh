#!/bin/bash -eu
# build.sh: builds the fuzz targets into $OUT, as OSS-Fuzz and ClusterFuzzLite
# want it: with $CC, $CXX, $CFLAGS and $LIB_FUZZING_ENGINE, and with no
# sanitizer of its own.
cd "$(dirname "$(readlink -f "$0")")"
# In the image this file lies in $SRC, beside the project.
if [ -d certspec ]; then cd certspec; else cd ..; fi

# Another OpenSSL than the image's distribution has can be put there.
tarball=$(find "$SRC" -maxdepth 1 -name 'openssl*.tar.*' ! -name '*.asc' |
  head -n 1)
build=$WORK/certspec
libssl=$(fuzz/libssl.sh --kind cflags --cache "$WORK/libssl" \
  ${tarball:+--source "$tarball"})

# Nothing outside of $OUT is there when the targets run: jansson is linked in.
cmake -G Ninja -S . -B "$build" \
  -DCMAKE_BUILD_TYPE=RelWithDebInfo \
  -DCERTSPEC_FUZZ=ON -DCERTSPEC_TESTS=OFF \
  -DCERTSPEC_FUZZING_ENGINE="$LIB_FUZZING_ENGINE" \
  -Dpkgcfg_lib_JANSSON_jansson="$(pkg-config --variable=libdir jansson)/libjansson.a" \
  -DOPENSSL_ROOT_DIR="$libssl"
mapfile -t targets < <(fuzz/certspec-fuzz --list | cut -d' ' -f1)
ninja -C "$build" fuzz_seeds "${targets[@]/#/fuzz_}"

for target in "${targets[@]}"; do
  cp "$build/fuzz/fuzz_$target" "$OUT/$target"
  cp "fuzz/$target.options" "fuzz/$target.dict" "$OUT"
  (cd "$build/fuzz/seeds/$target" &&
    find . -type f | sort | zip -q -X "$OUT/${target}_seed_corpus.zip" -@)
done
# What the targets read when they run.
mkdir -p "$OUT/pki"
cp vectors/pki/*.pem vectors/pki/index.json "$OUT/pki"
