package bot

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"relevo/handoff"
	"relevo/internal/text"
)

// How many characters of a need note are quoted, and on how many lines.
const (
	maxQuote      = 400
	maxQuoteLines = 5
)

// digestSheets lays a digest out. A part has the same number in every digest.
func digestSheets(p *text.Printer, f handoff.Figures, opts DigestOptions) []sheet {
	sheets := []sheet{topSheet(p, f)}
	for i, s := range []sheet{
		sharesSheet(p, f, "source", f.Sources), sharesSheet(p, f, "campaign", f.Campaigns),
		reasonsSheet(p, f), changedSheet(p, f), needsSheet(p, f), owesSheet(p, f, opts),
	} {
		if len(s.items) > 0 {
			s.part = i + 1
			sheets = append(sheets, s)
		}
	}
	return sheets
}

func topSheet(p *text.Printer, f handoff.Figures) sheet {
	key := "digest.title"
	if f.Running {
		key = "digest.title.running"
	}
	s := sheet{title: p.T(key, "Days", weekDays(p, f.Week))}
	s.items = append(s.items, prose(verdictText(p, f)))
	if figures := keyFigures(p, f); len(figures) > 0 {
		s.items = append(s.items, figures)
	}
	if lines := warningLines(p, f); len(lines) > 0 {
		s.items = append(s.items, heading(p.T("warning.title")), lines)
	}
	if t, ok := weekTrend(p, f); ok {
		s.items = append(s.items, t)
	}
	if f.Acceptance.Of > 0 && f.Acceptance.Of < f.Decided() {
		s.items = append(s.items, remark(p.T("digest.base")))
	}
	if f.Norm == 0 && f.Offered()+f.Decided() > 0 {
		s.items = append(s.items, remark(p.T("digest.first")))
	}
	s.items = append(s.items, inForce(p, f)...)
	if f.Offered()+f.Decided() > 0 {
		s.items = append(s.items, sheetOffer{f.Week, p.T("sheet.button")})
	}
	return s
}

// keyFigures is empty when there is nothing to count.
func keyFigures(p *text.Printer, f handoff.Figures) figureList {
	if f.Offered()+f.Decided()+f.Backlog.Open == 0 {
		return nil
	}
	received := p.Int(f.Received)
	if f.Norm > 0 && !f.Running {
		received += ", " + p.T("digest.usually", "Usual", average(p, f.Usual))
	}
	if f.Returned > 0 {
		received += "; " + p.N("digest.returned", f.Returned)
	}
	decided := p.Int(f.Decided()) + each(p, counted{"digest.accepted", f.Accepted}, counted{"digest.rejected", f.Rejected}, counted{"digest.not_now", f.NotNow})
	open := p.Int(f.Backlog.Open)
	switch late := f.Backlog.Overdue; {
	case late == 0:
	case late == f.Backlog.Open:
		open += ", " + p.N("digest.past_due.all", late)
	default:
		open += ", " + p.N("digest.past_due", late)
	}
	list := figureList{{p.T("digest.received"), received}, {p.T("digest.decided"), decided}, {p.T("digest.open"), open}}
	if f.Pace.Timed > 0 {
		list = append(list, figure{p.T("digest.pace"), p.T("digest.pace.value", "Median", worked(p, f.Pace.Median), "P90", worked(p, f.Pace.P90))})
	}
	if f.Lately.Offered > 0 {
		list = append(list, figure{p.T("digest.back"), backText(p, f)})
	}
	return list
}

// counted is a count with the key of its words.
type counted struct {
	key   string
	count int
}

// each lists what is not zero behind its sum; nothing when all of it is.
func each(p *text.Printer, all ...counted) string {
	var said []string
	for _, c := range all {
		if c.count > 0 {
			said = append(said, p.N(c.key, c.count))
		}
	}
	if len(said) == 0 {
		return ""
	}
	return ": " + strings.Join(said, ", ")
}

// backText says what came back from a "not now", and how often that was worth the wait.
func backText(p *text.Printer, f handoff.Figures) string {
	r := f.Back
	said := p.Int(r.Offered) + each(p, counted{"digest.accepted", r.Accepted}, counted{"digest.rejected", r.Rejected},
		counted{"digest.back.not_now", r.NotNow}, counted{"digest.back.open", r.Open})
	weeks := p.Int(handoff.ReturnWeeks)
	switch lately := f.Lately.Acceptance(); {
	case lately.Of == 0:
		return said
	case lately.Small():
		return said + "; " + p.T("digest.back.few", "Weeks", weeks, "Of", ofText(p, lately))
	default:
		return said + "; " + p.T("digest.back.lately", "Weeks", weeks, "Of", ofText(p, lately), "Share", intervalText(p, lately))
	}
}

// changeMark stands behind the name of a week in which a version came into force.
const changeMark = "*"

// weekTrend is the chart; false when one week or nothing at all is all there is to show.
func weekTrend(p *text.Printer, f handoff.Figures) (trend, bool) {
	t := trend{title: p.T("digest.chart"), number: p.Int, table: grid{head: []string{p.T("digest.chart.week")}}}
	t.table.rows = make([]gridRow, len(f.Trend))
	some := false
	for i, c := range f.Trend {
		name := shortDay(p, c.Week.Start())
		if len(f.Versions.In(c.Week)) > 0 {
			name += changeMark
		}
		t.weeks = append(t.weeks, name)
		t.table.rows[i].cells = []string{t.weeks[i]}
		some = some || c.Offered()+c.Decided() > 0
	}
	for _, s := range []struct {
		key   string
		count func(handoff.Counts) int
		drawn bool
	}{
		{"digest.chart.received", func(c handoff.Counts) int { return c.Received }, true},
		{"digest.chart.accepted", func(c handoff.Counts) int { return c.Accepted }, true},
		{"digest.chart.rejected", func(c handoff.Counts) int { return c.Rejected }, true},
		{"digest.chart.not_now", func(c handoff.Counts) int { return c.NotNow }, false},
	} {
		series := trendSeries{name: p.T(s.key)}
		for i, c := range f.Trend {
			series.counts = append(series.counts, s.count(c))
			series.shown = append(series.shown, p.Int(s.count(c)))
			t.table.rows[i].cells = append(t.table.rows[i].cells, p.Int(s.count(c)))
		}
		t.table.head = append(t.table.head, series.name)
		if s.drawn {
			t.series = append(t.series, series)
		}
	}
	return t, some && len(f.Trend) > 1
}

// sharesSheet is the acceptance by source or by campaign; without items when nobody named one.
func sharesSheet(p *text.Printer, f handoff.Figures, by string, shares []handoff.Share) sheet {
	s := sheet{title: p.T("digest." + by + "s")}
	if len(shares) == 0 || len(shares) == 1 && shares[0].Name == "" {
		return s
	}
	g := grid{head: []string{p.T("digest.col." + by), p.T("digest.col.accepted")}}
	if f.Norm > 0 {
		g.head = append(g.head, p.T("digest.col.before"))
	}
	g.head = append(g.head, p.T("digest.col.received")) // last: a narrow window shows the first columns
	changed := false
	for _, sh := range shares {
		name := oneLine(sh.Name)
		switch {
		case sh.Others > 0:
			name = p.N("digest.others", sh.Others)
		case name == "":
			name = p.T("digest.no_" + by)
		}
		row := []string{name, ""}
		switch {
		case !sh.Accepted.Small():
			row[1] = ofText(p, sh.Accepted) + " · " + intervalText(p, sh.Accepted) + arrow(sh.Change)
		case sh.Accepted.Of > 0:
			row[1] = ofText(p, sh.Accepted) + " · " + p.T("digest.few")
		}
		if f.Norm > 0 {
			before := ""
			if !sh.Before.Small() {
				before = p.Percent(sh.Before.Share())
			}
			row = append(row, before)
		}
		row = append(row, p.Int(sh.Received))
		changed = changed || sh.Change != handoff.Unclear
		g.rows = append(g.rows, gridRow{cells: row})
	}
	s.items = append([]digestItem{g, remark(p.T("digest.shares.note") + changedNote(p, f, changed))}, changedBetween(p, f)...)
	return s
}

// reasonsSheet is why leads were not accepted; without items when all were.
func reasonsSheet(p *text.Printer, f handoff.Figures) sheet {
	s := sheet{title: p.T("digest.reasons")}
	if len(f.Lanes) == 0 {
		return s
	}
	g := grid{head: []string{p.T("digest.col.reason"), p.T("digest.col.week")}}
	if f.Norm > 0 {
		g.head = append(g.head, p.T("digest.col.usual"))
	}
	add := func(name string, count int, change handoff.Direction, usual float64, sum bool) {
		row := []string{name, p.Int(count) + arrow(change)}
		if f.Norm > 0 {
			row = append(row, average(p, usual))
		}
		g.rows = append(g.rows, gridRow{cells: row, sum: sum})
	}
	changed := false
	for _, lane := range f.Lanes {
		if lane.Lane != "" {
			add(p.T("lane."+string(lane.Lane)), lane.Count, handoff.Unclear, lane.Usual, true)
		}
		for _, r := range lane.Reasons {
			changed = changed || r.Change != handoff.Unclear
			add(reasonName(p, f.Reasons, r.Reason, time.Time{}), r.Week.Count, r.Change, r.Usual, false)
		}
	}
	s.items = append([]digestItem{g, remark(p.T("digest.reasons.note") + changedNote(p, f, changed))}, changedBetween(p, f)...)
	if slices.ContainsFunc(f.Lanes, func(l handoff.LaneCount) bool { return l.Answerable() }) {
		s.items = append(s.items, press{actAnswerReason, "", p.T("digest.answer")})
	}
	return s
}

// needsSheet is what customers said they need, by campaign in the order in which the campaigns come first.
func needsSheet(p *text.Printer, f handoff.Figures) sheet {
	s := sheet{title: p.T("digest.needs")}
	var voices []*voice
	of := map[string]*voice{}
	for _, n := range f.Needs[:min(len(f.Needs), maxNeeds)] {
		campaign := cut(cmp.Or(oneLine(n.Campaign), oneLine(n.Source), p.T("digest.no_campaign")), maxCell)
		if of[campaign] == nil {
			of[campaign] = &voice{campaign: campaign}
			voices = append(voices, of[campaign])
		}
		of[campaign].quotes = append(of[campaign].quotes, quoted{
			text: cut(quotable(n.Text), maxQuote),
			from: joined(", ", cut(oneLine(n.Company), maxCell), fmt.Sprintf("#%d", n.Number)),
		})
	}
	for _, v := range voices {
		s.items = append(s.items, *v)
	}
	return s
}

// quotable leaves a note as it was typed, unless its lines would make it too tall.
func quotable(note string) string {
	if strings.Count(note, "\n") < maxQuoteLines {
		return note
	}
	return oneLine(note)
}

func changedNote(p *text.Printer, f handoff.Figures, changed bool) string {
	if !changed {
		return ""
	}
	return " " + p.T("digest.changed", "Weeks", p.N("digest.weeks_before", f.Norm))
}
