// Command expressions records what Flux's envsubst makes of expressions, as test data of packages/kustomize:
// `go run ./expressions > ../../packages/kustomize/src/testdata/substitution/expressions.jsonl`.
//
// The first line has the variables. Each other line is an expression, its value and its error, and value and error in
// strict mode where they are others.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"

	"github.com/fluxcd/pkg/envsubst"
)

// variables are those of every vector; values are of the kinds that the operators tell apart.
var variables = map[string]string{
	"a": "apple", "path": "usr/local/lib/web.tar.gz", "empty": "", "number": "42", "wide": "xéz日本",
	"pattern": "a*b?c[d]", "Mixed": "upperCASE Text", "_x1": "under_score", "spaces": "  two  words ",
}

var (
	names    = []string{"a", "path", "empty", "number", "wide", "pattern", "Mixed", "_x1", "spaces", "unset"}
	words    = []string{"", "b", "word", "two words", "${a}", "${unset}", "${unset:-x}", "/", "a-b", "}", "\\}", "*", "$", "$$", "'q'", "\"q\"", "é"}
	patterns = []string{"a", "p", "*", "?", "*/", "*.*", "/", "[a-c]", "[!a]", "[", "l*", "*l", "ap", "web", ".", "\\*", "é", "${a}", "", "u?r"}
	offsets  = []string{"0", "1", "3", "99", "-1", "x", "", " 1", "1:2", "0:0", "2:99", "1:-1", ":2", "1:x"}
)

// expressions lists every operator with every kind of argument.
func expressions() []string {
	list := []string{"", "plain", "$", "$$", "$a", "${", "${}", "${ a }", "${a", "$${a}", "$$${a}", "a${a}b${number}c", "${a}${a}", "${1}", "${a b}", "${-a}", "{a}", "$(a)", "${a}}", "${${a}}", "\\${a}", "${a.b}", "${é}", "${a }", "${a\n}", "$\\{a}"}
	for _, name := range names {
		for _, operator := range []string{"", "^", "^^", ",", ",,", "^a", "!", "@", "?", ":"} {
			list = append(list, "${"+name+operator+"}")
		}
		list = append(list, "${#"+name+"}")
		for _, operator := range []string{"-", ":-", "=", ":=", "+", ":+", "?", ":?"} {
			for _, word := range words {
				list = append(list, "${"+name+operator+word+"}")
			}
		}
		for _, operator := range []string{"#", "##", "%", "%%"} {
			for _, pattern := range patterns {
				list = append(list, "${"+name+operator+pattern+"}")
			}
		}
		for _, offset := range offsets {
			list = append(list, "${"+name+":"+offset+"}")
		}
		for _, operator := range []string{"/", "//", "/#", "/%"} {
			for _, pattern := range patterns[:12] {
				list = append(list, "${"+name+operator+pattern+"/X}")
			}
			list = append(list, "${"+name+operator+"a}", "${"+name+operator+"a/}", "${"+name+operator+"a/${number}}", "${"+name+operator+"/X}", "${"+name+operator+"p/b/c}")
		}
	}
	return list
}

// Result is a text or an error.
type Result struct {
	Value string `json:"value,omitempty"`
	Error string `json:"error,omitempty"`
}

func evaluate(text string, strict bool) Result {
	value, err := envsubst.Eval(text, func(name string) (string, bool) {
		if value, ok := variables[name]; ok {
			return value, true
		}
		return "", !strict
	})
	if err != nil {
		return Result{Error: err.Error()}
	}
	return Result{Value: value}
}

// random joins pieces of expressions to longer ones, always the same.
func random(count int) []string {
	source := rand.New(rand.NewPCG(1, 2))
	pieces := []string{"${", "}", "a", "unset", ":", "-", "=", "/", "#", "%", "^", ",", "x", "$", "$$", " ", "${a}", "${unset}", "${number", "path", "*", "1", "\\"}
	list := make([]string, count)
	for i := range list {
		var text strings.Builder
		text.WriteString("${" + names[source.IntN(len(names))])
		for range 1 + source.IntN(6) {
			text.WriteString(pieces[source.IntN(len(pieces))])
		}
		text.WriteString("}")
		list[i] = text.String()
	}
	return list
}

func main() {
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	write := func(value any) {
		line, err := json.Marshal(value)
		if err != nil {
			panic(err)
		}
		fmt.Fprintf(out, "%s\n", line)
	}
	write(variables)
	for _, text := range append(expressions(), random(1000)...) {
		loose, strict := evaluate(text, false), evaluate(text, true)
		line := []any{text, loose.Value, loose.Error}
		if strict != loose {
			line = append(line, strict.Value, strict.Error)
		}
		write(line)
	}
}
