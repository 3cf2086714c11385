package cli

import (
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// arrows are the imports that the house allows between its rooms. A room is a folder and what lies in it: within
// one, imports are free.
var arrows = map[string][]string{
	"":                   {"internal/cli"},
	"internal/cli":       {"commands", "intake", "internal/slackfake", "bot", "store", "handoff", "internal/text", "internal/gate", "internal/request", "outbound"},
	"commands":           {"bot", "store", "handoff", "internal/text"},
	"bot":                {"store", "handoff", "internal/text", "internal/request"},
	"intake":             {"store", "handoff", "internal/text", "internal/request"},
	"outbound":           {"store", "handoff", "internal/text"},
	"store":              {"handoff"},
	"handoff":            {},
	"internal/bench":     {"store", "internal/slackfake"},
	"internal/slackfake": {},
	"internal/text":      {},
	"internal/gate":      {"internal/request"},
	"internal/request":   {},
	"internal/soak":      {}, // tests alone
}

// besides are the rooms that the tests of a room may use beside those of the room itself.
var besides = map[string][]string{
	"":         {"commands", "bot", "intake", "store", "handoff", "internal/text", "internal/slackfake"},
	"commands": {"internal/slackfake"},
	"bot":      {"internal/slackfake", "commands"},

	"internal/soak": {"internal/cli", "internal/slackfake", "store", "handoff"},
}

// only tells which packages may import something that is one room's business.
var only = map[string][]string{
	"database/sql":                        {"store", "internal/bench"},
	"github.com/jmoiron/sqlx":             {"store"},
	"github.com/jackc/pgx":                {"store", "store/storetest", "internal/bench"},
	"github.com/mattn/go-sqlite3":         {"store", "internal/bench"},
	"github.com/pressly/goose":            {"store"},
	"github.com/slack-go/slack":           {"bot", "commands", "internal/cli"},
	"github.com/nicksnyder/go-i18n":       {"internal/text"},
	"github.com/alecthomas/kong":          {"internal/cli", "internal/bench"},
	"github.com/joho/godotenv":            {"internal/cli"},
	"github.com/schollz/progressbar":      {"internal/cli"},
	"github.com/standard-webhooks":        {"outbound"},
	"github.com/prometheus/client_golang": {"internal/cli"},
}

// Imports point one way.
func TestImports(t *testing.T) {
	const root = "../.."
	seen := map[string]bool{}
	err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() && file != root && (strings.HasPrefix(name, ".") || name == "node_modules" || name == "testdata") {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(name, ".go") {
			return nil
		}
		rel, err := filepath.Rel(root, file)
		if err != nil {
			return err
		}
		pkg := path.Dir(filepath.ToSlash(rel))
		if pkg == "." {
			pkg = ""
		}
		if room, ok := roomOf(pkg); ok {
			seen[room] = true
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range parsed.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			if why := forbidden(pkg, imported, strings.HasSuffix(name, "_test.go")); why != "" {
				t.Errorf("%s imports %s: %s", rel, imported, why)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, room := range slices.Sorted(maps.Keys(arrows)) {
		if !seen[room] {
			t.Errorf("there is no %q any more: take it out of the arrows", room)
		}
	}
}

// roomOf returns the room that a package of ours lies in; false when it lies in none.
func roomOf(pkg string) (room string, ok bool) {
	for r := range arrows {
		if r != "" && (pkg == r || strings.HasPrefix(pkg, r+"/")) {
			return r, true
		}
	}
	return "", pkg == ""
}

// forbidden returns why a package must not import another, or "".
func forbidden(pkg, imported string, test bool) string {
	room, known := roomOf(pkg)
	if !known {
		return "the package is in no room of the house: add it to the arrows"
	}
	if ours, ok := strings.CutPrefix(imported, "relevo/"); ok {
		target, known := roomOf(ours)
		switch {
		case !known || target != room && !slices.Contains(arrows[room], target) && !(test && slices.Contains(besides[room], target)):
			return "this arrow is not in the house"
		case ours == "store/storetest" && !test:
			return "that is for tests"
		}
		return ""
	}
	first, _, _ := strings.Cut(imported, "/")
	if room == "handoff" && !test && (strings.Contains(first, ".") || slices.Contains([]string{"net/http", "database/sql", "os"}, imported)) {
		return "the domain knows the standard library only, and no HTTP, SQL or files"
	}
	for thing, rooms := range only {
		if (imported == thing || strings.HasPrefix(imported, thing+"/")) && !test && !slices.Contains(rooms, room) {
			return "that is the business of " + strings.Join(rooms, ", ")
		}
	}
	return ""
}

// The rule itself: what it must refuse and what it must let pass.
func TestForbidden(t *testing.T) {
	for _, tt := range []struct {
		pkg, imported string
		test, want    bool
	}{
		{"bot", "relevo/store", false, false}, {"bot", "relevo/internal/slackfake", true, false}, {"bot", "relevo/internal/slackfake", false, true},
		{"store", "relevo/bot", false, true}, {"internal/slackfake", "relevo/handoff", false, true}, {"internal/slackfake", "relevo/handoff", true, true},
		{"handoff", "relevo/internal/text", false, true}, {"handoff", "net/http", false, true}, {"handoff", "golang.org/x/text", false, true}, {"handoff", "net/url", false, false},
		{"bot", "database/sql", false, true}, {"intake", "github.com/slack-go/slack", false, true}, {"store", "github.com/jackc/pgx/v5/stdlib", false, false},
		{"store/storetest", "relevo/store", false, false}, {"store/storetest", "database/sql", false, false}, {"bot", "relevo/store/storetest", false, true},
		{"internal/slackfake/proof", "relevo/internal/slackfake", true, false}, {"internal/slackfake/proof", "relevo/bot", true, true}, {"bot", "relevo/helpers", false, true},
		{"", "relevo/bot", false, true}, {"helpers", "fmt", false, true}, {"commands", "relevo/intake", false, true},
	} {
		if got := forbidden(tt.pkg, tt.imported, tt.test) != ""; got != tt.want {
			t.Errorf("%s → %s (test: %v): refused %v, want %v", tt.pkg, tt.imported, tt.test, got, tt.want)
		}
	}
}
