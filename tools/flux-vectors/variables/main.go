// Command variables records which variables Flux finds for its post-build substitution, as test data of
// packages/controllers: `go run ./variables > ../../packages/controllers/src/kustomization/testdata/variables.jsonl`.
//
// Each line is what a cluster holds, a spec.postBuild, and the variables, or an error. The namespace is `apps`.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"math/rand/v2"
	"os"
	"strings"

	"github.com/fluxcd/pkg/kustomize"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/kustomize/api/provider"
)

// Source is a ConfigMap or a Secret.
type Source struct {
	Kind string            `json:"kind"`
	Name string            `json:"name"`
	Data map[string]string `json:"data"`
}

// Reference is an entry of substituteFrom.
type Reference struct {
	Kind     string `json:"kind"`
	Name     string `json:"name"`
	Optional bool   `json:"optional,omitempty"`
}

// Vector is an input with its answer: the value of each of the names, where it has one.
type Vector struct {
	Sources    []Source          `json:"sources"`
	From       []Reference       `json:"from,omitempty"`
	Substitute map[string]string `json:"substitute,omitempty"`
	Values     map[string]string `json:"values"`
	Error      string            `json:"error,omitempty"`
}

// cluster is a client that can do nothing but read what it holds.
type cluster struct {
	client.Client
	sources []Source
}

func (c cluster) Get(_ context.Context, key client.ObjectKey, object client.Object, _ ...client.GetOption) error {
	for _, source := range c.sources {
		if source.Name != key.Name || key.Namespace != "apps" {
			continue
		}
		switch object := object.(type) {
		case *corev1.ConfigMap:
			if source.Kind == "ConfigMap" {
				object.Data = source.Data
				return nil
			}
		case *corev1.Secret:
			if source.Kind == "Secret" {
				object.Data = map[string][]byte{}
				for name, value := range source.Data {
					object.Data[name] = []byte(value)
				}
				return nil
			}
		}
	}
	return apierrors.NewNotFound(schema.GroupResource{}, key.Name)
}

var names = []string{"a", "b", "c"}

func answer(vector Vector) Vector {
	vector.Values = map[string]string{}
	text := "kind: A\nmetadata:\n  name: a\nspec:\n"
	for _, name := range names {
		text += "  " + name + ": '[${" + name + ":-unset}]'\n"
	}
	resource, err := provider.NewDefaultDepProvider().GetResourceFactory().FromBytes([]byte(text))
	if err != nil {
		panic(err)
	}
	substituted, err := kustomize.SubstituteVariables(context.Background(), cluster{sources: vector.Sources},
		object(vector), resource, kustomize.SubstituteWithStrict(true), kustomize.SubstituteWithAlways(true))
	if err != nil {
		vector.Error = err.Error()
		return vector
	}
	fields, err := substituted.Map()
	if err != nil {
		panic(err)
	}
	for name, value := range fields["spec"].(map[string]any) {
		if value := strings.Trim(value.(string), "[]"); value != "unset" {
			vector.Values[name] = value
		}
	}
	return vector
}

func object(vector Vector) unstructured.Unstructured {
	postBuild := map[string]any{}
	if vector.From != nil {
		postBuild["substituteFrom"] = vector.From
	}
	if vector.Substitute != nil {
		postBuild["substitute"] = vector.Substitute
	}
	text, err := json.Marshal(map[string]any{
		"metadata": map[string]any{"namespace": "apps", "name": "app"},
		"spec":     map[string]any{"postBuild": postBuild},
	})
	if err != nil {
		panic(err)
	}
	read := map[string]any{}
	if err := json.Unmarshal(text, &read); err != nil {
		panic(err)
	}
	return unstructured.Unstructured{Object: read}
}

// random makes clusters and references, always the same.
func random(count int) []Vector {
	source := rand.New(rand.NewPCG(7, 8))
	pick := func(list ...string) string { return list[source.IntN(len(list))] }
	data := func() map[string]string {
		entries := map[string]string{}
		for _, name := range names {
			if source.IntN(2) == 0 {
				entries[name] = pick("x", "y", "two words", "line\nbreaks\n", "12", "é")
			}
		}
		return entries
	}
	list := make([]Vector, count)
	for i := range list {
		for n := range 1 + source.IntN(3) {
			list[i].Sources = append(list[i].Sources, Source{pick("ConfigMap", "Secret"), []string{"one", "two", "three"}[n], data()})
		}
		for range source.IntN(4) {
			list[i].From = append(list[i].From, Reference{
				Kind: pick("ConfigMap", "Secret"), Name: pick("one", "two", "three", "gone"), Optional: source.IntN(4) > 0,
			})
		}
		if source.IntN(2) == 0 {
			list[i].Substitute = data()
		}
	}
	return list
}

func main() {
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for _, input := range random(120) {
		if err := encoder.Encode(answer(input)); err != nil {
			panic(err)
		}
	}
}
