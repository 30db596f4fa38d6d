// Asks Masterminds/semver, which Helm and Flux use, what it makes of versions and constraints.
//
// A line of the output is a version, how it is read (null where it is none) and its place among the versions in front
// of it; or a constraint with the numbers of the versions that satisfy it, or the words of its refusal.
package main

import (
	"compress/gzip"
	"encoding/json"
	"flag"
	"io"
	"log"
	"math/rand"
	"os"
	"strings"

	"github.com/Masterminds/semver/v3"
)

type versionVector struct {
	Version string  `json:"version"`
	Read    *string `json:"read"`
	// One sign for each version that was read before this one: <, = or >.
	Order string `json:"order,omitempty"`
}

type constraintVector struct {
	Constraint string `json:"constraint"`
	Matches    []int  `json:"matches,omitempty"`
	Error      string `json:"error,omitempty"`
}

func main() {
	output := flag.String("o", "", "where the vectors go, gzipped")
	seed := flag.Int64("seed", 1, "other constraints for another seed")
	count := flag.Int("constraints", 4000, "constraints made at random")
	flag.Parse()
	file, err := os.Create(*output)
	if err != nil {
		log.Fatal(err)
	}
	// Without a time in its header, the same vectors are the same bytes.
	zipped, _ := gzip.NewWriterLevel(file, gzip.BestCompression)
	write(zipped, *seed, *count)
	if err := zipped.Close(); err != nil {
		log.Fatal(err)
	}
	if err := file.Close(); err != nil {
		log.Fatal(err)
	}
}

func write(to io.Writer, seed int64, count int) {
	encoder := json.NewEncoder(to)
	encoder.SetEscapeHTML(false)
	random := rand.New(rand.NewSource(seed))
	var read []*semver.Version
	for _, text := range versions(random) {
		vector := versionVector{Version: text}
		if version, err := semver.NewVersion(text); err == nil {
			full := version.String()
			vector.Read = &full
			vector.Order = orderOf(version, read)
			read = append(read, version)
		}
		must(encoder.Encode(vector))
	}
	for _, text := range constraints(random, count) {
		must(encoder.Encode(answer(text, read)))
	}
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func orderOf(version *semver.Version, others []*semver.Version) string {
	var signs strings.Builder
	for _, other := range others {
		signs.WriteByte("<=>"[version.Compare(other)+1])
	}
	return signs.String()
}

func answer(text string, among []*semver.Version) constraintVector {
	constraint, err := semver.NewConstraint(text)
	if err != nil {
		return constraintVector{Constraint: text, Error: err.Error()}
	}
	vector := constraintVector{Constraint: text}
	for i, version := range among {
		if constraint.Check(version) {
			vector.Matches = append(vector.Matches, i)
		}
	}
	return vector
}
