#!/usr/bin/env bash
# Makes what the tests of generated artifacts go through: what Flux's source-watcher itself makes of cases.json. Needs go, and a
# checkout of github.com/fluxcd/source-watcher, which its packages do not leave: tools/generator-vectors/make.sh <checkout>
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=$here/../../packages/source/src/generator/testdata
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r "$1/." "$work"
mkdir -p "$work/cmd/vectors" "$out"
cp "$here/main.go" "$work/cmd/vectors/"
cp "$here/cases.json" "$out/cases.json"
(cd "$work" && go run ./cmd/vectors <"$here/cases.json") >"$out/answers.json"
