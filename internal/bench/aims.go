package main

import "fmt"

// aim is what Relevo wants to reach on this machine, and whether it did.
type aim struct {
	What  string  `json:"what"`
	Found float64 `json:"found"`
	Want  string  `json:"want"`
	Met   bool    `json:"met"`
}

func (a aim) String() string {
	mark := "✗"
	if a.Met {
		mark = "✓"
	}
	return fmt.Sprintf("%s %8.2f  %-10s %s", mark, a.Found, a.Want, a.What)
}

// judge holds what was measured against the aims, as far as both sides of a ratio were measured.
func (r *report) judge() {
	most := r.Options.Leads[len(r.Options.Leads)-1]
	least := r.Options.Leads[0]
	at := func(format string, n int) string { return fmt.Sprintf(format, n) }
	email := at("slash/email/%d", most)
	r.least("/lead by e-mail: share of bare net/http", email, at("bare/http/%d", most), 0.5)
	if most > least {
		r.least(fmt.Sprintf("/lead by e-mail at %s leads: share of that at %s", count(most), count(least)), email, at("slash/email/%d", least), 0.9)
	}
	r.least("/lead by words: share of that by e-mail", at("slash/words/%d", most), email, 1.0/3)
	r.least("leads taken in: share of bare commits", "intake", "bare/commits", 1)
	r.least("decisions: share of bare commits", "decide", "bare/commits", 1.0/3)
	r.least("import: share of sqlite3 .import", "import", "import/sqlite3", 0.5)
	r.least("import: share of sqlite3 .import with words", "import", "import/sqlite3 words", 0.5)
	r.most("the tally of a week, milliseconds", "figures/week/tally", 10)
	r.most("the tally of a year, milliseconds", "figures/year/tally", 300)
	r.most("from start to ready, milliseconds", "start", 30)
	r.most("MB resident, idle", "memory/idle", 35)
	r.most("MB resident under load", "memory/loaded", 60)
	if w, ok := r.find("mixed"); ok {
		p99 := milliseconds(w.Load.P99)
		r.Aims = append(r.Aims, aim{"99th percentile of an answer under mixed load, milliseconds", p99, "≤ 3", p99 <= 3})
	}
}

// least adds an aim for how much one rate is of another.
func (r *report) least(what, name, beside string, want float64) {
	a, ok := r.find(name)
	b, too := r.find(beside)
	if ok && too && b.rate() > 0 {
		found := a.rate() / b.rate()
		r.Aims = append(r.Aims, aim{what, found, fmt.Sprintf("≥ %.2f", want), found >= want})
	}
}

// most adds an aim for a value.
func (r *report) most(what, name string, want float64) {
	if w, ok := r.find(name); ok {
		r.Aims = append(r.Aims, aim{what, w.Value, fmt.Sprintf("≤ %.0f", want), w.Value <= want})
	}
}
