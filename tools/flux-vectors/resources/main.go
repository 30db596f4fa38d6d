// Command resources records what Flux's post-build substitution makes of resources, as test data of
// packages/kustomize: `go run ./resources > ../../packages/kustomize/src/testdata/substitution/resources.jsonl`.
//
// Each line is an input and its answer: the resource, the variables, options, and either the resource afterwards, as
// kustomize prints it, or an error.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/fluxcd/pkg/kustomize"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/kustomize/api/provider"
)

// Input is what a substitution is asked.
type Input struct {
	Resource  string            `json:"resource"`
	Variables map[string]string `json:"variables,omitempty"`
	Lenient   bool              `json:"lenient,omitempty"`
	Always    bool              `json:"always,omitempty"`
}

// Vector is an input with its answer. Same says that nothing was done to the resource.
type Vector struct {
	Input
	Yaml  string `json:"yaml,omitempty"`
	Same  bool   `json:"same,omitempty"`
	Error string `json:"error,omitempty"`
}

var factory = provider.NewDefaultDepProvider().GetResourceFactory()

func answer(input Input) (vector Vector) {
	vector.Input = input
	defer func() {
		if failure := recover(); failure != nil {
			vector.Error = fmt.Sprint("panic: ", failure)
		}
	}()
	resource, err := factory.FromBytes([]byte(input.Resource))
	if err != nil {
		panic(fmt.Sprintf("%v in %q", err, input.Resource))
	}
	before, err := resource.AsYAML()
	if err != nil {
		panic(err)
	}
	substituted, err := kustomize.SubstituteVariables(context.Background(), nil, postBuild(input.Variables), resource,
		kustomize.SubstituteWithDryRun(true),
		kustomize.SubstituteWithStrict(!input.Lenient),
		kustomize.SubstituteWithAlways(input.Always))
	if err != nil {
		vector.Error = err.Error()
		return vector
	}
	// No resource is the answer for one that opts out, which stays as it was.
	if substituted == nil {
		substituted = resource
	}
	after, err := substituted.AsYAML()
	if err != nil {
		vector.Error = err.Error()
		return vector
	}
	if string(after) == string(before) {
		vector.Same = true
	} else {
		vector.Yaml = string(after)
	}
	return vector
}

func postBuild(variables map[string]string) unstructured.Unstructured {
	substitute := map[string]any{}
	for name, value := range variables {
		substitute[name] = value
	}
	return unstructured.Unstructured{Object: map[string]any{
		"spec": map[string]any{"postBuild": map[string]any{"substitute": substitute}},
	}}
}

func main() {
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for _, input := range append(picked(), random(700)...) {
		if err := encoder.Encode(answer(input)); err != nil {
			panic(err)
		}
	}
}
