package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// marked is a component that leaves its name on everything.
func marked(name string) string {
	return strings.ReplaceAll(component, "%", name)
}

// indented is a manifest as an item of a list.
func indented(manifest string) string {
	lines := strings.Split(strings.TrimSuffix(manifest, "\n"), "\n")
	return strings.Join(lines, "\n  ") + "\n"
}

type chance struct{ *rand.Rand }

func (c chance) oneIn(n int) bool { return c.IntN(n) == 0 }

func (c chance) pick(list ...string) string { return list[c.IntN(len(list))] }

// random joins trees and specs of all kinds, always the same.
func random(count int) []Input {
	c := chance{rand.New(rand.NewPCG(5, 6))}
	list := make([]Input, count)
	for i := range list {
		list[i] = Input{Files: c.tree(), Path: c.pick("app", "app", "app", "./app/", "", "app/sub"), Spec: c.spec()}
	}
	return list
}

func (c chance) tree() files {
	tree := files{"d/kustomization.yaml": marked("d"), "base/kustomization.yaml": "resources: [web.yaml]\n", "base/web.yaml": web, "app/sub/notes.txt": "x"}
	directories := []string{"app/", "app/", "app/sub/", "app/sub/deeper/", ""}
	for i := range 1 + c.IntN(5) {
		kind := c.pick("ServiceAccount", "Secret", "Widget")
		text := fmt.Sprintf("apiVersion: %s\nkind: %s\nmetadata:\n  name: n%d\n", c.pick("v1", "example.com/v1"), kind, i)
		if c.oneIn(3) {
			text += fmt.Sprintf("---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: m%d\n  namespace: %s\ndata:\n  a: ${a}\n", i, c.pick("one", "two"))
		}
		tree[fmt.Sprintf("%s%s%d.%s", c.pick(directories...), c.pick("a", "b", "Z", "a-", "_"), i, c.pick("yaml", "yaml", "yml", "txt"))] = text
	}
	if c.oneIn(2) {
		tree[c.pick("app/", "app/", "app/sub/")+c.pick("kustomization.yaml", "kustomization.yml", "Kustomization")] = c.kustomization()
	}
	return tree
}

func (c chance) kustomization() string {
	var text strings.Builder
	add := func(n int, lines ...string) {
		if c.oneIn(n) {
			text.WriteString(c.pick(lines...) + "\n")
		}
	}
	add(3, "kind: Kustomization\napiVersion: kustomize.config.k8s.io/v1beta1")
	if !c.oneIn(5) {
		text.WriteString(c.pick("resources: [../base]", "resources:\n- ../base", "bases: [../base]", "resources: []") + "\n")
	}
	add(4, "namespace: old", "namespace: \"\"")
	add(4, "namePrefix: old-")
	add(4, "nameSuffix: -old")
	add(5, "commonLabels: { a: b, number: \"12\" }", "labels: [{ pairs: { a: b } }]")
	add(5, "commonAnnotations: { note: 'x: y', long: '"+strings.Repeat("word ", 25)+"' }")
	add(4, "images: [{ name: registry.example.com/web, newTag: \"2\" }]", "images: [{ name: registry.example.com/web, digest: sha256:abc, newName: mirror/web }]")
	add(4, "patches: [{ patch: '[{op: replace, path: /spec/replicas, value: 5}]', target: { kind: Deployment } }]")
	add(5, "configMapGenerator: [{ name: c, literals: [a=b, 'c=d e'] }]", "secretGenerator: [{ name: s, literals: [a=b], options: { immutable: true } }]")
	add(6, "components: [../d]")
	add(6, "buildMetadata: [originAnnotations]", "buildMetadata: [managedByLabel, transformerAnnotations]")
	add(8, "replicas: [{ name: web, count: 0 }]", "replicas: [{ name: web, count: 4 }]")
	add(8, "unknown: { a: 1 }")
	add(8, "generatorOptions: { disableNameSuffixHash: true }")
	return text.String()
}

func (c chance) spec() fields {
	spec := fields{}
	set := func(n int, name string, make func() any) {
		if c.oneIn(n) {
			spec[name] = make()
		}
	}
	text := func(options ...string) func() any { return func() any { return c.pick(options...) } }
	set(3, "targetNamespace", text("shop", "12", "true"))
	set(4, "namePrefix", text("p-", "0"))
	set(4, "nameSuffix", text("-s", "1"))
	set(5, "buildMetadata", func() any {
		return []string{c.pick("originAnnotations", "transformerAnnotations", "managedByLabel")}
	})
	set(3, "images", func() any {
		image := fields{"name": c.pick("registry.example.com/web", "other")}
		for _, field := range []string{"newName", "newTag", "digest"} {
			if c.oneIn(2) {
				image[field] = c.pick("a", "1.0", "sha256:x")
			}
		}
		return []fields{image}
	})
	set(3, "patches", func() any {
		return []fields{{
			"patch":  c.pick("[{op: add, path: /metadata/annotations/p, value: q}]", "- op: add\n  path: /metadata/labels\n  value: {x: \"1\"}\n"),
			"target": fields{"kind": c.pick("Deployment", "Widget", ".*"), "name": c.pick("web", "n.*", "")},
		}}
	})
	set(5, "components", func() any { return []string{c.pick("../d", "../d", "gone")} })
	set(6, "ignoreMissingComponents", func() any { return true })
	return spec
}
