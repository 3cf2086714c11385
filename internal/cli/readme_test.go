package cli

import (
	"flag"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write README.md's table of settings and .env.example anew")

// setting is one field of Settings as people read it.
type setting struct{ env, help, def, flag string }

func settings() []setting {
	var all []setting
	for _, f := range reflect.VisibleFields(reflect.TypeFor[Settings]()) {
		if f.Anonymous { // its own fields follow
			continue
		}
		s := setting{env: f.Tag.Get("env"), help: f.Tag.Get("help"), def: f.Tag.Get("default"), flag: f.Tag.Get("name")}
		if s.flag == "" {
			s.flag = kebab(f.Name)
		}
		if _, secret := f.Tag.Lookup("hidden"); secret {
			s.flag = ""
		}
		all = append(all, s)
	}
	return all
}

// kebab writes a Go name as kong names a flag: FeedbackChannel is feedback-channel.
func kebab(name string) string {
	var b strings.Builder
	for i, r := range name {
		if i > 0 && r >= 'A' && r <= 'Z' {
			b.WriteByte('-')
		}
		b.WriteString(strings.ToLower(string(r)))
	}
	return b.String()
}

const (
	tableBegin = "<!-- settings: made from internal/cli/settings.go by go test ./internal/cli -run TestSettingsAreDocumented -update -->\n"
	tableEnd   = "<!-- end of settings -->\n"
)

func table() string {
	var b strings.Builder
	b.WriteString(tableBegin + "| setting | what it is | default |\n| --- | --- | --- |\n")
	for _, s := range settings() {
		name, def := "`"+s.env+"`", ""
		if s.flag != "" {
			name += ", `--" + s.flag + "`"
		}
		if s.def != "" {
			def = "`" + s.def + "`"
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", name, s.help, def)
	}
	return b.String() + tableEnd
}

func example() string {
	var b strings.Builder
	b.WriteString("# Copy this file to .env and fill it in. What the environment says comes first; what is empty counts as not set.\n")
	for _, s := range settings() {
		fmt.Fprintf(&b, "\n# %s\n", s.help)
		if s.def != "" {
			fmt.Fprintf(&b, "#%s=%s\n", s.env, s.def)
		} else {
			fmt.Fprintf(&b, "%s=\n", s.env)
		}
	}
	return b.String()
}

// README's table of settings and .env.example say what the program reads.
func TestSettingsAreDocumented(t *testing.T) {
	const readme, env = "../../README.md", "../../.env.example"
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(text), strings.TrimSpace(tableBegin))
	_, after, closed := strings.Cut(rest, strings.TrimSpace(tableEnd))
	if !ok || !closed {
		t.Fatalf("README.md lacks the lines\n%s%s", tableBegin, tableEnd)
	}
	want := before + strings.TrimSpace(table()) + after
	if *update {
		if err := os.WriteFile(readme, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(env, []byte(example()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if string(text) != want {
		t.Error("README.md's table of settings is not that of settings.go; run the test with -update")
	}
	if got, err := os.ReadFile(env); err != nil || string(got) != example() {
		t.Errorf(".env.example is not that of settings.go (%v); run the test with -update", err)
	}
}

// The flags that the table names are those that the command line has.
func TestFlagsOfTheTable(t *testing.T) {
	k, err := newParser(&grammar{}, Env{Getenv: func(string) string { return "" }})
	if err != nil {
		t.Fatal(err)
	}
	var serve []string
	for _, node := range k.Model.Children {
		if node.Name == "serve" {
			for _, f := range node.Flags {
				serve = append(serve, f.Name)
			}
		}
	}
	for _, s := range settings() {
		if s.flag != "" && !slices.Contains(serve, s.flag) {
			t.Errorf("serve has no flag --%s; it has %v", s.flag, serve)
		}
	}
}
