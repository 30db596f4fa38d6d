// Command kustomizations records what Flux makes of directories before it builds them, and what it builds then, as
// test data of packages/kustomize: `go run ./kustomizations > ../../packages/kustomize/src/testdata/flux/kustomizations.jsonl`.
//
// Each line is a tree of files, the spec of a Flux Kustomization, and the answer: the kustomization that is written and
// the objects that are built, or an error.
package main

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"

	"github.com/fluxcd/pkg/kustomize"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Input is what a generation is asked.
type Input struct {
	Files map[string]string `json:"files"`
	Path  string            `json:"path"`
	Spec  map[string]any    `json:"spec"`
}

// Vector is an input with its answer: File is where the kustomization is written, from the root.
type Vector struct {
	Input
	File       string `json:"file,omitempty"`
	Manifest   string `json:"manifest,omitempty"`
	Yaml       string `json:"yaml,omitempty"`
	Error      string `json:"error,omitempty"`
	BuildError string `json:"buildError,omitempty"`
}

func answer(input Input) (vector Vector, err error) {
	vector.Input = input
	root, err := os.MkdirTemp("", "flux-vectors-")
	if err != nil {
		return vector, err
	}
	defer os.RemoveAll(root)
	if err := write(root, input.Files); err != nil {
		return vector, err
	}
	directory := filepath.Join(root, input.Path)
	object := unstructured.Unstructured{Object: map[string]any{"spec": plain(input.Spec)}}
	manifest, file, _, failure := kustomize.NewGenerator(root, object).GenerateManifest(directory)
	if failure != nil {
		vector.Error = relative(failure, root)
		return vector, nil
	}
	vector.Manifest = string(manifest)
	vector.File = strings.TrimPrefix(file, root+"/")
	if err := os.WriteFile(file, manifest, 0o644); err != nil {
		return vector, err
	}
	vector.Yaml, failure = build(root, directory)
	if failure != nil {
		vector.BuildError = relative(failure, root)
	}
	return vector, nil
}

// relative is an error with paths from the root of the tree.
func relative(failure error, root string) string {
	return strings.ReplaceAll(strings.ReplaceAll(failure.Error(), root+"/", ""), root, "")
}

func build(root, directory string) (string, error) {
	resources, err := kustomize.SecureBuild(root, directory, false)
	if err != nil {
		return "", err
	}
	yaml, err := resources.AsYaml()
	return string(yaml), err
}

func write(root string, files map[string]string) error {
	for name, text := range files {
		file := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// plain turns a value into what is read from JSON, which is all that an unstructured object may hold.
func plain(value any) any {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	var read any
	if err := json.Unmarshal(text, &read); err != nil {
		panic(err)
	}
	return read
}

func main() {
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for _, input := range append(picked(), random(220)...) {
		vector, err := answer(input)
		if err != nil {
			panic(err)
		}
		if err := encoder.Encode(vector); err != nil {
			panic(err)
		}
	}
}
