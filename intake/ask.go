package intake

import (
	"maps"
	"regexp"
	"strings"
)

// ask is a column that is no field of ours, and has more to say of the lead.
type ask struct {
	column int
	label  string
	kept   string // the label under which it is kept in the lead's details; or empty
	aside  bool   // it is nothing by itself: the mapping file names it, or it tells where a click came from
	joins  bool   // the words to the choice "Other" of the question before it, whose label it has
}

// fieldReference is what Typeform puts into a question for an earlier answer.
var fieldReference = regexp.MustCompile(`\{\{[^}]*\}\}`)

// addAsk notes a column that is no field of ours, if it has anything to say.
func (f *File) addAsk(i int) {
	header := f.head[i]
	label := strings.Join(strings.Fields(fieldReference.ReplaceAllString(header, "…")), " ")
	if strings.Count(label, "_") >= strings.Count(label, " ") {
		label = strings.ReplaceAll(label, "_", " ") // Meta writes questions like names of columns
	}
	a := ask{column: i, label: label, kept: label}
	last := len(f.asks) - 1
	switch {
	case label == "":
		return
	case trailField(header) != "":
		a.aside, a.kept = true, ""
	case f.tool == nil || !f.tool.form:
		return
	case fold(header) == "other" && last >= 0 && !f.asks[last].aside:
		a.joins, a.label, a.kept = true, f.asks[last].label, ""
	}
	f.asks = append(f.asks, a)
}

// questions returns what the row says beside the fields of ours.
func (f *File) questions(row Row) []question {
	var all []question
	before := -1 // the question of the last answer
	for i, a := range f.asks {
		s := f.cell(row, a.column)
		switch {
		case s == "":
			continue
		case a.joins && before == i-1:
			all[len(all)-1].value += ", " + s
		default:
			all = append(all, question{key: strings.TrimSpace(f.head[a.column]), label: a.label, value: s, aside: a.aside})
		}
		before = i
	}
	return all
}

// forFile is a normaliser for an export of a tool: what the mapping file says of the tool goes before what it says of
// files.
func (n *Normaliser) forFile(tool string) *Normaliser {
	both := maps.Clone(n.mapping.fields[fileSource])
	if both == nil {
		both = map[string]meaning{}
	}
	maps.Copy(both, n.mapping.fields[tool])
	of := *n
	if of.mapping.fields = maps.Clone(n.mapping.fields); of.mapping.fields == nil {
		of.mapping.fields = map[string]map[string]meaning{}
	}
	of.mapping.fields[fileSource] = both
	return &of
}
