package main

import (
	"math/rand"
	"strings"
)

// A text is a document that is written in all styles there are, often with a slip in it; or a soup of tokens.
func generateText(random *rand.Rand) string {
	switch random.Intn(12) {
	case 0:
		return soup(random)
	case 1:
		return "v: " + pick(random, numberLike) + "\n"
	case 2:
		return scalarLine(random)
	case 3:
		return blockScalar(random)
	}
	text := documents(random)
	for random.Intn(3) == 0 {
		text = mutate(random, text)
	}
	if random.Intn(25) == 0 {
		text = strings.ReplaceAll(text, "\n", "\r\n")
	}
	if random.Intn(40) == 0 {
		text = "\ufeff" + text
	}
	return text
}

var tokens = []string{
	"a", "b", "key", "1", "true", "~", ": ", ":", ":\n", "- ", "-", "-\n", "? ", "?\n", "\n", "\n", "\n", "\n  ", "\n    ", "\n ", " ", "  ", "\t", "\n\t", "#", " # c", "\n# c\n",
	"[", "]", "{", "}", ", ", ",", "\"", "'", "\"x\"", "'y'", "\"\\n\"", "&a ", "*a", "&b ", "*b ", "<<: ", "<<: *a", "!!str ", "!!int ", "!!binary ", "! ", "!t ", "!<tag:yaml.org,2002:int> ",
	"|\n", ">\n", "|-\n", ">+\n", "|2\n", "| # c\n", "---\n", "--- ", "...\n", "---\n", "%YAML 1.1\n", "%TAG ! !x\n", "@", "`", "%", "2020-01-01", "0x1F", "1.50", "é", "\u2028", "\u0085", "\r",
	"a: 1\n", "b: 2\n", "  c: 3\n", "- x\n", "  - y\n", "a: &a {x: 1}\n", "a: &a [1, 2]\n", "b: *a\n",
}

func soup(random *rand.Rand) string {
	var text strings.Builder
	for n := 1 + random.Intn(12); n > 0; n-- {
		text.WriteString(pick(random, tokens))
	}
	return text.String()
}

func scalarLine(random *rand.Rand) string {
	prefix := pick(random, []string{"", "v: ", "- ", "v: !!str ", "v: !!int ", "v: !!float ", "v: !!bool ", "v: !!null ", "v: !!timestamp ", "v: !!binary ", "v: ! ", "v: !custom ", "v: &a ", "[", "{a: ", "? "})
	suffix := pick(random, []string{"\n", "", " # c\n", "\n", "\n\n"})
	if prefix == "[" {
		suffix = "]" + suffix
	} else if prefix == "{a: " {
		suffix = "}" + suffix
	}
	scalar := pick(random, numberLike)
	switch random.Intn(4) {
	case 0:
		scalar = generateString(random)
	case 1:
		scalar = quoted(random, generateString(random), 2)
	}
	return prefix + scalar + suffix
}

func documents(random *rand.Rand) string {
	count := 1
	if random.Intn(8) == 0 {
		count = 1 + random.Intn(3)
	}
	var text strings.Builder
	for n := 0; n < count; n++ {
		if n > 0 || random.Intn(12) == 0 {
			text.WriteString(pick(random, []string{"---\n", "---\n", "--- # c\n", "---  \n", "...\n---\n", "---\n# c\n---\n"}))
		}
		w := &writer{random: random}
		w.block(0, 0)
		text.WriteString(w.text.String())
	}
	return text.String()
}

// Writes random nodes in random styles. What it writes is YAML for the most part.
type writer struct {
	random  *rand.Rand
	text    strings.Builder
	anchors []string
}

func (w *writer) chance(one int) bool { return w.random.Intn(one) == 0 }

func (w *writer) put(texts ...string) {
	for _, text := range texts {
		w.text.WriteString(text)
	}
}

// A block collection whose entries stand at an indentation, the first of them too.
func (w *writer) block(indent, depth int) {
	if w.chance(3) {
		w.sequence(indent, depth)
	} else {
		w.mapping(indent, depth, false)
	}
}

func (w *writer) mapping(indent, depth int, inline bool) {
	pad := strings.Repeat(" ", indent)
	for n := w.random.Intn(4); n >= 0; n-- {
		if !inline {
			w.comments(pad)
			w.put(pad)
		}
		inline = false
		if w.chance(12) && len(w.anchors) > 0 {
			w.put("<<: ", w.mergeValue(), "\n")
			continue
		}
		if w.chance(30) {
			w.put("? ", w.key(), "\n", pad, ": ", w.flow(2), "\n")
			continue
		}
		w.put(w.key(), pick(w.random, []string{":", ":", ":", " :"}))
		w.value(indent, depth)
	}
}

func (w *writer) mergeValue() string {
	if w.chance(4) {
		return "[*" + pick(w.random, w.anchors) + ", *" + pick(w.random, w.anchors) + "]"
	}
	return "*" + pick(w.random, w.anchors)
}

func (w *writer) key() string {
	switch w.random.Intn(10) {
	case 0:
		return quoted(w.random, generateKey(w.random), 0)
	case 1:
		if !w.chance(4) {
			return pick(w.random, plainWords) + pick(w.random, plainWords)
		}
		return pick(w.random, []string{"1", "true", "null", "1.5", "yes", "~", "2020-01-01", "0x10", "a b", "a-b", "-a", "?a", ":a", "é", "a#b", "a:b", "<<", "=", "\"\"", "[a]", "{a: b}", "!!str 1", "&k a", "*a"})
	default:
		for {
			word := pick(w.random, plainWords)
			if w.chance(40) || (word != "1" && word != "2" && word != "10") {
				return word + strings.Repeat("z", w.random.Intn(3))
			}
		}
	}
}

// What stands after a colon: on its line, or on the lines below.
func (w *writer) value(indent, depth int) {
	properties := w.properties()
	if properties != "" {
		w.put(" ", properties)
	}
	kind := w.random.Intn(12)
	if depth > 3 && kind < 5 {
		kind += 5
	}
	deeper := indent + 1 + w.random.Intn(4)
	if w.chance(3) {
		deeper = indent + 2
	}
	switch kind {
	case 0, 1, 2:
		w.lineEnd()
		w.mapping(deeper, depth+1, false)
	case 3:
		w.lineEnd()
		w.sequence(indent, depth+1)
	case 4:
		w.lineEnd()
		w.sequence(deeper, depth+1)
	case 5:
		w.lineEnd()
	case 6:
		w.put(" ")
		w.blockScalar(deeper)
	case 7:
		w.put(" ", w.flow(0))
		w.lineEnd()
	default:
		w.put(" ", w.scalar(deeper))
		w.lineEnd()
	}
}

func (w *writer) sequence(indent, depth int) {
	pad := strings.Repeat(" ", indent)
	for n := w.random.Intn(4); n >= 0; n-- {
		w.comments(pad)
		w.put(pad, "-")
		spaces := 1
		if w.chance(6) {
			spaces = 1 + w.random.Intn(3)
		}
		switch kind := w.random.Intn(9); {
		case kind == 0 && depth < 4:
			w.put(strings.Repeat(" ", spaces))
			w.mapping(indent+1+spaces, depth+1, true)
		case kind == 1 && depth < 4:
			w.put(strings.Repeat(" ", spaces), "- ", w.scalar(indent+4), "\n")
		case kind == 2:
			w.put(strings.Repeat(" ", spaces))
			w.blockScalar(indent + 2)
		default:
			w.value(indent, depth+1)
		}
	}
}

func (w *writer) properties() string {
	switch w.random.Intn(30) {
	case 0, 1:
		name := pick(w.random, []string{"a", "b", "x-1", "A_"})
		w.anchors = append(w.anchors, name)
		return "&" + name
	case 2:
		return pick(w.random, []string{"!!str", "!!map", "!!seq", "!!int", "!custom", "!", "!!null"})
	default:
		return ""
	}
}

func (w *writer) scalar(indent int) string {
	switch w.random.Intn(8) {
	case 0:
		return pick(w.random, numberLike)
	case 1:
		return quoted(w.random, generateString(w.random), indent)
	case 2:
		if len(w.anchors) > 0 {
			return "*" + pick(w.random, w.anchors)
		}
		return "text"
	case 3:
		return strings.ReplaceAll(strings.TrimSpace(longText(w.random)), "\n", "\n"+strings.Repeat(" ", indent))
	case 4:
		if !w.chance(3) {
			return pick(w.random, plainWords) + " " + pick(w.random, numberLike)
		}
		return pick(w.random, plainWords) + pick(w.random, pieces)
	default:
		return pick(w.random, plainWords)
	}
}

func (w *writer) flow(depth int) string {
	space := pick(w.random, []string{"", " ", "", "\n    ", " # c\n   "})
	if depth > 2 || w.chance(2) {
		return pick(w.random, []string{"x", "1", "\"q\"", "'s'", "x", "y", "word", "true", "", "~", "a b", "-1", "http://x", "a#b", "!!str 1", "&f z", "x\n    y", "[]", "{}", "a?b", "null"})
	}
	var text strings.Builder
	if w.chance(2) {
		text.WriteString("[" + space)
		for n := w.random.Intn(4); n > 0; n-- {
			text.WriteString(w.flow(depth+1) + pick(w.random, []string{",", ", ", " , ", ",\n    "}))
		}
		text.WriteString(w.flow(depth+1) + space + "]")
		return text.String()
	}
	text.WriteString("{" + space)
	for n := w.random.Intn(4); n >= 0; n-- {
		text.WriteString(w.key() + pick(w.random, []string{": ", ": ", ": ", ":", " : ", ""}) + w.flow(depth+1))
		if n > 0 {
			text.WriteString(pick(w.random, []string{",", ", ", ",\n    "}))
		}
	}
	text.WriteString(space + "}")
	return text.String()
}

func (w *writer) comments(pad string) {
	switch w.random.Intn(20) {
	case 0:
		w.put("# comment\n")
	case 1:
		w.put(pad, "# comment: x\n")
	case 2:
		w.put("\n")
	case 3:
		w.put(pad, "  \n")
	}
}

func (w *writer) lineEnd() {
	w.put(pick(w.random, []string{"\n", "\n", "\n", "\n", "\n", "\n", " # comment\n", "  \n", "\t\n", " \t# c\n"}))
}

func blockScalar(random *rand.Rand) string {
	w := &writer{random: random}
	w.put(pick(random, []string{"v: ", "- ", "v:\n- ", "a:\n  v: ", "", "--- ", "- - ", "? "}))
	w.blockScalar(1 + random.Intn(5))
	w.put(pick(random, []string{"", "", "z: 1\n", "- 1\n", "# c\n", "  # c\n", "---\n", "...\n", "\n\n"}))
	return w.text.String()
}

func (w *writer) blockScalar(indent int) {
	header := pick(w.random, []string{"|", ">", "|-", ">-", "|+", ">+", "|", ">", "|2", ">1-", "|-2", ">+4", "|3"})
	w.put(header, pick(w.random, []string{"\n", "\n", "\n", " \n", " # c\n"}))
	for n := w.random.Intn(6); n >= 0; n-- {
		pad := indent
		switch w.random.Intn(12) {
		case 0:
			pad += 1 + w.random.Intn(3)
		case 1:
			pad = w.random.Intn(indent + 2)
		case 2:
			w.put(strings.Repeat(" ", w.random.Intn(indent+2)), "\n")
			continue
		case 3:
			w.put("\n")
			continue
		}
		line := pick(w.random, []string{"text", "two words", "# no comment", "- x", "a: b", "trailing ", "\ttab", "é", "", "...", "---", "\"q", "x\u2028y", "very long line of many words that goes on and on behind column eighty, or so it looks"})
		w.put(strings.Repeat(" ", pad), line, "\n")
	}
}

// A string in quotes; line ends in it fold.
func quoted(random *rand.Rand, text string, indent int) string {
	pad := strings.Repeat(" ", indent)
	if random.Intn(2) == 0 {
		text = strings.ReplaceAll(text, "'", "''")
		return "'" + strings.ReplaceAll(text, "\n", "\n"+pad) + "'"
	}
	replacer := strings.NewReplacer("\\", pick(random, []string{"\\\\", "\\\\", "\\"}), "\"", "\\\"", "\n", pick(random, []string{"\\n", "\n" + pad, "\\\n" + pad}),
		"\t", pick(random, []string{"\\t", "\t"}), "é", pick(random, []string{"é", "\\xe9", "\\u00E9", "\\U000000e9"}), "\x01", "\\x01", "\x7f", "\\x7F", "😀", pick(random, []string{"😀", "\\U0001F600", "\\uD83D\\uDE00"}))
	return "\"" + replacer.Replace(text) + "\""
}

// A slip: a character or a line too much, too few, or elsewhere.
func mutate(random *rand.Rand, text string) string {
	lines := strings.SplitAfter(text, "\n")
	at := random.Intn(len(lines))
	switch random.Intn(8) {
	case 0:
		lines[at] = " " + lines[at]
	case 1:
		lines[at] = strings.TrimPrefix(lines[at], " ")
	case 2:
		lines[at] += lines[at]
	case 3:
		lines[at] = ""
	case 4:
		lines[at] = strings.TrimSuffix(lines[at], "\n")
	default:
		return mutateCharacter(random, text)
	}
	return strings.Join(lines, "")
}

func mutateCharacter(random *rand.Rand, text string) string {
	runes := []rune(text)
	if len(runes) == 0 {
		return text
	}
	at := random.Intn(len(runes))
	switch random.Intn(3) {
	case 0:
		return string(runes[:at]) + string(runes[at+1:])
	case 1:
		return string(runes[:at]) + pick(random, tokens) + string(runes[at:])
	default:
		return string(runes[:at]) + pick(random, pieces) + string(runes[at+1:])
	}
}
