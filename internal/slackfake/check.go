package slackfake

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// checker gathers what Slack would say about a payload.
type checker struct {
	surface  string // message, modal or home
	blocks   map[string]bool
	markdown int // characters of all markdown blocks
	counts   map[string]int
	input    bool // an input block was seen
	messages []string
}

// rule checks one value of a payload; at is its JSON pointer.
type rule func(c *checker, at string, v any)

// shape says which fields an object may have. A name that ends in ! must be there.
type shape map[string]rule

func (c *checker) failf(at, format string, args ...any) {
	c.messages = append(c.messages, fmt.Sprintf(format, args...)+" [json-pointer:"+at+"]")
}

// checkMessage returns what is wrong with a message's blocks, nothing when Slack would take them.
func checkMessage(blocks any) []string {
	c := &checker{surface: "message", blocks: map[string]bool{}, counts: map[string]int{}}
	c.checkBlocks("/blocks", blocks, 50)
	return c.messages
}

func (c *checker) checkBlocks(at string, blocks any, most int) {
	all, ok := blocks.([]any)
	if !ok {
		c.failf(at, "must be an array")
		return
	}
	if len(all) > most {
		c.failf(at, "no more than %d items allowed", most)
	}
	for i, b := range all {
		c.checkBlock(at+"/"+strconv.Itoa(i), b)
	}
	for _, kind := range slices.Sorted(mapKeys(perMessage)) {
		if c.counts[kind] > perMessage[kind] {
			c.failf(at, "no more than %d %s blocks allowed", perMessage[kind], kind)
		}
	}
	if c.markdown > 12_000 {
		c.failf(at, "markdown text must be less than 12001 characters in total")
	}
}

// perMessage is how many blocks of a kind one payload may have.
var perMessage = map[string]int{"table": 1, "data_visualization": 2}

func mapKeys[V any](m map[string]V) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

func (c *checker) checkBlock(at string, v any) {
	b, ok := v.(Object)
	if !ok {
		c.failf(at, "must be an object")
		return
	}
	kind := str(b["type"])
	known, surfaces := blockShape(kind)
	if known == nil {
		c.failf(at+"/type", "unsupported type: %s", kind)
		return
	}
	if !strings.Contains(surfaces, c.surface) {
		c.failf(at+"/type", "%s blocks are not allowed in a %s", kind, c.surface)
		return
	}
	c.counts[kind]++
	c.input = c.input || kind == "input"
	c.checkObject(at, b, known)
	c.checkTogether(at, kind, b)
	if id := str(b["block_id"]); id != "" {
		if c.blocks[id] {
			c.failf(at+"/block_id", "`block_id` %q already exists; it must be unique", id)
		}
		c.blocks[id] = true
	}
	c.uniqueActions(at, b)
}

// uniqueActions sees to it that no action_id comes twice in a block.
func (c *checker) uniqueActions(at string, b Object) {
	seen := map[string]bool{}
	for _, e := range elements([]Object{b}) {
		if seen[e.action] {
			c.failf(at, "`action_id` %q already exists in this block; it must be unique", e.action)
		}
		seen[e.action] = true
	}
}

func (c *checker) checkObject(at string, o Object, known shape) {
	for _, name := range slices.Sorted(mapKeys(known)) {
		field, required := strings.CutSuffix(name, "!")
		v, there := o[field]
		switch {
		case there && v != nil:
			known[name](c, at+"/"+field, v)
		case required:
			c.failf(at, "missing required field: %s", field)
		}
	}
	for _, field := range slices.Sorted(mapKeys(o)) {
		_, optional := known[field]
		_, required := known[field+"!"]
		if !optional && !required && field != "type" {
			c.failf(at, "invalid additional property: %s", field)
		}
	}
}

func objectOf(known shape) rule {
	return func(c *checker, at string, v any) {
		o, ok := v.(Object)
		if !ok {
			c.failf(at, "must be an object")
			return
		}
		c.checkObject(at, o, known)
	}
}

func listOf(least, most int, each rule) rule {
	return func(c *checker, at string, v any) {
		items, ok := v.([]any)
		switch {
		case !ok:
			c.failf(at, "must be an array")
			return
		case len(items) < least:
			c.failf(at, "must provide at least %d items", least)
		case len(items) > most:
			c.failf(at, "no more than %d items allowed", most)
		}
		for i, item := range items {
			each(c, at+"/"+strconv.Itoa(i), item)
		}
	}
}

// chars is a string of least to most characters.
func chars(least, most int) rule {
	return func(c *checker, at string, v any) {
		s, ok := v.(string)
		if !ok {
			c.failf(at, "must be a string")
			return
		}
		c.length(at, s, least, most)
	}
}

func (c *checker) length(at, s string, least, most int) {
	switch n := utf8.RuneCountInString(s); {
	case n < least:
		c.failf(at, "must be more than %d characters", least-1)
	case n > most:
		c.failf(at, "must be less than %d characters", most+1)
	}
}

func oneOf(values ...string) rule {
	return func(c *checker, at string, v any) {
		if s, ok := v.(string); !ok || !slices.Contains(values, s) {
			c.failf(at, "must be one of: %s", strings.Join(values, ", "))
		}
	}
}

func boolean(c *checker, at string, v any) {
	if _, ok := v.(bool); !ok {
		c.failf(at, "must be a boolean")
	}
}

func whole(least, most int) rule {
	return func(c *checker, at string, v any) {
		n, err := strconv.Atoi(numeral(v))
		if err != nil || n < least || n > most {
			c.failf(at, "must be an integer from %d to %d", least, most)
		}
	}
}

// numeric is any finite JSON number.
func numeric(c *checker, at string, v any) {
	if n, err := strconv.ParseFloat(numeral(v), 64); err != nil || math.IsInf(n, 0) || math.IsNaN(n) {
		c.failf(at, "must be a number")
	}
}

// numeral is a JSON number's text; a string that looks like one is none.
func numeral(v any) string {
	switch v := v.(type) {
	case json.Number:
		return v.String()
	case float64, int:
		return str(v)
	}
	return ""
}

func webURL(most int) rule {
	return func(c *checker, at string, v any) {
		s, ok := v.(string)
		if !ok || s == "" {
			c.failf(at, "must be a valid URL")
			return
		}
		c.length(at, s, 1, most)
		if !strings.Contains(s, ":") || strings.ContainsAny(s, " \n") {
			c.failf(at, "must be a valid URL")
		}
	}
}

func anything(*checker, string, any) {}

// all applies several rules.
func all(rules ...rule) rule {
	return func(c *checker, at string, v any) {
		for _, r := range rules {
			r(c, at, v)
		}
	}
}
