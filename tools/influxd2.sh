#!/bin/sh
# Builds the InfluxDB 2 of the compose file from its own source, as build/influxd2, so that set-up,
# tokens and erasure are tested against the real thing. Needs go, cargo and 5 minutes; no root.
set -eu
version=v2.9.1
cd "$(dirname "$0")/.."
[ -x build/influxd2 ] && exit 0
for tool in go cargo; do
    command -v $tool >/dev/null || { echo "Not built: InfluxDB $version needs $tool, which is not here." >&2; exit 2; }
done
here=$PWD/build/influx2
mkdir -p "$here/bin"
export GOFLAGS=-mod=mod
GOBIN="$here/bin" go install github.com/influxdata/pkg-config@latest
# Its Rust part forbids warnings, and newer compilers warn of more.
cat > "$here/bin/rustc-quiet" <<'RUSTC'
#!/bin/sh
compiler=$1
shift
exec "$compiler" "$@" --cap-lints allow
RUSTC
cat > "$here/bin/cargo" <<CARGO
#!/bin/sh
RUSTC_WRAPPER=$here/bin/rustc-quiet exec $(command -v cargo) "\$@"
CARGO
chmod +x "$here/bin/rustc-quiet" "$here/bin/cargo"
source=$(go mod download -json github.com/influxdata/influxdb/v2@$version | sed -n 's/.*"Dir": "\(.*\)".*/\1/p')
rm -rf "$here/source" && cp -r "$source" "$here/source" && chmod -R u+w "$here/source"
cd "$here/source"
toolchain=$(rustup show active-toolchain 2>/dev/null | cut -d' ' -f1)
[ -z "$toolchain" ] || export RUSTUP_TOOLCHAIN="$toolchain"
PATH="$here/bin:$PATH" PKG_CONFIG="$here/bin/pkg-config" \
    go build -tags 'sqlite_foreign_keys,sqlite_json' -o "$here/../influxd2" ./cmd/influxd
rm -rf "$here/source"
