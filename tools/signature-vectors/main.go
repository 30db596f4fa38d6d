// Makes what the tests of packages/oci/src/verify go through, with the verdicts of cosign and of notation-go on it.
//
//	COSIGN=path/of/cosign go run . ../../packages/oci/src/verify/testdata
package main

import (
	"io"
	"log"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/google/go-containerregistry/pkg/registry"
)

func itoa(n int) string { return strconv.Itoa(n) }

func main() {
	server := httptest.NewServer(registry.New(registry.WithReferrersSupport(true), registry.Logger(log.New(io.Discard, "", 0))))
	defer server.Close()
	base := strings.TrimPrefix(server.URL, "http://")
	work := must(os.MkdirTemp("", "vectors"))
	defer os.RemoveAll(work)
	write := func(name string, value any) {
		must(0, os.WriteFile(filepath.Join(os.Args[1], name), append(toJSON(value), '\n'), 0o644))
	}

	write("cosign-keys.json", object{"vectors": keyVectors(base, work)})
	good := newSigstore(time.Now().AddDate(20, 0, 0))
	expired := newSigstore(time.Now().Add(-24 * time.Hour))
	write("cosign-keyless.json", object{"trustedRoot": good.trustedRoot(), "vectors": keylessVectors(base, work, good, "")})
	write("cosign-expired.json", object{"trustedRoot": expired.trustedRoot(), "vectors": keylessVectors(base, work, expired, "expired-")})
	write("notation.json", notationVectors(base))
}
