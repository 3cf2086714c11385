package intake

import (
	"math"
	"regexp"
	"strconv"
	"strings"
)

// sizeNumber is a number as people write it: 250, 1.000, 1,000, 1 000, 10k, 1.5k, 10 mil.
var sizeNumber = regexp.MustCompile(`(\d{1,3}(?:[.,' \x{a0}\x{202f}’]\d{3})+|\d+)(?:[.,](\d{1,2}))?(?:\s*(k\b|mil\b))?`)

// sizeSigns is what a size can be made of once its numbers are N: each form with what it means.
var sizeSigns = []struct {
	form *regexp.Regexp
	says func(a, b string, n int) string
}{
	{regexp.MustCompile(`^(?:de )?N$`), func(a, _ string, _ int) string { return a }},
	{regexp.MustCompile(`^(?:(?:de|desde|entre|from|between) )?N ?(?:-|a|y|to|and|hasta|al) ?N$`), func(a, b string, _ int) string { return a + "-" + b }},
	{regexp.MustCompile(`^(?:N ?\+|N (?:or|and) (?:more|above|over)|N (?:o|y) mas|N plus|[>+] ?N|>= ?N|(?:more than|over|above|at least|mas de|mayor de|al menos|a partir de|desde|from) N ?\+?)$`),
		func(a, _ string, _ int) string { return a + "+" }},
	{regexp.MustCompile(`^(?:< ?N|(?:less than|fewer than|under|below|menos de|menor de) N)$`), func(_, _ string, n int) string { return upTo(n - 1) }},
	{regexp.MustCompile(`^(?:<= ?N|(?:up to|at most|hasta|como mucho) N|N (?:or|and) (?:less|fewer)|N o menos)$`), func(_, _ string, n int) string { return upTo(n) }},
	{regexp.MustCompile(`^(?:just me|only me|myself|self employed|self-employed|freelance|freelancer|solo yo|autonomo|autonoma)$`), func(string, string, int) string { return "1" }},
}

// plainSize is what needs no reading: a number that does not begin with 0.
var plainSize = regexp.MustCompile(`^[1-9]\d{0,6}$`)

// sizeSpelling brings signs that look alike to one.
var sizeSpelling = strings.NewReplacer(
	"–", "-", "—", "-", "−", "-",
	"_", " ", "~", " ", "≥", ">=", "≤", "<=", "á", "a", "ó", "o", "(", " ", ")", " ",
)

// sizeNoise is what says nothing of how many.
var sizeNoise = regexp.MustCompile(`\b(?:employees?|people|persons?|staff|workers?|fte|ftes|headcount|company size|size|empleados|empleadas|empleado|personas|persona|trabajadores|empleados/as|plantilla|approx|aprox|about|around|unos|unas)\b\.?`)

func upTo(n int) string {
	if n <= 1 {
		return strconv.Itoa(max(n, 0))
	}
	return "1-" + strconv.Itoa(n)
}

// size returns how many work at a company as "250", "11-50" or "10000+". What it does not understand stays as it
// was typed.
func size(s string) string {
	typed := strings.TrimFunc(s, notSeen)
	if len(typed) > 64 || plainSize.MatchString(typed) {
		return typed
	}
	said := sizeSpelling.Replace(strings.ToLower(typed))
	var numbers []int
	fits := true
	said = sizeNumber.ReplaceAllStringFunc(said, func(m string) string {
		n, ok := sizeValue(sizeNumber.FindStringSubmatch(m))
		fits = fits && ok
		numbers = append(numbers, n)
		return "N"
	})
	said = strings.Join(strings.Fields(sizeNoise.ReplaceAllString(said, " ")), " ")
	if !fits || len(numbers) > 2 {
		return typed
	}
	for _, sign := range sizeSigns {
		if !sign.form.MatchString(said) || strings.Count(said, "N") != len(numbers) {
			continue
		}
		var a, b string
		n := 0
		if len(numbers) > 0 {
			n = numbers[0]
			a = strconv.Itoa(n)
		}
		if len(numbers) == 2 {
			if numbers[1] < numbers[0] {
				return typed
			}
			b = strconv.Itoa(numbers[1])
		}
		return sign.says(a, b, n)
	}
	return typed
}

// sizeValue reads a match of sizeNumber; false for what is no whole number of people.
func sizeValue(m []string) (int, bool) {
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, m[1])
	n, err := strconv.ParseFloat(digits+"."+m[2]+"0", 64)
	if m[3] != "" {
		n *= 1000
	}
	n = math.Round(n*1000) / 1000
	return int(n), err == nil && n == math.Trunc(n) && n < 1e8
}
