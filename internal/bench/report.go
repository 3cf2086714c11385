package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"text/tabwriter"
	"time"
)

// report is everything that a run measured, in the order in which it was.
type report struct {
	Machine machine  `json:"machine"`
	Options runCmd   `json:"options"`
	Rows    []row    `json:"rows"`
	Aims    []aim    `json:"aims"`
	Skipped []string `json:"skipped,omitempty"`
}

// row is one thing that was measured: a load, an import, or a number.
type row struct {
	Name   string  `json:"name"`
	What   string  `json:"what"`
	Leads  int     `json:"leads,omitempty"`
	Load   *load   `json:"load,omitempty"`
	Import *taken  `json:"import,omitempty"`
	Value  float64 `json:"value,omitempty"`
}

func (r *report) load(name string, leads int, what string, l load) {
	r.Rows = append(r.Rows, row{Name: name, What: what, Leads: leads, Load: &l})
}

func (r *report) taken(name, what string, t taken) {
	r.Rows = append(r.Rows, row{Name: name, What: what, Import: &t})
}

func (r *report) value(name, what string, v float64) {
	r.Rows = append(r.Rows, row{Name: name, What: what, Value: v})
}

// atMost keeps the largest value: the memory of whichever load took the most.
func (r *report) atMost(name string, v float64) {
	if i := slices.IndexFunc(r.Rows, func(w row) bool { return w.Name == name }); i >= 0 {
		r.Rows[i].Value = max(r.Rows[i].Value, v)
		return
	}
	r.value(name, "MB resident at most, under load", v)
}

func (r *report) skip(why string) { r.Skipped = append(r.Skipped, why) }

func (r *report) find(name string) (row, bool) {
	for _, w := range r.Rows {
		if w.Name == name {
			return w, true
		}
	}
	return row{}, false
}

func (r *report) has(name string) bool {
	_, ok := r.find(name)
	return ok
}

// rate is how many a second, of a load or an import.
func (w row) rate() float64 {
	switch {
	case w.Load != nil:
		return w.Load.PerSecond
	case w.Import != nil:
		return w.Import.PerSecond
	}
	return w.Value
}

func (r *report) print(out io.Writer) {
	fmt.Fprintf(out, "%s\nseed %d, %v a load, %d connections, %d processes of the bot\n\n", r.Machine, r.Options.Seed, r.Options.For, r.Options.Connections, r.Options.Replicas)
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "a second\tp50\tp99\tp99.9\tbot\tharness\t")
	for _, w := range r.Rows {
		if l := w.Load; l != nil {
			fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%d µs\t%d µs\t  %s\n", count(int(l.PerSecond)), ms(l.P50), ms(l.P99), ms(l.P999), l.Bot.Microseconds(), l.Here.Microseconds(), w.What)
		}
	}
	t.Flush()
	fmt.Fprint(out, "bot: its processors' time for each request; harness: that of the load generator and the made-up Slack, which share the machine with it.\n\n")
	for _, w := range r.Rows {
		if i := w.Import; i != nil {
			fmt.Fprintf(out, "%8s leads/s  %4d µs of a processor a lead  %5.0f MB at most  %5d bytes a lead  %s\n", count(int(i.PerSecond)), i.Busy.Microseconds(), i.Most, i.Bytes, w.What)
		}
	}
	for _, w := range r.Rows {
		if w.Load == nil && w.Import == nil {
			fmt.Fprintf(out, "%10.1f  %s\n", w.Value, w.What)
		}
	}
	for _, why := range r.Skipped {
		fmt.Fprintln(out, "skipped:", why)
	}
	fmt.Fprintln(out)
	for _, a := range r.Aims {
		fmt.Fprintln(out, a)
	}
}

func (r *report) write(file string) error {
	body, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(body, '\n'), 0o644)
}

func ms(d time.Duration) string { return fmt.Sprintf("%.2f ms", milliseconds(d)) }

// count writes a number as people read it: 12,450.
func count(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
