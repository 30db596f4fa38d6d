package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strings"

	goyaml "go.yaml.in/yaml/v3"
	"sigs.k8s.io/kustomize/kyaml/kio"
	kyaml "sigs.k8s.io/kustomize/kyaml/yaml"
	"sigs.k8s.io/yaml"
)

// An answer is what a library made of an input, or why it made nothing.
type answer struct {
	JSON  json.RawMessage `json:"json,omitempty"`
	Text  *string         `json:"text,omitempty"`
	Error string          `json:"error,omitempty"`
}

type textVector struct {
	Text      string `json:"text"`
	Kustomize answer `json:"kustomize"`
	// What kustomize prints for it.
	Printed answer `json:"printed"`
	YAML11  answer `json:"yaml11"`
	// Only where it is another than that of yaml11.
	Strict *answer `json:"strict,omitempty"`
}

type valueVector struct {
	Value   json.RawMessage `json:"value"`
	Compact answer          `json:"compact"`
	Pretty  answer          `json:"pretty"`
	Kyaml   answer          `json:"kyaml"`
	Wide    answer          `json:"wide"`
}

func answerText(text string) textVector {
	vector := textVector{Text: text}
	vector.Kustomize = guarded(func() answer { return readKustomize(text) })
	if vector.Kustomize.JSON != nil {
		vector.Printed = guarded(func() answer { return printDocuments(vector.Kustomize.JSON) })
	}
	vector.YAML11 = guarded(func() answer { return jsonAnswer(yaml.YAMLToJSON([]byte(text))) })
	strict := guarded(func() answer { return jsonAnswer(yaml.YAMLToJSONStrict([]byte(text))) })
	if strict.Error != vector.YAML11.Error || !bytes.Equal(strict.JSON, vector.YAML11.JSON) {
		vector.Strict = &strict
	}
	return vector
}

func answerValue(value []byte) valueVector {
	vector := valueVector{Value: value}
	decoded := decode(value)
	vector.Compact = guarded(func() answer { return textAnswer(yaml.JSONToYAML(value)) })
	vector.Pretty = guarded(func() answer { return encodeV3(decoded, 2) })
	vector.Kyaml = guarded(func() answer { return textAnswer(kyaml.Marshal(decoded)) })
	vector.Wide = guarded(func() answer { return encodeV3(decoded, 4) })
	return vector
}

// For some sets of keys the order of the libraries is none (a < b < c < a), and what they print depends on the
// order in which Go walks through the map, which is another each time.
func isStable(value []byte) bool {
	first, err := marshal(answerValue(value))
	if err != nil {
		panic(err)
	}
	for range 6 {
		if again, _ := marshal(answerValue(value)); !bytes.Equal(first, again) {
			return false
		}
	}
	return true
}

// As kustomize reads a file of resources, up to where it looks at what they are, and turns each into JSON.
func readKustomize(text string) answer {
	nodes, err := readNodes(text, false)
	if err == nil && slices.ContainsFunc(nodes, containsItself) {
		// kyaml follows it until the stack overflows, and the process with it.
		return answer{Error: "stack overflow"}
	}
	if err == nil {
		nodes, err = readNodes(text, true)
	}
	if err != nil {
		return answer{Error: strings.TrimPrefix(err.Error(), "MalformedYAMLError: ")}
	}
	documents := []json.RawMessage{}
	for _, node := range nodes {
		document, err := documentJSON(node)
		if err != nil {
			return answer{Error: err.Error()}
		}
		documents = append(documents, document)
	}
	return jsonAnswer(json.Marshal(documents))
}

func readNodes(text string, expandAliases bool) ([]*kyaml.RNode, error) {
	reader := kio.ByteReader{
		OmitReaderAnnotations: true,
		AnchorsAweigh:         expandAliases,
		DisableUnwrapping:     true,
		Reader:                bytes.NewBufferString(text),
	}
	return reader.Read()
}

func containsItself(root *kyaml.RNode) bool {
	open := map[*kyaml.Node]bool{}
	var visit func(node *kyaml.Node) bool
	visit = func(node *kyaml.Node) bool {
		if node == nil {
			return false
		}
		if open[node] {
			return true
		}
		open[node] = true
		defer delete(open, node)
		return visit(node.Alias) || slices.ContainsFunc(node.Content, visit)
	}
	return visit(root.YNode())
}

// MarshalJSON takes maps and lists; a scalar goes the same way here.
func documentJSON(node *kyaml.RNode) ([]byte, error) {
	if kind := node.YNode().Kind; kind == kyaml.MappingNode || kind == kyaml.SequenceNode {
		return node.MarshalJSON()
	}
	text, err := node.String()
	if err != nil {
		return nil, err
	}
	var value any
	if err := kyaml.Unmarshal([]byte(text), &value); err != nil {
		return nil, err
	}
	return json.Marshal(value)
}

func printDocuments(documents []byte) answer {
	var list []json.RawMessage
	if err := json.Unmarshal(documents, &list); err != nil {
		return answer{Error: err.Error()}
	}
	texts := []string{}
	for _, document := range list {
		text, err := yaml.JSONToYAML(document)
		if err != nil {
			return answer{Error: err.Error()}
		}
		texts = append(texts, string(text))
	}
	return textAnswer([]byte(strings.Join(texts, "---\n")), nil)
}

func encodeV3(value any, indent int) answer {
	var buffer bytes.Buffer
	encoder := goyaml.NewEncoder(&buffer)
	encoder.SetIndent(indent)
	err := encoder.Encode(value)
	return textAnswer(buffer.Bytes(), err)
}

// Integers keep their digits, as they do in JSONToYAML.
func decode(data []byte) any {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		panic(err)
	}
	return withNumbers(value)
}

func withNumbers(value any) any {
	switch typed := value.(type) {
	case []any:
		for i, item := range typed {
			typed[i] = withNumbers(item)
		}
	case map[string]any:
		for key, item := range typed {
			typed[key] = withNumbers(item)
		}
	case json.Number:
		if integer, ok := new(big.Int).SetString(typed.String(), 10); ok {
			if integer.IsInt64() {
				return integer.Int64()
			}
			if integer.IsUint64() {
				return integer.Uint64()
			}
		}
		float, err := typed.Float64()
		if err != nil {
			panic(err)
		}
		return float
	}
	return value
}

func jsonAnswer(data []byte, err error) answer {
	if err != nil {
		return answer{Error: err.Error()}
	}
	return answer{JSON: data}
}

func textAnswer(data []byte, err error) answer {
	if err != nil {
		return answer{Error: err.Error()}
	}
	text := string(data)
	return answer{Text: &text}
}

// The libraries panic on some texts.
func guarded(run func() answer) (result answer) {
	defer func() {
		if problem := recover(); problem != nil {
			result = answer{Error: fmt.Sprintf("panic: %v", problem)}
		}
	}()
	return run()
}
