package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// values are what variables hold: all that YAML reads as something else than the text, or that ends what it stands in.
var values = []string{
	"word", "two words", "", " ", "true", "True", "yes", "on", "n", "null", "~", "12", "-1", "0777", "0o17", "0x1F", "1_000",
	"1.0", "1.50", "1e3", "1e21", ".5", ".inf", ".nan", "9007199254740993", "18446744073709551616", "123456789.125",
	"12:30:45", "2020-01-01", "2020-01-01T10:00:00Z", "=", "<<", "a: b", "a:", ": b", "[a, b]", "[a", "]", "{a: 1}", "{a", "}",
	"- x", "-", "? x", "# c", "x # c", "'", "\"", "'quoted'", "\"12\"", "\"a\\tb\"", "|", ">", "| x", "*a", "&a x", "&a", "!!int 3",
	"!!str 12", "!!binary aGk=", "!x y", "%", "@", "`", "two\nlines\n", "tab\there", "é日本", "😀", "\u0085", "\x01", "\u2028",
	"${word}", "$", "$$", "\\", "\\n", " leading", "trailing ", "---", "...", "--- x", "a,b", "%YAML 1.1",
	strings.Repeat("word ", 30), strings.Repeat("x", 120),
}

// places are resources with a variable in every place that is printed in its own way.
var places = []string{
	"spec:\n  a: ${v}\n",
	"spec:\n  a: x-${v}-y\n",
	"spec:\n  a: '# ${v}'\n",
	"spec:\n  a: \"\\t${v}\"\n",
	"spec:\n  a: \"'${v}'\"\n",
	"spec:\n  a: '\"${v}\"'\n",
	"spec:\n  a: |\n    first\n    b: ${v}\n",
	"spec:\n  ${v}: 1\n",
	"spec:\n  a: 1\n  x${v}: 2\n",
	"spec:\n- ${v}\n- - ${v}\n- a: ${v}\n",
	"spec: ${v}\n",
	"spec:\n  a: long long long long long long long long long long long long long long long ${v} and more after it\n",
}

// odd are resources where a substitution meets what makes a resource one.
var odd = []string{
	"kind: ${v}\nmetadata:\n  name: a\n",
	"apiVersion: ${v}\nkind: A\nmetadata:\n  name: a\n",
	"kind: A\nmetadata:\n  name: ${v}\n",
	"kind: A\nmetadata:\n  name: a\n  namespace: ${v}\n",
	"kind: A\nmetadata:\n  name: a\n  labels:\n    a: ${v}\n    ${v}: b\n",
	"kind: A\nmetadata:\n  name: a\n  annotations:\n    a: ${v}\n    b: x${v}\n",
	"kind: A\nmetadata:\n  name: a\n  annotations: ${m}\n",
	"kind: A\nmetadata:\n  name: a\n${k}: 1\n",
}

const key = "kustomize.toolkit.fluxcd.io/substitute"

func widget(body string) string {
	return "apiVersion: example.com/v1\nkind: Widget\nmetadata:\n  name: web\n" + body
}

// picked lists every place with every value, and what decides whether anything happens at all.
func picked() []Input {
	var list []Input
	for _, place := range places {
		for _, value := range values {
			list = append(list, Input{Resource: widget(place), Variables: map[string]string{"v": value}})
		}
	}
	for _, resource := range odd {
		for _, value := range []string{"b", "", "12", "true", "1e3", "null", "[a]", "{b: c}", "{name: x}", "{name: x, labels: {a: 1}}", "name: x", "two\nlines"} {
			list = append(list, Input{Resource: resource, Variables: map[string]string{"v": value, "m": value, "k": value}})
		}
	}
	return append(append(append(list, optedOut()...), names()...), strictness()...)
}

// optedOut has labels and annotations that leave a resource alone, or nearly do.
func optedOut() []Input {
	var list []Input
	for _, field := range []string{"labels", "annotations"} {
		for _, value := range []string{"disabled", "Disabled", "disable", "enabled", "\"\"", "'disabled '", "${v}", "true"} {
			for _, name := range []string{key, strings.ToUpper(key), "other"} {
				body := fmt.Sprintf("  %s:\n    %s: %s\nspec:\n  a: ${v}\n", field, name, value)
				list = append(list, Input{Resource: widget(body), Variables: map[string]string{"v": "disabled"}})
			}
		}
	}
	bad := widget("  labels:\n    " + key + ": disabled\nspec:\n  a: ${v\n")
	return append(list,
		Input{Resource: bad, Variables: map[string]string{"v": "x"}},
		Input{Resource: bad, Variables: map[string]string{"my-var": "x"}},
		Input{Resource: bad, Always: true},
	)
}

// names are of variables; one that is none fails everything.
func names() []Input {
	var list []Input
	for _, name := range []string{"a", "_", "_1", "A_b2", "1a", "my-var", "", "a.b", "a b", "é", "a\n", " a", "$a", "__proto__", "constructor", "toString"} {
		for _, body := range []string{"spec:\n  a: plain\n", "spec:\n  a: ${" + strings.TrimSpace(name) + "}\n"} {
			list = append(list, Input{Resource: widget(body), Variables: map[string]string{name: "x"}})
		}
	}
	return list
}

// strictness has variables without a value, with and without the options.
func strictness() []Input {
	var list []Input
	bodies := []string{"plain", "${no}", "${no:-d}", "${no:=d}", "${no^^}", "${#no}", "${no:1}", "${no/a/b}", "${no#a}", "$${no}", "$no", "${no}${v}", "${no:-${nono}}", "${", "${}", "$$", "${blank}", "${blank:-d}"}
	for _, body := range bodies {
		for _, variables := range []map[string]string{nil, {}, {"v": "x", "blank": ""}} {
			for options := range 4 {
				list = append(list, Input{
					Resource:  widget("spec:\n  a: '" + body + "'\n"),
					Variables: variables, Lenient: options&1 != 0, Always: options&2 != 0,
				})
			}
		}
	}
	// Nothing to replace, but read and printed again.
	for _, body := range []string{"1e3", "1.0", "0777", "yes", "12:30", "2020-01-01", "9007199254740993", "18446744073709551616", "1e21", "0.0000001", "~", "'12'", "{}", "[]", "{b: [null]}", "\"\\u0085\"", "\"\\U0001F600\"", "! x"} {
		list = append(list, Input{Resource: widget("spec:\n  a: " + body + "\n"), Variables: map[string]string{"v": "x"}})
	}
	return list
}

// random makes resources of several places, with several variables, always the same.
func random(count int) []Input {
	source := rand.New(rand.NewPCG(3, 4))
	pick := func(list []string) string { return list[source.IntN(len(list))] }
	expressions := []string{"${v}", "${w}", "${v:-d}", "${unset:=12}", "${unset}", "$${v}", "${v^^}", "${w,,}", "${#v}", "${v:1}", "${v/a/b}", "${w%b*}", "a", " ", ": ", "\"", "'", "\\\"", "#", "-", "12", "$"}
	list := make([]Input, count)
	for i := range list {
		var body strings.Builder
		body.WriteString("spec:\n")
		for field := range 1 + source.IntN(4) {
			var text strings.Builder
			for range 1 + source.IntN(4) {
				text.WriteString(pick(expressions))
			}
			fmt.Fprintf(&body, "  f%d: '%s'\n", field, strings.ReplaceAll(text.String(), "'", "''"))
		}
		list[i] = Input{
			Resource:  widget(body.String()),
			Variables: map[string]string{"v": pick(values), "w": pick(values)},
			Lenient:   source.IntN(3) > 0,
		}
	}
	return list
}
