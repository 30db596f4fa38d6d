// Records what the Go libraries say about YAML texts and values: the vectors that package yaml is tested with.
//
//	go run . -o ../../packages/yaml/src/testdata/vectors.jsonl.gz
//	go run . -o other.jsonl.gz -seed 2 -texts 50000 -values 20000 -picked ''
//
// A line is one vector. Of a text: `text`, and the answers `kustomize` (kyaml, as kustomize reads resources),
// `yaml11` and `strict` (sigs.k8s.io/yaml). Of a value: `value`, and the texts `compact` (sigs.k8s.io/yaml),
// `pretty` (go-yaml v3 with an indent of 2), `kyaml` and `wide` (go-yaml v3 as it is).
package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"flag"
	"log"
	"math/rand"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	seed := flag.Int64("seed", 1, "of the generator")
	texts := flag.Int("texts", 1600, "how many texts to generate")
	values := flag.Int("values", 900, "how many values to generate")
	picked := flag.String("picked", "picked", "a folder with texts.txt and values.jsonl, chosen by hand")
	file := flag.String("o", "vectors.jsonl.gz", "the file to write")
	flag.Parse()
	disk, err := os.Create(*file)
	if err != nil {
		log.Fatal(err)
	}
	defer disk.Close()
	zip, _ := gzip.NewWriterLevel(disk, gzip.BestCompression)
	defer zip.Close()
	out := bufio.NewWriter(zip)
	defer out.Flush()
	write := func(vector any) {
		line, err := marshal(vector)
		if err != nil {
			log.Fatal(err)
		}
		out.Write(append(line, '\n'))
	}
	if *picked != "" {
		for _, text := range pickedTexts(*picked) {
			write(answerText(text))
		}
		for _, picked := range pickedValues(*picked) {
			// As Go writes JSON, which escapes line separators.
			value, err := marshal(decode(picked))
			if err != nil {
				log.Fatal(err)
			}
			if isStable(value) {
				write(answerValue(value))
			}
		}
	}
	random := rand.New(rand.NewSource(*seed))
	seen := map[string]bool{}
	for n := 0; n < *texts; {
		text := generateText(random)
		if seen[text] {
			continue
		}
		seen[text] = true
		write(answerText(text))
		n++
	}
	for n := 0; n < *values; {
		value, err := marshal(generateValue(random))
		if err != nil {
			log.Fatal(err)
		}
		if !isStable(value) {
			continue
		}
		write(answerValue(value))
		n++
	}
}

// The texts of a file stand between lines of `=====`.
func pickedTexts(folder string) []string {
	content, err := os.ReadFile(filepath.Join(folder, "texts.txt"))
	if err != nil {
		log.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(content), "=====\n"), "=====\n")
}

func pickedValues(folder string) [][]byte {
	content, err := os.ReadFile(filepath.Join(folder, "values.jsonl"))
	if err != nil {
		log.Fatal(err)
	}
	return bytes.Split(bytes.TrimSpace(content), []byte("\n"))
}

func marshal(value any) ([]byte, error) {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return bytes.TrimSpace(buffer.Bytes()), err
}
