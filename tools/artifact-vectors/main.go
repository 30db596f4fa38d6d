// Writes what Flux's source-controller archives of the folders of cases.go: its own storage and ignore rules are asked.
//
//	go run . >../../packages/core/src/node/archive/testdata/flux-archives.json
package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/fluxcd/pkg/apis/meta"
	"github.com/fluxcd/pkg/artifact/config"
	"github.com/fluxcd/pkg/artifact/storage"
	"github.com/fluxcd/pkg/sourceignore"
	fluxtar "github.com/fluxcd/pkg/tar"
)

// entry is a file, a symlink or a directory of a folder.
type entry struct {
	// Text is repeated to Length bytes where that is given.
	Text       string `json:"text,omitempty"`
	Length     int    `json:"length,omitempty"`
	Executable bool   `json:"executable,omitempty"`
	Symlink    string `json:"symlink,omitempty"`
	Directory  bool   `json:"directory,omitempty"`
}

type folder map[string]entry

type vector struct {
	Name   string  `json:"name"`
	Files  folder  `json:"files"`
	Ignore *string `json:"ignore,omitempty"`
	// Sha256 is of the tar, uncompressed.
	Sha256 string `json:"sha256"`
	// Entries are the names that the tar lists, in its order; directories end in a slash.
	Entries []string `json:"entries"`
	// Unpacked are the files that Flux's consumers get of the archive; null where they refuse it.
	Unpacked []string `json:"unpacked"`
}

func main() {
	work, err := os.MkdirTemp("", "vectors-")
	must(err)
	defer os.RemoveAll(work)
	vectors := append(written(), generated()...)
	for i := range vectors {
		answer(&vectors[i], filepath.Join(work, "case"))
	}
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	out.SetIndent("", " ")
	must(out.Encode(vectors))
}

// answer fills in what Flux makes of a folder, as its reconciler of GitRepositories does.
func answer(v *vector, work string) {
	dir, root := filepath.Join(work, "checkout"), filepath.Join(work, "storage")
	defer os.RemoveAll(work)
	must(os.MkdirAll(dir, 0o755))
	must(os.MkdirAll(root, 0o755))
	for path, e := range v.Files {
		e.write(filepath.Join(dir, path))
	}
	store, err := storage.New(&config.Options{
		StoragePath: root, StorageAdvAddress: "localhost", ArtifactRetentionTTL: time.Hour, ArtifactRetentionRecords: 2,
		ArtifactDigestAlgo: "sha256",
	})
	must(err)
	domain := strings.Split(dir, string(filepath.Separator))
	patterns, err := sourceignore.LoadIgnorePatterns(dir, domain)
	must(err)
	if v.Ignore != nil {
		patterns = append(patterns, sourceignore.ReadPatterns(strings.NewReader(*v.Ignore), domain)...)
	}
	artifact := meta.Artifact{Path: "a.tar.gz"}
	must(store.Archive(&artifact, dir, storage.SourceIgnoreFilter(patterns, domain)))
	archive, err := os.ReadFile(filepath.Join(root, artifact.Path))
	must(err)
	read(v, archive)
	v.Unpacked = unpacked(archive, filepath.Join(work, "copy"))
}

func (e entry) write(path string) {
	must(os.MkdirAll(filepath.Dir(path), 0o755))
	switch {
	case e.Directory:
		must(os.MkdirAll(path, 0o755))
	case e.Symlink != "":
		must(os.Symlink(e.Symlink, path))
	default:
		mode := os.FileMode(0o644)
		if e.Executable {
			mode = 0o755
		}
		must(os.WriteFile(path, []byte(e.content()), mode))
	}
}

func (e entry) content() string {
	if e.Length == 0 {
		return e.Text
	}
	return strings.Repeat(e.Text, e.Length/len(e.Text)+1)[:e.Length]
}

func read(v *vector, archive []byte) {
	unzipped, err := gzip.NewReader(bytes.NewReader(archive))
	must(err)
	data, err := io.ReadAll(unzipped)
	must(err)
	sum := sha256.Sum256(data)
	v.Sha256 = hex.EncodeToString(sum[:])
	reader := tar.NewReader(bytes.NewReader(data))
	for {
		header, err := reader.Next()
		if err == io.EOF {
			return
		}
		must(err)
		name := header.Name
		if header.Typeflag == tar.TypeDir {
			name = strings.TrimSuffix(name, "/") + "/"
		}
		v.Entries = append(v.Entries, name)
	}
}

func unpacked(archive []byte, dir string) []string {
	must(os.MkdirAll(dir, 0o755))
	if err := fluxtar.Untar(bytes.NewReader(archive), dir, fluxtar.WithMaxUntarSize(-1)); err != nil {
		return nil
	}
	files := []string{}
	must(filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		must(err)
		if info.Mode().IsRegular() {
			relative, err := filepath.Rel(dir, path)
			must(err)
			files = append(files, relative)
		}
		return nil
	}))
	return files
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
