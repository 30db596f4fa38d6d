#!/usr/bin/env bash
# Makes the answers that the tests of generated artifacts go through: what Flux's source-watcher itself makes of their cases. Needs
# go, and a checkout of github.com/fluxcd/source-watcher, whose packages are internal: tools/generator-vectors/make.sh <checkout>
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
data=$here/../../packages/source/src/generator/testdata
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r "$1/." "$work"
mkdir "$work/cmd/vectors"
cp "$here/main.go" "$work/cmd/vectors/"
(cd "$work" && go run ./cmd/vectors <"$data/cases.json") >"$data/answers.json"
