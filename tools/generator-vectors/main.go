// Writes what Flux's source-watcher makes of the cases: its own builder, storage and patterns are asked. The run script
// puts this file into a copy of that module, since its packages are internal.
package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"time"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/fluxcd/pkg/artifact/config"
	"github.com/fluxcd/pkg/artifact/storage"

	swapi "github.com/fluxcd/source-watcher/api/v2/v1beta1"
	"github.com/fluxcd/source-watcher/v2/internal/builder"
)

type file struct {
	Text string            `json:"text"`
	Mode os.FileMode       `json:"mode"`
	Tar  map[string]string `json:"tar"`
}

func (f *file) UnmarshalJSON(data []byte) error {
	f.Mode = 0o644
	if data[0] == '"' {
		return json.Unmarshal(data, &f.Text)
	}
	type plain file
	return json.Unmarshal(data, (*plain)(f))
}

type input struct {
	Trees map[string]map[string]file `json:"trees"`
	Cases []struct {
		Name string                `json:"name"`
		Copy []swapi.CopyOperation `json:"copy"`
	} `json:"cases"`
	Patterns [][2]string `json:"patterns"`
	Globs    []string    `json:"globs"`
}

type result struct {
	Failed  bool              `json:"failed,omitempty"`
	File    string            `json:"file,omitempty"`
	Entries map[string]string `json:"entries,omitempty"`
}

func main() {
	var in input
	must(json.NewDecoder(os.Stdin).Decode(&in))
	work, err := os.MkdirTemp("", "vectors-")
	must(err)
	defer os.RemoveAll(work)
	sources := map[string]string{}
	for alias, files := range in.Trees {
		sources[alias] = filepath.Join(work, "sources", alias)
		for path, f := range files {
			write(filepath.Join(sources[alias], path), f)
		}
	}
	root := filepath.Join(work, "storage")
	must(os.MkdirAll(root, 0o755))
	store, err := storage.New(&config.Options{
		StoragePath: root, StorageAdvAddress: "localhost", ArtifactRetentionTTL: time.Hour, ArtifactRetentionRecords: 9,
		ArtifactDigestAlgo: "sha256",
	})
	must(err)
	results := map[string]result{}
	for _, c := range in.Cases {
		spec := &swapi.OutputArtifact{Name: c.Name, Copy: c.Copy}
		artifact, err := builder.New(store).Build(context.Background(), spec, sources, "default", filepath.Join(work, "staging"))
		if err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", c.Name, err)
			results[c.Name] = result{Failed: true}
			continue
		}
		results[c.Name] = result{File: filepath.Base(artifact.Path), Entries: entries(filepath.Join(root, artifact.Path))}
	}
	matches := []any{}
	for _, p := range in.Patterns {
		// The builder refuses these before it matches anything.
		if !doublestar.ValidatePattern(p[0]) {
			matches = append(matches, nil)
		} else {
			matches = append(matches, doublestar.MatchUnvalidated(p[0], p[1]))
		}
	}
	globs := [][]string{}
	for _, pattern := range in.Globs {
		found, err := doublestar.Glob(os.DirFS(sources["archives"]), pattern)
		must(err)
		globs = append(globs, append([]string{}, found...))
	}
	out := json.NewEncoder(os.Stdout)
	out.SetIndent("", " ")
	must(out.Encode(map[string]any{"cases": results, "patterns": matches, "globs": globs}))
}

func write(path string, f file) {
	must(os.MkdirAll(filepath.Dir(path), 0o755))
	data := []byte(f.Text)
	if f.Tar != nil {
		data = archive(f.Tar)
	}
	must(os.WriteFile(path, data, f.Mode))
}

func archive(files map[string]string) []byte {
	names := []string{}
	for name := range files {
		names = append(names, name)
	}
	sort.Strings(names)
	var buffer bytes.Buffer
	zipped := gzip.NewWriter(&buffer)
	writer := tar.NewWriter(zipped)
	for _, name := range names {
		must(writer.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(files[name]))}))
		_, err := writer.Write([]byte(files[name]))
		must(err)
	}
	must(writer.Close())
	must(zipped.Close())
	return buffer.Bytes()
}

// What an archive lists: directories by their mode, files by mode and content.
func entries(path string) map[string]string {
	f, err := os.Open(path)
	must(err)
	defer f.Close()
	unzipped, err := gzip.NewReader(f)
	must(err)
	reader := tar.NewReader(unzipped)
	found := map[string]string{}
	for {
		header, err := reader.Next()
		if err == io.EOF {
			return found
		}
		must(err)
		content, err := io.ReadAll(reader)
		must(err)
		if header.Typeflag == tar.TypeDir {
			found[header.Name] = fmt.Sprintf("directory %o", header.Mode)
		} else {
			found[header.Name] = fmt.Sprintf("%o %s", header.Mode, content)
		}
	}
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
