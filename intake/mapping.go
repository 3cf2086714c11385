package intake

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"

	"relevo/handoff"
)

// What can be wrong with a mapping file.
const (
	mapSyntax   handoff.Problem = "map_syntax"
	mapSection  handoff.Problem = "map_section"
	mapSource   handoff.Problem = "map_source"
	mapField    handoff.Problem = "map_field"
	mapValue    handoff.Problem = "map_value"
	mapList     handoff.Problem = "map_list"
	mapTable    handoff.Problem = "map_table"
	mapTwice    handoff.Problem = "map_twice"
	mapMailbox  handoff.Problem = "map_mailbox"
	mapNoDomain handoff.Problem = "map_no_domain"
	mapEmpty    handoff.Problem = "map_empty"
)

// fileSource is what files are called in a mapping file, everySource what holds for every source, and ignored what
// becomes nothing.
const (
	fileSource  = "csv"
	everySource = "all"
	ignored     = "ignore"
)

// Mapping is what an admin says of names and questions. The zero value says nothing.
type Mapping struct {
	sources   spellings
	campaigns spellings
	fields    map[string]map[string]meaning // source → folded key
	mailboxes map[string]handoff.Mailbox    // by domain
}

// of returns what becomes of an answer, by the tool's lasting name of its question or by what people read; false when
// the file says nothing of it. What is said of the source goes before what is said of all.
func (m Mapping) of(source string, names ...string) (meaning, bool) {
	for _, of := range []string{source, everySource} {
		for _, name := range names {
			if found, ok := m.fields[of][foldName(name)]; ok && name != "" {
				return found, true
			}
		}
	}
	return meaning{}, false
}

// named returns what the file names for the source, as it is written there, in order.
func (m Mapping) named(source string) []string {
	var names []string
	for _, means := range m.fields[source] {
		names = append(names, means.key)
	}
	slices.Sort(names)
	return names
}

// asks returns what the file expects forms to ask, in alphabetical order: the questions that become something, and the
// labels under which answers are kept.
func (m Mapping) asks() []string {
	var all []string
	for _, fields := range m.fields {
		for _, means := range fields {
			if means.label != "" {
				all = append(all, means.label)
			}
			if means.label != "" || means.field != "" {
				all = append(all, means.key)
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// mappingReader reads a mapping file and gathers everything that is wrong with it.
type mappingReader struct {
	md    toml.MetaData
	m     Mapping
	wrong Problems
}

// ReadMapping reads a mapping file. It fails with Problems, in the order of their lines.
func ReadMapping(file string) (Mapping, error) {
	var top map[string]toml.Primitive
	md, err := toml.Decode(strings.TrimPrefix(file, "\ufeff"), &top)
	if wrong := (toml.ParseError{}); errors.As(err, &wrong) {
		return Mapping{}, Problems{{Code: mapSyntax, Limit: wrong.Position.Line, Value: wrong.Message}}
	}
	if err != nil {
		return Mapping{}, Problems{{Code: mapSyntax, Limit: 1, Value: err.Error()}}
	}
	r := &mappingReader{md: md, m: Mapping{
		sources: spellings{}, campaigns: spellings{}, fields: map[string]map[string]meaning{}, mailboxes: map[string]handoff.Mailbox{},
	}}
	sections := map[string]func(toml.Primitive){
		"sources":   func(t toml.Primitive) { r.spellings(t, r.m.sources) },
		"campaigns": func(t toml.Primitive) { r.spellings(t, r.m.campaigns) },
		"mailboxes": r.mailboxes,
		"fields":    r.fields,
	}
	for name, p := range top {
		read := sections[name]
		if read == nil {
			r.add(p, mapSection, name, strings.Join(slices.Sorted(maps.Keys(sections)), ", "))
			continue
		}
		if r.table(p) == nil {
			r.add(p, mapTable, name, "")
			continue
		}
		read(p)
	}
	if len(r.wrong) > 0 {
		slices.SortFunc(r.wrong, func(a, b Problem) int {
			return cmp.Or(cmp.Compare(a.Limit, b.Limit), cmp.Compare(a.Value, b.Value))
		})
		return Mapping{}, r.wrong
	}
	return r.m, nil
}

func (r *mappingReader) add(p toml.Primitive, code handoff.Problem, value, choices string) {
	r.wrong = append(r.wrong, Problem{Code: code, Limit: r.line(p), Value: value, Choices: choices})
}

// refuses fails to be decoded, so that the parser tells where it stood.
type refuses struct{}

func (refuses) UnmarshalTOML(any) error { return errors.New("refused") }

// line returns the line of a key. The parser does not tell it of the first part of a dotted one, which stands where
// the rest does, and tells that of an empty key as its table's.
func (r *mappingReader) line(p toml.Primitive) int {
	var at toml.ParseError
	errors.As(r.md.PrimitiveDecode(p, &refuses{}), &at)
	if at.Position.Line > 0 {
		return at.Position.Line
	}
	lowest := 0
	for _, part := range r.table(p) {
		if line := r.line(part); lowest == 0 || line > 0 && line < lowest {
			lowest = line
		}
	}
	return lowest
}

// table returns a table's keys; nil when it is no table.
func (r *mappingReader) table(p toml.Primitive) map[string]toml.Primitive {
	var table map[string]toml.Primitive
	if r.md.PrimitiveDecode(p, &table) != nil {
		return nil
	}
	return table
}

// inOrder yields a table's keys in the order of their lines, so that of two alike the second is the wrong one.
func (r *mappingReader) inOrder(table map[string]toml.Primitive) []string {
	return slices.SortedFunc(maps.Keys(table), func(a, b string) int {
		return cmp.Or(cmp.Compare(r.line(table[a]), r.line(table[b])), cmp.Compare(a, b))
	})
}

// list decodes a list of texts.
func (r *mappingReader) list(key string, p toml.Primitive) []string {
	var names []string
	if r.md.PrimitiveDecode(p, &names) != nil {
		r.add(p, mapList, key, "")
		return nil
	}
	return names
}

// spellings reads "one spelling" = ["others", …].
func (r *mappingReader) spellings(section toml.Primitive, into spellings) {
	table := r.table(section)
	for _, one := range r.inOrder(table) {
		if strings.TrimSpace(one) == "" {
			r.add(section, mapEmpty, one, "")
			continue
		}
		seen := map[string]bool{}
		for _, name := range append([]string{one}, r.list(one, table[one])...) {
			folded := foldName(name)
			switch taken, ok := into[folded]; {
			case folded == "":
				r.add(table[one], mapEmpty, one, "")
			case ok && !seen[folded]:
				r.add(table[one], mapTwice, name, taken)
			}
			into[folded], seen[folded] = strings.TrimSpace(one), true
		}
	}
}

// mailboxes reads free, disposable and company = ["domain", …].
func (r *mappingReader) mailboxes(section toml.Primitive) {
	table := r.table(section)
	kinds := map[string]handoff.Mailbox{"free": handoff.MailboxFree, "disposable": handoff.MailboxDisposable, "company": ""}
	for _, key := range r.inOrder(table) {
		kind, ok := kinds[key]
		if !ok {
			r.add(table[key], mapMailbox, key, strings.Join(slices.Sorted(maps.Keys(kinds)), ", "))
			continue
		}
		for _, domain := range r.list(key, table[key]) {
			at := email("x@" + domain)
			if _, domain, _ := strings.Cut(at, "@"); isDomain(domain) {
				r.m.mailboxes[domain] = kind
				continue
			}
			r.add(table[key], mapNoDomain, domain, "")
		}
	}
}

// mappedSources lists what a table of fields can be for.
func mappedSources() []string {
	names := []string{everySource, fileSource}
	for _, s := range sources(Secrets{}) {
		names = append(names, s.name)
	}
	return names
}

// MappedFields lists the fields that a question can become.
func MappedFields() []string {
	return append(slices.DeleteFunc(FileFields(), func(f string) bool { return f == fieldDecided }), trailNames...)
}

// fields reads the tables of each source: "question" = what becomes of it.
func (r *mappingReader) fields(section toml.Primitive) {
	tables := r.table(section)
	for _, source := range r.inOrder(tables) {
		if !slices.Contains(mappedSources(), source) {
			r.add(tables[source], mapSource, source, strings.Join(mappedSources(), ", "))
			continue
		}
		table := r.table(tables[source])
		if table == nil {
			r.add(tables[source], mapTable, source, "")
			continue
		}
		into := map[string]meaning{}
		r.m.fields[source] = into
		written := map[string]string{}
		for _, key := range r.inOrder(table) {
			folded := foldName(key)
			switch other, ok := written[folded]; {
			case folded == "":
				r.add(tables[source], mapEmpty, key, "")
			case ok:
				r.add(table[key], mapTwice, key, other)
			}
			written[folded] = key
			means := r.meaning(key, table[key])
			means.key = key
			into[folded] = means
		}
	}
}

// meaning reads what becomes of a question.
func (r *mappingReader) meaning(key string, p toml.Primitive) meaning {
	var field string
	if r.md.PrimitiveDecode(p, &field) == nil {
		switch {
		case field == ignored:
			return meaning{}
		case field == fieldReceived:
			return meaning{field: "received_at"}
		case !slices.Contains(MappedFields(), field):
			r.add(p, mapField, field, strings.Join(append(MappedFields(), ignored), ", "))
		}
		return meaning{field: field}
	}
	var table map[string]any
	if r.md.PrimitiveDecode(p, &table) == nil && len(table) == 1 {
		for how, label := range table {
			if label, ok := label.(string); ok && strings.TrimSpace(label) != "" && (how == "card" || how == "keep") {
				return meaning{label: label, shown: how == "card"}
			}
		}
	}
	r.add(p, mapValue, key, "")
	return meaning{}
}
