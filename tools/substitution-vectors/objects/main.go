// Command objects records what Flux's kustomize package makes of objects with expressions, as test data of
// packages/kustomize: `go run ./objects > ../../packages/kustomize/src/testdata/substitution/objects.jsonl`.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"

	fluxkustomize "github.com/fluxcd/pkg/kustomize"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/kustomize/api/provider"
	"sigs.k8s.io/yaml"
)

// Object is an object, variables and options, and what becomes of the object.
type Object struct {
	Object    map[string]any    `json:"object"`
	Variables map[string]string `json:"variables"`
	Strict    bool              `json:"strict"`
	Always    bool              `json:"always"`
	Result    any               `json:"result,omitempty"`
	Error     string            `json:"error,omitempty"`
}

func objects() []Object {
	withData := func(metadata map[string]any, data map[string]any) map[string]any {
		metadata["name"] = "web"
		return map[string]any{"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}
	}
	plain := func(data map[string]any) map[string]any { return withData(map[string]any{}, data) }
	values := []string{"8080", "true", "null", "text", "a: b", "[1, 2]", "two\nlines", "\"q\"", "# x", "yes", "", "1e3", "0x1F", "- a"}
	list := []Object{}
	add := func(object map[string]any, variables map[string]string) {
		for _, strict := range []bool{true, false} {
			list = append(list, Object{Object: object, Variables: variables, Strict: strict})
		}
	}
	for _, value := range values {
		add(plain(map[string]any{"key": "${v}"}), map[string]string{"v": value})
		add(plain(map[string]any{"key": "x ${v} y"}), map[string]string{"v": value})
		add(plain(map[string]any{"key": "line ${v}\nmore\n"}), map[string]string{"v": value})
		add(plain(map[string]any{"${v}": "value"}), map[string]string{"v": value})
		add(plain(map[string]any{"key": "${unset:=" + value + "}"}), map[string]string{"v": value})
	}
	for _, where := range []string{"labels", "annotations"} {
		for _, value := range []string{"disabled", "Disabled", "enabled"} {
			metadata := map[string]any{where: map[string]any{"kustomize.toolkit.fluxcd.io/substitute": value}}
			add(withData(metadata, map[string]any{"key": "${v}"}), map[string]string{"v": "x"})
		}
	}
	for _, name := range []string{"1a", "a-b", "a.b", "", "_", "é", "a b"} {
		add(plain(map[string]any{"key": "${v}"}), map[string]string{"v": "x", name: "y"})
	}
	add(plain(map[string]any{"key": "${v}"}), map[string]string{})
	list = append(list, Object{Object: plain(map[string]any{"key": "${v:=x}"}), Variables: map[string]string{}, Always: true})
	list = append(list, Object{Object: plain(map[string]any{"key": "${v}"}), Variables: map[string]string{}, Always: true, Strict: true})
	return list
}

func (o *Object) run() error {
	text, err := yaml.Marshal(o.Object)
	if err != nil {
		return err
	}
	resource, err := provider.NewDefaultDepProvider().GetResourceFactory().FromBytes(text)
	if err != nil {
		return err
	}
	substitute := map[string]any{}
	for name, value := range o.Variables {
		substitute[name] = value
	}
	kustomization := unstructured.Unstructured{Object: map[string]any{
		"spec": map[string]any{"postBuild": map[string]any{"substitute": substitute}},
	}}
	result, err := fluxkustomize.SubstituteVariables(context.Background(), nil, kustomization, resource,
		fluxkustomize.SubstituteWithDryRun(true), fluxkustomize.SubstituteWithStrict(o.Strict), fluxkustomize.SubstituteWithAlways(o.Always))
	if err != nil {
		o.Error = err.Error()
		return nil
	}
	if result == nil {
		result = resource
	}
	o.Result, err = result.Map()
	return err
}

func main() {
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for _, object := range objects() {
		if err := object.run(); err != nil {
			panic(err)
		}
		line, err := json.Marshal(object)
		if err != nil {
			panic(err)
		}
		fmt.Fprintf(out, "%s\n", line)
	}
}
