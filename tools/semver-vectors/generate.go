package main

import (
	"math/rand"
	"strings"
)

var (
	// What is not taken stands among much that is.
	numbers     = []string{"0", "1", "2", "3", "10", "11"}
	parts       = []string{"0", "1", "2", "3", "10", "0", "1", "2", "x", "X", "*", "x", "*", "01", "", "1x", "1|2"}
	prereleases = []string{"", "", "", "", "-0", "-1", "-alpha", "-alpha.1", "-beta.2", "-rc.1", "-rc.10", "-rc.1", "-alpha", "-0", "-x-y", "-01", "-a..b"}
	metadata    = []string{"", "", "", "", "", "", "", "", "", "", "", "+1", "+build.5", "+0001", "+", "+a_b"}
	operators   = []string{"", "", "=", "!=", ">", "<", ">=", "=>", "<=", "=<", "~", "~>", "^", "", "=", "!=", ">", "<", ">=", "<=", "~", "^", "", "=", "!=", ">", "<", ">=", "<=", "~", "^", ">>", "!", "~="}
	separators  = []string{" ", ",", ", ", " , ", "  ", " ", " ", ",", " || ", "||", " - ", " - ", " ", ", ", " || ", "||", " ", "\t", "\n", ",,", " | ", " -"}
	edges       = []string{"", "", "", "", "", "", "", "", "", "", " ", "v", "\n", "-"}
)

func pick(random *rand.Rand, from []string) string {
	return from[random.Intn(len(from))]
}

// Versions in all shapes, whole ones most often, and texts that are none.
func versions(random *rand.Rand) []string {
	found := []string{
		"", "v", "latest", "1", "v1", "1.2", "1.2.3", "v1.2.3", "V1.2.3", " 1.2.3", "1.2.3 ", "1.2.3.4", "1..3", "1.2.", ".1",
		"01.02.03", "1.2.3-", "1.2.3+", "1.2.3-01", "1.2.3-0a", "1.2.3-a.01", "1.2.3--", "1.2.3+01", "1.2.3-rc_1", "1.2.3-é",
		"18446744073709551615.0.0", "18446744073709551616.0.0", "1.2.3-18446744073709551616", "1.2.3-99999999999999999999999",
		"1.2.3-9", "1.2.3-10", "1.2.3-2a", "0.0.0-0", "0.0.0", "0.0.1", "0.1.0", strings.Repeat("1", 300),
	}
	for range 250 {
		text := pick(random, numbers) + "." + pick(random, numbers) + "." + pick(random, numbers)
		found = append(found, text+pick(random, prereleases)+pick(random, metadata))
	}
	return found
}

// Constraints: all operators on all operands of up to three parts, and combinations of them made at random.
func constraints(random *rand.Rand, count int) []string {
	found := []string{
		"", " ", "latest", "*", "x", "X.x.*", ">*", "!=*", "~*", "^*", "<*", "<=*", ">=*", "1 - 2", "1.2 - 2.3", "1 -2", "1- 2",
		"1 - 2 - 3", ">1 - 2", "1 - >2", "1 - 2 || 3 - 4", "1 - 2, 1.5", "1.5 1 - 2", "1.x - 2.x", "1 - 2-beta", "1-alpha - 2",
		"1 ||", "|| 1", "1,", ",1", "1 , , 2", "1.2.3.4", "^1.2.3 ^1.3", "1.0.0 || 1.0.0", ">=1.2.3-0 <2.0.0-0",
		strings.Repeat("1", 600), strings.Repeat("1||", 32) + "1", strings.Repeat("1||", 31) + "1",
	}
	for _, operator := range operators {
		for _, operand := range []string{"1", "1.2", "1.2.3", "0", "0.1", "0.0.3", "0.0", "0.0.0", "1.x", "1.2.x", "x.2", "1.x.3", "2-0", "1.2-rc.1", "1.2.3-beta", "1.2.3+b", "v1.2"} {
			found = append(found, operator+operand, operator+" "+operand)
		}
	}
	for range count {
		found = append(found, combination(random))
	}
	return found
}

func combination(random *rand.Rand) string {
	var text strings.Builder
	text.WriteString(pick(random, edges))
	for i := range 1 + random.Intn(3) {
		if i > 0 {
			text.WriteString(pick(random, separators))
		}
		text.WriteString(pick(random, operators))
		if random.Intn(4) == 0 {
			text.WriteString(" ")
		}
		text.WriteString(operand(random))
	}
	if random.Intn(12) == 0 {
		text.WriteString(pick(random, separators))
	}
	return text.String()
}

func operand(random *rand.Rand) string {
	var text strings.Builder
	from := numbers
	if random.Intn(3) == 0 {
		from = parts
	}
	for i := range 1 + random.Intn(3) {
		if i > 0 {
			text.WriteString(".")
		}
		text.WriteString(pick(random, from))
	}
	if random.Intn(2) == 0 {
		text.WriteString(pick(random, prereleases))
		text.WriteString(pick(random, metadata))
	}
	return text.String()
}
