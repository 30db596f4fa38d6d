// Answers templates with the real libraries: a JSON object in each line of the input, one in each line of the output.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"sort"
	"text/template"

	"github.com/Masterminds/sprig/v3"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
)

type question struct {
	Mode       string            `json:"mode"`
	Template   string            `json:"template"`
	Values     json.RawMessage   `json:"values"`
	Files      map[string]string `json:"files"`
	MissingKey string            `json:"missingkey"`
	Strict     bool              `json:"strict"`
}

type answer struct {
	Output string `json:"output"`
	Error  string `json:"error,omitempty"`
}

func main() {
	log.SetOutput(os.Stderr)
	in := bufio.NewReader(os.Stdin)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	decoder := json.NewDecoder(in)
	for decoder.More() {
		var asked question
		if err := decoder.Decode(&asked); err != nil {
			log.Fatal(err)
		}
		if err := encoder.Encode(answerTo(asked)); err != nil {
			log.Fatal(err)
		}
		out.Flush()
	}
}

func answerTo(asked question) (given answer) {
	defer func() {
		if fault := recover(); fault != nil {
			given = answer{Error: fmt.Sprint("panic: ", fault)}
		}
	}()
	if asked.Mode == "helm" {
		return renderChart(asked)
	}
	return execute(asked)
}

// execute runs a template with text/template and sprig.
func execute(asked question) answer {
	root := template.New("t").Funcs(sprig.TxtFuncMap())
	if asked.MissingKey != "" {
		root = root.Option("missingkey=" + asked.MissingKey)
	}
	names := make([]string, 0, len(asked.Files))
	for name := range asked.Files {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		if _, err := root.New(name).Parse(asked.Files[name]); err != nil {
			return answer{Error: err.Error()}
		}
	}
	if _, err := root.Parse(asked.Template); err != nil {
		return answer{Error: err.Error()}
	}
	var values any
	if err := json.Unmarshal(asked.Values, &values); err != nil {
		log.Fatal(err)
	}
	var output bytes.Buffer
	if err := root.Execute(&output, values); err != nil {
		return answer{Output: output.String(), Error: err.Error()}
	}
	return answer{Output: output.String()}
}

const chartYaml = "apiVersion: v2\nname: c\nversion: 0.1.0\nappVersion: \"1.16.0\"\n"

// renderChart runs a chart with one template through Helm's engine.
func renderChart(asked question) answer {
	files := []*loader.BufferedFile{
		{Name: "Chart.yaml", Data: []byte(chartYaml)},
		{Name: "values.yaml", Data: asked.Values},
		{Name: "templates/t.yaml", Data: []byte(asked.Template)},
	}
	for name, text := range asked.Files {
		files = append(files, &loader.BufferedFile{Name: name, Data: []byte(text)})
	}
	loaded, err := loader.LoadFiles(files)
	if err != nil {
		return answer{Error: err.Error()}
	}
	release := chartutil.ReleaseOptions{Name: "rel", Namespace: "ns", Revision: 1, IsInstall: true}
	capabilities := chartutil.DefaultCapabilities.Copy()
	capabilities.KubeVersion = chartutil.KubeVersion{Version: "v1.31.0", Major: "1", Minor: "31"}
	capabilities.HelmVersion.Version = "v3.20.2"
	values, err := chartutil.ToRenderValues(loaded, map[string]any{}, release, capabilities)
	if err != nil {
		return answer{Error: err.Error()}
	}
	rendered, err := engine.Engine{Strict: asked.Strict}.Render(loaded, values)
	if err != nil {
		return answer{Error: err.Error()}
	}
	return answer{Output: rendered["c/templates/t.yaml"]}
}
