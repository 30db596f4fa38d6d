package main

import (
	"encoding/json"
	"math/rand"
	"strings"
)

// What strings are made of: characters and words that one of the libraries treats in its own way.
var pieces = []string{
	"a", "b", "word", "Word", "yes", "No", "on", "n", "Y", "true", "FALSE", "null", "Null", "~", "=", "<<", " ", " ", "  ",
	"\n", "\n", "\n\n", "\t", ": ", ":", " #", "#", "- ", "-", "? ", "?", "'", "\"", "\\", "[", "]", "{", "}", ",", "&x", "*x", "!",
	"!!int", "|", ">", "%", "@", "`", "0", "1", "12", "007", ".", "e", "E", "+", "_", "0x", "0o", "0b", "2020-01-01", "12:30",
	"T10:00:00Z", ".inf", ".NaN", "é", "ß", "日本", "😀", "\ufeff", "\r", "\x01", "\x7f", "\u0085", "\u00a0", "\u2028", "\u2029", "\ufffd",
	"---", "...", "a somewhat longer run of words ", "https://example.com/path?query=1 ", "{{ .Values.x }}", "$(VAR)",
	"supercalifragilisticexpialidocious", "/", "*", "()", ";", "<", "x: y",
}

var plainWords = []string{
	"app", "name", "web", "nginx", "image", "registry.example/web:1.0", "a-b", "a_b", "key1", "key2", "key10", "A", "B", "spec", "x1y2",
	"_u", "1", "2", "10", "a1", "a01", "a2", "a10", "example.com/part-of", "--flag=value", "some words in a row", "100m", "1Gi", "v1.2.3",
}

var numberLike = []string{
	"0", "-0", "+1", "1", "-1", "007", "0777", "0o17", "0O17", "0x1F", "0X1f", "-0x1F", "0b11", "-0b11", "1_000", "_1", "1__0", "0_1", "0x_1",
	"1.0", "1.50", "-1.5", "1.", ".5", "-.5", "+.5", "._5", "1e3", "1E3", "1e+3", "1e-3", "1.5e300", "1e400", "-1e400", "1e21", "1e20", "123456789.123", "0.0000001",
	"9007199254740993", "-9007199254740993", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809",
	"18446744073709551615", "18446744073709551616", "0xFFFFFFFFFFFFFFFF", "0x1FFFFFFFFFFFFFFFF", "-0x8000000000000000", "0b1111", "08", "09.5", "00", "-00",
	".inf", "-.inf", "+.inf", ".Inf", ".NaN", ".nan", "12:30", "12:30:45", "190:20:30", "-12:30", "1:2:3.5", "1e", "e1", "0x", "0b", "0o", "0b2", "0o8", "1e5_0", "1_0.5", "1,000",
	"2020-01-01", "2020-1-1", "2020-13-01", "2020-02-30", "2020-01-01T10:00:00Z", "2020-01-01t10:00:00Z", "2020-01-01 10:00:00", "2020-01-01T10:00:00.123456789+02:00",
	"2020-01-01T10:00:00.1Z", "2020-01-01T10:00:00", "2020-01-01 10:00:00 Z", "2020-01-01T1:2:3Z", "20-01-01", "2020-01-01T10:00:00+00:00", "2020-01-01T25:00:00Z",
	"yes", "Yes", "YES", "y", "Y", "no", "n", "N", "on", "On", "ON", "off", "OFF", "true", "True", "TRUE", "tRue", "false", "null", "Null", "NULL", "nULL", "~", "", "=", "<<", "-", "--", "---", "...", "?", ":", "..",
}

func pick[T any](random *rand.Rand, list []T) T {
	return list[random.Intn(len(list))]
}

func generateString(random *rand.Rand) string {
	switch random.Intn(10) {
	case 0, 1, 2:
		return pick(random, plainWords)
	case 3, 4:
		return pick(random, numberLike)
	case 5:
		return longText(random)
	default:
		var text strings.Builder
		for n := random.Intn(7); n >= 0; n-- {
			text.WriteString(pick(random, pieces))
		}
		return text.String()
	}
}

// Lines that fold, or would if they had spaces.
func longText(random *rand.Rand) string {
	var text strings.Builder
	for length := 60 + random.Intn(200); text.Len() < length; {
		if random.Intn(20) == 0 {
			text.WriteString(pick(random, pieces))
		} else {
			text.WriteString(pick(random, plainWords))
		}
		if random.Intn(8) == 0 {
			text.WriteString(pick(random, []string{"\n", "  ", "\n  ", "\n\n", ""}))
		} else {
			text.WriteString(" ")
		}
	}
	if random.Intn(2) == 0 {
		return strings.TrimSpace(text.String())
	}
	return text.String()
}

func generateNumber(random *rand.Rand) json.Number {
	return json.Number(pick(random, []string{
		"0", "1", "-1", "80", "8080", "420", "511", "1000000", "1.5", "-0.25", "0.1", "1e-7", "1e21", "123456789.125", "1000000.5", "0.0001", "0.00001",
		"9007199254740993", "9223372036854775807", "9223372036854775808", "18446744073709551615", "-9223372036854775808", "1e300", "3.14159265358979",
		"99999", "1e-5", "100000.5", "999999.5", "12345678", "1000000000000000", "10000000000000000", "2.5e-300",
	}))
}

func generateValue(random *rand.Rand) any {
	return valueAt(random, 0)
}

func valueAt(random *rand.Rand, depth int) any {
	kind := random.Intn(10)
	if depth == 0 {
		kind = 7 + random.Intn(3)
	}
	if depth > 3 && kind > 5 {
		kind = random.Intn(6)
	}
	switch kind {
	case 0:
		return pick(random, []any{nil, true, false, map[string]any{}, []any{}})
	case 1:
		return generateNumber(random)
	case 2, 3, 4, 5:
		return generateString(random)
	case 6, 7:
		list := []any{}
		for n := random.Intn(4); n >= 0; n-- {
			list = append(list, valueAt(random, depth+1))
		}
		return list
	default:
		record := map[string]any{}
		for n := random.Intn(5); n >= 0; n-- {
			record[generateKey(random)] = valueAt(random, depth+1)
		}
		return record
	}
}

func generateKey(random *rand.Rand) string {
	switch random.Intn(12) {
	case 0:
		return generateString(random)
	case 1:
		return pick(random, numberLike)
	case 2:
		return pick(random, plainWords) + pick(random, pieces)
	case 3:
		return pick(random, []string{"__proto__", "constructor", "toString", "hasOwnProperty", "prototype"})
	default:
		return pick(random, plainWords)
	}
}
