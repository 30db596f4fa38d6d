package main

import (
	"fmt"
	"math/rand"
	"strings"
)

func text(s string) entry       { return entry{Text: s} }
func executable(s string) entry { return entry{Text: s, Executable: true} }
func link(target string) entry  { return entry{Symlink: target} }
func ignore(s string) *string   { return &s }

var empty = entry{Directory: true}

// written are the folders that show one rule each.
func written() []vector {
	long := strings.Repeat("n", 60)
	return []vector{
		{Name: "an empty folder", Files: folder{}},
		{Name: "files, folders and modes", Files: folder{
			"app.yaml": text("kind: A\n"), "bin/run.sh": executable("#!/bin/sh\n"), "bin/data": text(""), "a/b/c/d.yaml": text("d\n"),
		}},
		{Name: "order of bytes, not of letters", Files: folder{
			"b": text("b"), "B": text("B"), "a.yaml": text("1"), "a/x": text("2"), "a-b": text("3"), "a0": text("4"), "é": text("5"), "z": text("6"),
		}},
		{Name: "contents that end at, before and after a block", Files: folder{
			"511": {Text: "abc", Length: 511}, "512": {Text: "abc", Length: 512}, "513": {Text: "abc", Length: 513}, "large": {Text: "0123456789\n", Length: 300_000},
		}},
		{Name: "symlinks are left out", Files: folder{
			"real.yaml": text("r"), "link.yaml": link("real.yaml"), "folder": link("d"), "d/inner": text("i"), "broken": link("nowhere"), "outside": link("/etc/hostname"), "only/link": link("../real.yaml"),
		}},
		{Name: "empty folders stay", Files: folder{"empty": empty, "a/b/empty": empty, "c.yaml": text("c")}},
		{Name: "a folder whose files are all ignored stays as an empty one", Files: folder{"docs/a.md": text("a"), "docs/sub/b.md": text("b"), "app.yaml": text("x")}, Ignore: ignore("*.md\n")},
		{Name: "an ignored folder goes", Files: folder{"docs/a.md": text("a"), "docs/sub/b.txt": text("b"), "app.yaml": text("x")}, Ignore: ignore("docs/\n")},
		{Name: "a file that is kept inside an ignored folder has no folder", Files: folder{"docs/keep.md": text("k"), "docs/drop.md": text("d"), "docs/sub/keep.md": text("s"), "app.yaml": text("x")}, Ignore: ignore("docs/\n!docs/keep.md\n")},
		{Name: "version control is left out, by whatever rules", Files: folder{
			".git/config": text("c"), ".git/objects/ab/cd": text("o"), "sub/.git/config": text("c"), "sub/.git.yaml": text("g"), ".gitignore": text("*.yaml"), "sub/.gitattributes": text("a"), ".gitmodules": text("m"), "app.yaml": text("x"),
		}, Ignore: ignore("!.gitmodules\n")},
		{Name: "a file named .git", Files: folder{".git": text("gitdir: elsewhere\n"), "app.yaml": text("x")}},
		{Name: "the defaults, where nothing else says anything", Files: folder{
			"logo.png": text("p"), "a/photo.JPG": text("J"), "a/photo.jpg": text("j"), "dist.tar.gz": text("t"), "dist.tar": text("t"), "x.zip/inner": text("z"), ".github/workflows/ci.yaml": text("c"), "sub/.github/ci.yaml": text("c"), ".circleci/config.yml": text("c"), ".travis.yml": text("t"), "a/.sops.yaml": text("s"), "a/b/.flux.yaml": text("f"), ".goreleaser.yml": text("g"), "cloudbuild.yaml": text("c"), "a/codeship-steps.yml": text("c"), "app.yaml": text("x"),
		}},
		{Name: "no defaults beside a .sourceignore", Files: folder{"logo.png": text("p"), ".github/ci.yaml": text("c"), ".sourceignore": text("nothing-here\n"), "app.yaml": text("x")}},
		{Name: "a .sourceignore that says nothing", Files: folder{"logo.png": text("p"), ".sourceignore": text("# a remark\n\n   \n"), "app.yaml": text("x")}},
		{Name: "a .sourceignore deep inside turns the defaults off", Files: folder{"logo.png": text("p"), "a/b/.sourceignore": text("x\n"), "app.yaml": text("x")}},
		{Name: "no defaults beside spec.ignore", Files: folder{"logo.png": text("p"), ".github/ci.yaml": text("c"), "app.yaml": text("x")}, Ignore: ignore("/nothing\n")},
		{Name: "an empty spec.ignore says nothing", Files: folder{"logo.png": text("p"), "app.yaml": text("x")}, Ignore: ignore("")},
		{Name: "a .sourceignore is valid below its folder", Files: folder{"a/.sourceignore": text("*.txt\n/b/c.yaml\n"), "a/x.txt": text("1"), "a/b/y.txt": text("2"), "a/b/c.yaml": text("3"), "b/c.yaml": text("4"), "x.txt": text("5")}},
		{Name: "an inner .sourceignore wins over an outer one", Files: folder{".sourceignore": text("*.txt\n"), "a/.sourceignore": text("!keep.txt\n"), "a/keep.txt": text("1"), "a/b/keep.txt": text("2"), "keep.txt": text("3"), "a/x.txt": text("4")}},
		{Name: "spec.ignore wins over all .sourceignore files", Files: folder{".sourceignore": text("*.txt\n"), "a/.sourceignore": text("*.yaml\n"), "a/x.yaml": text("1"), "a/x.txt": text("2"), "y.txt": text("3")}, Ignore: ignore("!*.yaml\n!/a/x.txt\n")},
		{Name: "all but one folder", Files: folder{"deploy/app.yaml": text("1"), "deploy/base/b.yaml": text("2"), "src/main.go": text("3"), "README.md": text("4")}, Ignore: ignore("/*\n!/deploy\n")},
		{Name: "all but one folder with its slash", Files: folder{"deploy/app.yaml": text("1"), "deploy/base/b.yaml": text("2"), "src/main.go": text("3"), "README.md": text("4")}, Ignore: ignore("/*\n!/deploy/\n")},
		{Name: "all but one kind of file", Files: folder{"a/b/app.yaml": text("1"), "a/b/app.go": text("2"), "top.yaml": text("3"), "top.go": text("4")}, Ignore: ignore("*\n!*.yaml\n")},
		{Name: "stars, questions and classes", Files: folder{"a1.yaml": text("1"), "ab.yaml": text("2"), "a12.yaml": text("3"), "[x].yaml": text("4"), "x-y/z/q.yaml": text("5"), "x-y/q.yaml": text("6")}, Ignore: ignore("a?.yaml\n\\[x\\].yaml\nx-*/q.yaml\na[0-9][0-9].yaml\n")},
		{Name: "two stars at the start, in the middle and at the end", Files: folder{"a/b/c/d.txt": text("1"), "a/d.txt": text("2"), "d.txt": text("3"), "x/logs/1.log": text("4"), "x/y/logs/2.log": text("5"), "logs/3.log": text("6"), "q/w/e": text("7"), "q/e": text("8")}, Ignore: ignore("**/logs/*.log\na/**/d.txt\nq/**\n")},
		{Name: "escapes, spaces and carriage returns", Files: folder{"#hash": text("1"), "!bang": text("2"), "space ": text("3"), "space": text("4"), "crlf.txt": text("5"), " lead": text("6")}, Ignore: ignore("\\#hash\n\\!bang\nspace \ncrlf.txt\r\n lead\n")},
		{Name: "a name that is both a file and a folder elsewhere", Files: folder{"build": text("file"), "a/build/out": text("out"), "b/build": text("file")}, Ignore: ignore("build/\n")},
		{Name: "names of other scripts", Files: folder{"ünïcödé/日本語.yaml": text("1"), "😀.yaml": text("2"), "ﬀ.yaml": text("3"), "e\u0301.yaml": text("4"), "\u00e9.yaml": text("5"), "ünïcödé/ascii.yaml": text("6")}},
		{Name: "rules of other scripts", Files: folder{"日本/語.yaml": text("1"), "日本/x.yaml": text("2"), "é.txt": text("3")}, Ignore: ignore("日本/?.yaml\né.*\n")},
		{Name: "odd characters in names", Files: folder{"a b/c d.yaml": text("1"), "tab\there": text("2"), "quote'\"": text("3"), "star*": text("4"), "back\\slash": text("5"), "new\nline": text("6"), "~tilde": text("7"), "-dash": text("8"), "=eq": text("9"), "colon:1": text("10")}},
		{Name: "dot files", Files: folder{".hidden": text("1"), ".config/x.yaml": text("2"), "..two": text("3"), "...": text("4"), "a/.b/.c": text("5")}},
		{Name: "a name of exactly 100 bytes", Files: folder{strings.Repeat("x", 100): text("1"), strings.Repeat("y", 99): text("2"), strings.Repeat("z", 101): text("3")}},
		{Name: "paths that are cut at a slash", Files: folder{long + "/" + long[:40]: text("1"), long + "/" + long + "/" + long: text("2"), long + "/" + strings.Repeat("m", 100): text("3"), long + "/" + strings.Repeat("m", 101): text("4")}},
		{Name: "paths of more than 256 characters", Files: folder{long + "/" + long + "/" + long + "/" + long + "/" + long + "/file.yaml": text("1"), strings.Repeat("n", 240) + "/" + strings.Repeat("m", 240): text("2"), strings.Repeat("d/", 200) + "deep": text("3")}},
		{Name: "a folder whose path is long", Files: folder{strings.Repeat("f", 99) + "/e": empty, strings.Repeat("g", 120) + "/e": empty, long + "/" + long + "/" + long: empty}},
		{Name: "long names of other scripts", Files: folder{strings.Repeat("ü", 60) + "/" + strings.Repeat("日", 40) + ".yaml": text("1"), strings.Repeat("é", 49) + "a": text("2"), long + "/" + long + "/" + strings.Repeat("ö", 20): text("3")}},
		{Name: "the prefix at its limit", Files: folder{strings.Repeat("p", 155) + "/" + strings.Repeat("q", 100): text("1"), strings.Repeat("p", 154) + "/" + strings.Repeat("q", 100): text("2"), strings.Repeat("p", 156) + "/" + strings.Repeat("q", 99): text("3"), strings.Repeat("p", 77) + "/" + strings.Repeat("p", 77) + "/" + strings.Repeat("q", 100): text("4")}},
		{Name: "a .sourceignore that ignores itself", Files: folder{".sourceignore": text(".sourceignore\n"), "app.yaml": text("x")}},
		{Name: "a .sourceignore that is a folder's only file", Files: folder{"a/.sourceignore": text("*\n"), "a/b/c.yaml": text("1"), "d.yaml": text("2")}},
		{Name: "a .sourceignore that is a symlink", Files: folder{".sourceignore": link("rules"), "rules": text("*.txt\n"), "x.txt": text("1"), "x.yaml": text("2")}},
		{Name: "a .sourceignore without a last line end, with a byte order mark", Files: folder{".sourceignore": text("\ufeff*.txt\n*.md"), "x.txt": text("1"), "x.md": text("2")}},
		{Name: "nested negation", Files: folder{"a/b/c/keep.yaml": text("1"), "a/b/c/drop.yaml": text("2"), "a/b/keep.yaml": text("3"), "a/keep.yaml": text("4")}, Ignore: ignore("a/\n!a/b/\na/b/c/\n!a/b/c/keep.yaml\n")},
	}
}

// generated are folders and rules by chance, always the same.
func generated() []vector {
	random := rand.New(rand.NewSource(8))
	pick := func(of ...string) string { return of[random.Intn(len(of))] }
	name := func() string { return pick("a", "b", "docs", "src", "x.yaml", "y.md", ".dot", "k8s", "z.txt", "é") }
	path := func(most int) string {
		parts := []string{}
		for range 1 + random.Intn(most) {
			parts = append(parts, name())
		}
		return strings.Join(parts, "/")
	}
	rule := func() string {
		part := func() string { return pick(name(), name(), "*", "**", "*.md", "?", "[ab]", "d*", "*.*") }
		rule := part()
		for range random.Intn(3) {
			rule += "/" + part()
		}
		return pick("", "", "", "!") + pick("", "", "/") + rule + pick("", "", "/")
	}
	rules := func() string {
		lines := []string{}
		for range random.Intn(5) {
			lines = append(lines, rule())
		}
		return strings.Join(lines, "\n") + pick("", "\n")
	}
	vectors := []vector{}
	for i := range 120 {
		files := folder{}
		for range 1 + random.Intn(14) {
			put(files, path(4), []entry{text(pick("", "a: 1\n", "text")), executable("#!\n"), text("t"), link("x.yaml"), empty}[random.Intn(5)])
		}
		for range random.Intn(3) {
			put(files, strings.TrimPrefix(pick("", path(2))+"/.sourceignore", "/"), text(rules()))
		}
		v := vector{Name: fmt.Sprintf("by chance, %d", i+1), Files: files}
		if random.Intn(3) > 0 {
			v.Ignore = ignore(rules())
		}
		vectors = append(vectors, v)
	}
	return vectors
}

// put adds an entry where no other is in its way.
func put(files folder, path string, e entry) {
	for other := range files {
		if other == path || strings.HasPrefix(other, path+"/") || strings.HasPrefix(path, other+"/") {
			return
		}
	}
	files[path] = e
}
