package main

type files = map[string]string
type fields = map[string]any

const (
	web     = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  replicas: 1\n  template:\n    spec:\n      containers:\n      - name: web\n        image: registry.example.com/web:1\n"
	account = "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: web\n"
	widget  = "apiVersion: example.com/v1\nkind: Widget\nmetadata:\n  name: w\nspec:\n  parts:\n  - name: a\n    size: 1\n  - name: b\n    size: 2\n"
	// component is a kustomization of the kind Component that leaves a mark on everything.
	component = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\ncommonAnnotations:\n  component: %\n"
)

// picked has one input for everything that the documentation of the generation names, and its edges.
func picked() []Input {
	var list []Input
	add := func(path string, tree files, spec fields) {
		if spec == nil {
			spec = fields{}
		}
		list = append(list, Input{Files: tree, Path: path, Spec: spec})
	}
	directories(add)
	existing(add)
	overrides(add)
	components(add)
	schemas(add)
	return list
}

type adder func(path string, tree files, spec fields)

// directories have no kustomization.
func directories(add adder) {
	add("", files{"a.yaml": account}, nil)
	add("apps", files{"apps/b.yml": account, "apps/a/deep/x.yaml": web, "apps/notes.txt": "[", "other.yaml": web}, nil)
	add("apps", files{"apps/readme.md": "x"}, nil)
	add("apps", files{"apps/readme.md": "x"}, fields{"targetNamespace": "shop"})
	add("apps", files{"apps/o/kustomization.yaml": "resources: [x.yaml]\nnamePrefix: o-\n", "apps/o/x.yaml": account, "apps/o/p/y.yaml": web, "apps/z.yaml": web}, nil)
	for _, name := range []string{"kustomization.yml", "Kustomization", "Kustomization.yaml", "kustomization.json"} {
		add("", files{"o/" + name: "resources: [x.yaml]\n", "o/x.yaml": account}, nil)
	}
	add("", files{"o/kustomization.yaml/x.yaml": account}, nil)
	add("", files{"A.yaml": account, "a-b/x.yaml": web, "a.yaml": "", "a/x.yaml": widget, "ab.YAML": "[", "é.yaml": "# nothing\n"}, nil)
	add("", files{"list.yaml": "apiVersion: v1\nkind: List\nitems:\n- " + indented(account) + "- " + indented(web)}, nil)
	add("", files{"many.yaml": account + "---\n" + web + "---\n---\n# end\n"}, nil)
	add("", files{"secret.yaml": "apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\nstringData:\n  a: ${x}\n", ".hidden.yaml": account, ".git/x.yaml": web}, nil)
	for _, text := range []string{"replicas: 3\n", "- a\n", "text\n", "kind: A\n", "kind: A\nmetadata: {}\n", "metadata:\n  name: a\n", "a: [\n", "a: b: c\n", "a: 1\na: 2\n", "kind: A\nmetadata:\n  name: a\n  name: b\n", "\tkind: A\n", "kind: List\nitems: x\n", "kind: 12\nmetadata:\n  name: a\n", "kind: A\nmetadata:\n  name: a\n  annotations: x\n", "kind: A\nmetadata:\n  name: 12\n", "--- x\nkind: A\n", "null\n", "{}\n", "kind: A\nmetadata:\n  name: a\n1: x\n", "kind: A\nmetadata: x\n", "kind: A\nmetadata:\n  name: [a]\n", "kind: [A]\nmetadata:\n  name: a\n", "&a kind: A\nb: *c\n"} {
		add("", files{"x.yaml": text}, nil)
	}
}

// existing kustomizations are read and written again.
func existing(add adder) {
	for _, text := range []string{
		"resources: [x.yaml]\n",
		"resources: []\n",
		"{}\n", "", "# nothing\n", "null\n",
		"namespace: a\n",
		"buildMetadata: [managedByLabel]\n",
		"resources: [x.yaml]\nbuildMetadata: [managedByLabel]\n",
		"apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nmetadata: { name: a, namespace: b, labels: { a: b }, annotations: { c: d } }\nresources: [x.yaml]\n",
		"kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\nresources: [x.yaml]\n",
		"kind: Other\nresources: [x.yaml]\n",
		"unknown: 1\nresources: [x.yaml]\n",
		"Resources: [x.yaml]\nNAMEPREFIX: a-\n",
		"resources: [x.yaml]\nresources: [y.yaml]\n",
		"resources: [x.yaml]\nnamePrefix: 12\n",
		"resources: [x.yaml]\nnamespace: true\n",
		"resources: [x.yaml]\ncommonLabels: { a: 1, b: true, c: null, d: 1.50 }\n",
		"resources: [x.yaml]\ncommonLabels: {}\nimages: []\n",
		"resources: x.yaml\n",
		"resources: [1]\n",
		"resources: [x.yaml]\nimages: [{ name: a, newTag: 1.0 }]\n",
		"resources: [x.yaml]\nimages: [{ name: registry.example.com/web, newTag: \"2\", digest: \"sha256:a\", tagSuffix: -x }]\n",
		"resources: [x.yaml]\nreplicas: [{ name: web, count: 3 }]\n",
		"resources: [x.yaml]\nreplicas: [{ name: web, count: \"3\" }]\n",
		"resources: [x.yaml]\nreplicas: [{ name: web }]\n",
		"resources: [x.yaml]\nlabels: [{ pairs: { a: b }, includeSelectors: true }, { pairs: { c: d }, includeTemplates: true, fields: [{ path: spec/x, create: true }] }]\n",
		"resources: [x.yaml]\nconfigMapGenerator: [{ name: c, literals: [a=b], options: { disableNameSuffixHash: true, labels: { a: b } } }]\n",
		"resources: [x.yaml]\nconfigMapGenerator: [{ name: c, files: [x.yaml], behavior: create }]\nsecretGenerator: [{ name: s, literals: [a=b], type: x }]\ngeneratorOptions: { annotations: { a: b }, immutable: true }\n",
		"resources: [x.yaml]\npatches: [{ patch: \"[{op: add, path: /metadata/annotations, value: {a: b}}]\", target: { kind: Deployment } }]\n",
		"resources: [x.yaml]\npatches:\n- path: p.yaml\n  target: { labelSelector: a=b }\n  options: { allowNameChange: true }\n",
		"resources: [x.yaml]\npatchesStrategicMerge: [p.yaml]\n",
		"resources: [x.yaml]\npatchesJson6902: [{ target: { version: v1, kind: Deployment, name: web, group: apps }, patch: \"[{op: remove, path: /spec/replicas}]\" }]\n",
		"bases: [base]\n",
		"resources: [x.yaml]\nimageTags: [{ name: registry.example.com/web, newTag: \"9\" }]\n",
		"resources: [x.yaml]\nvars: [{ name: V, objref: { kind: Deployment, name: web, apiVersion: apps/v1 }, fieldref: { fieldpath: metadata.name } }]\n",
		"resources: [x.yaml]\nreplacements: [{ sourceValue: v, targets: [{ select: { kind: Deployment }, fieldPaths: [metadata.labels.a], options: { create: true } }] }]\n",
		"resources: [x.yaml]\nreplacements: [{ source: { kind: Deployment }, targets: [{ select: { kind: Deployment }, reject: [{ name: a }], fieldPaths: [spec.replicas], options: { delimiter: \"/\", index: 1 } }] }]\n",
		"resources: [x.yaml, base]\nsortOptions: { order: legacy, legacySortOptions: { orderFirst: [Deployment], orderLast: [] } }\n",
		"resources: [x.yaml, base]\nsortOptions: { order: fifo }\n",
		"resources: [x.yaml]\nhelmCharts: [{ name: a, valuesInline: { a: 1 } }]\nhelmGlobals: { chartHome: c }\n",
		"resources: [x.yaml]\ntransformers: [\"apiVersion: builtin\\nkind: PrefixTransformer\\nmetadata: {name: a}\\nprefix: t-\\nfieldSpecs: [{path: metadata/name}]\\n\"]\n",
		"resources: [x.yaml]\nopenapi: { version: v1.21.2 }\n",
		"resources: [x.yaml]\nopenapi: { version: v1.20.0 }\n",
		"resources: [x.yaml, ../above.yaml]\n",
		"resources: [x.yaml\n", "resources: [x.yaml]\n---\nresources: [y.yaml]\n", "- a\n", "text\n", "resources: [x.yaml]\n\tnamePrefix: a\n",
	} {
		add("app", files{"app/kustomization.yaml": text, "app/x.yaml": web, "app/y.yaml": account, "app/p.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  paused: true\n", "app/base/kustomization.yaml": "resources: [z.yaml]\n", "app/base/z.yaml": widget, "above.yaml": account}, nil)
	}
	add("", files{"kustomization.yml": "resources: [x.yaml]\n", "x.yaml": web}, fields{"namePrefix": "a-"})
	add("", files{"Kustomization": "resources: [x.yaml]\n", "x.yaml": web}, fields{"nameSuffix": "-a"})
	add("", files{"kustomization.yaml": "resources: [x.yaml]\n", "Kustomization": "resources: [y.yaml]\n", "x.yaml": web}, nil)
	add("", files{"kustomization.yaml/a.yaml": account, "kustomization.yml": "resources: [x.yaml]\n", "x.yaml": web}, nil)
}

// overrides are the fields of a spec over those of a kustomization.
func overrides(add adder) {
	base := "resources: [x.yaml]\nnamespace: old\nnamePrefix: old-\nnameSuffix: -old\nbuildMetadata: [managedByLabel]\npatches: [{ patch: \"[{op: replace, path: /spec/replicas, value: 5}]\", target: { kind: Deployment } }]\nimages: [{ name: registry.example.com/web, newName: mirror/web, newTag: \"2\" }, { name: other, digest: \"sha256:a\" }]\n"
	patch := "[{op: replace, path: /spec/replicas, value: 7}]"
	for _, spec := range []fields{
		{"targetNamespace": "new"}, {"targetNamespace": ""}, {"namePrefix": "new-"}, {"namePrefix": ""}, {"nameSuffix": "-new"}, {"nameSuffix": ""},
		{"buildMetadata": []string{"originAnnotations", "transformerAnnotations"}}, {"buildMetadata": []string{}},
		{"patches": []fields{}}, {"patches": []fields{{"patch": patch, "target": fields{"kind": "Deployment", "name": "web"}}}},
		{"patches": []fields{{"patch": patch, "target": fields{}}}}, {"patches": []fields{{"patch": patch}}},
		{"patches": []fields{{"patch": "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n  labels:\n    a: \"1\"\n"}}},
		{"patches": []fields{{"patch": patch, "target": fields{"group": "apps", "version": "v1", "kind": "Dep.*", "name": "w.*", "namespace": "", "labelSelector": "a=b", "annotationSelector": "c"}}}},
		{"patches": []fields{{"patch": "a: 'multi line\n\n  text'\n", "target": fields{"kind": "None"}}}},
		{"images": []fields{}}, {"images": []fields{{"name": "registry.example.com/web", "newTag": "3"}}},
		{"images": []fields{{"name": "registry.example.com/web", "digest": "sha256:b"}}}, {"images": []fields{{"name": "registry.example.com/web", "newName": "n/web"}}},
		{"images": []fields{{"name": "registry.example.com/web"}}}, {"images": []fields{{"name": "other", "newTag": "1"}, {"name": "third", "newName": "x", "newTag": "1", "digest": "sha256:c"}, {"name": "third", "newTag": "2"}}},
		{"images": []fields{{"name": "registry.example.com/web", "newName": "", "newTag": "", "digest": ""}}},
		{"targetNamespace": "n", "namePrefix": "p-", "nameSuffix": "-s", "buildMetadata": []string{"originAnnotations"}, "images": []fields{{"name": "third", "newTag": "yes"}}},
	} {
		add("", files{"kustomization.yaml": base, "x.yaml": web}, spec)
		add("", files{"x.yaml": web}, spec)
	}
}

// components are named by a spec.
func components(add adder) {
	for _, names := range [][]string{{"c"}, {"missing"}, {"c", "missing", "../d"}, {"./c"}, {"c/"}, {"/c"}, {"../c"}, {"https://example.com/c"}, {"git@example.com:c"}, {"git::c"}, {"GH:c"}, {"gh:"}, {"github.com/a/b"}, {"file:///c"}, {"file://c"}, {"FILE:///c"}, {"ssh://c"}, {""}, {"c/kustomization.yaml"}} {
		for _, ignore := range []bool{false, true} {
			spec := fields{"components": names}
			if ignore {
				spec["ignoreMissingComponents"] = true
			}
			tree := files{"app/x.yaml": web, "app/c/kustomization.yaml": marked("c"), "d/kustomization.yaml": marked("d"), "e/kustomization.yaml": marked("e")}
			add("app", tree, spec)
			tree = files{"app/x.yaml": web, "app/c/kustomization.yaml": marked("c"), "d/kustomization.yaml": marked("d"), "e/kustomization.yaml": marked("e")}
			tree["app/kustomization.yaml"] = "resources: [x.yaml]\ncomponents: [../e]\n"
			add("app", tree, spec)
		}
	}
}

// schemas of a kustomization add to those that are known; the program's take their place.
func schemas(add adder) {
	schema := `{"definitions":{"v1.Widget":{"properties":{"spec":{"properties":{"parts":{"type":"array","items":{"type":"object"},"x-kubernetes-patch-merge-key":"name","x-kubernetes-patch-strategy":"merge"}}}},"x-kubernetes-group-version-kind":[{"group":"example.com","kind":"Widget","version":"v1"}]}}}`
	patches := "patches:\n- patch: |\n    apiVersion: example.com/v1\n    kind: Widget\n    metadata:\n      name: w\n    spec:\n      parts:\n      - name: b\n        size: 3\n- patch: |\n    apiVersion: apps/v1\n    kind: Deployment\n    metadata:\n      name: web\n    spec:\n      template:\n        spec:\n          containers:\n          - name: side\n            image: side:1\n"
	tree := func(app, base string) files {
		return files{"app/kustomization.yaml": app, "base/kustomization.yaml": base, "app/schema.json": schema, "base/schema.json": schema, "base/x.yaml": web + "---\n" + widget}
	}
	add("app", tree("resources: [../base]\n"+patches, "resources: [x.yaml]\n"), nil)
	add("app", tree("resources: [../base]\nopenapi: { path: schema.json }\n"+patches, "resources: [x.yaml]\n"), nil)
	add("app", tree("resources: [../base]\n"+patches, "resources: [x.yaml]\nopenapi: { path: schema.json }\n"), nil)
	add("app", tree("resources: [../base]\n", "resources: [x.yaml]\nopenapi: { path: schema.json }\n"+patches), nil)
	add("app", tree("resources: [../base]\nopenapi: { version: v1.21.2 }\n", "resources: [x.yaml]\nopenapi: { path: schema.json }\n"+patches), nil)
	add("app", tree("resources: [../base]\nopenapi: { path: missing.json }\n"+patches, "resources: [x.yaml]\n"), nil)
	add("app", tree("resources: [../base]\nopenapi: { path: schema.json }\nnamespace: shop\n", "resources: [x.yaml]\n"+patches), nil)
}
