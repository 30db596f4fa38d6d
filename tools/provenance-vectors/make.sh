#!/usr/bin/env bash
# Makes what the tests of provenance go through: keys by gpg, signatures by gpg and by `helm package --sign`. Needs both on
# PATH. The keys are for this alone; their secret halves are thrown away.
set -euo pipefail
out=$(cd "$(dirname "$0")/../../packages/helm/src/provenance/testdata" && pwd)
work=$(mktemp -d)
trap 'gpgconf --homedir "$work/gpg" --kill all; rm -rf "$work"' EXIT
mkdir -m 700 "$work/gpg"
gpg() { command gpg --homedir "$work/gpg" --batch --quiet --yes --pinentry-mode loopback --passphrase '' "$@"; }
then_gpg() { gpg --faked-system-time 20240101T000000 "$@"; }
rm -f "$out"/*

then_gpg --quick-gen-key 'Signer <signer@example.com>' rsa2048 sign never
then_gpg --quick-gen-key 'Other <other@example.com>' rsa2048 sign never
then_gpg --quick-gen-key 'Expired <expired@example.com>' rsa2048 sign 30d
then_gpg --quick-gen-key 'Revoked <revoked@example.com>' rsa2048 sign never
gpg --export-secret-keys >"$work/secret.gpg"
gpg --export signer@example.com >"$out/signer.gpg"
gpg --export --armor signer@example.com >"$out/signer.asc"

mkdir -p "$work/web"
cat >"$work/web/Chart.yaml" <<'CHART'
apiVersion: v2
name: web
version: 1.0.0
description: Signed
CHART
HELM_DATA_HOME=$work HELM_CACHE_HOME=$work HELM_CONFIG_HOME=$work \
  helm package "$work/web" -d "$out" --sign --key signer@example.com --keyring "$work/secret.gpg" >/dev/null

# The message that Helm signed, signed by gpg in other ways.
gpg --decrypt "$out/web-1.0.0.tgz.prov" >"$work/message" 2>/dev/null
sign() { "$1" --local-user "$2" "${@:4}" --clearsign <"$work/message" >"$out/$3.prov"; }
sign gpg signer@example.com by-gpg --digest-algo SHA512
sign gpg signer@example.com sha1 --digest-algo SHA1 --allow-weak-digest-algos
sign gpg other@example.com other
sign then_gpg expired@example.com expired
sign gpg revoked@example.com revoked
gpg --export expired@example.com >"$out/expired.gpg"
fingerprint=$(gpg --with-colons --list-keys revoked@example.com | awk -F: '/^fpr/ {print $10; exit}')
sed 's/^:-----/-----/' "$work/gpg/openpgp-revocs.d/$fingerprint.rev" | gpg --import
gpg --export revoked@example.com >"$out/revoked.gpg"
printf 'name: web\nno second part\n' | gpg --local-user signer@example.com --clearsign >"$out/one-part.prov"
