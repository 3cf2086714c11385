package bot

import (
	"bytes"
	"encoding/csv"
	"regexp"
	"strconv"
	"strings"
	"time"

	"relevo/handoff"
	"relevo/internal/text"
)

// sheetColumns are the columns of a sheet, the last two only for whoever may see how single people decide. What a person is
// called, and how to reach them, is in none: a file goes further than the workspace.
var sheetColumns = []string{"lead", "round", "received", "offered", "decided", "source", "campaign", "state", "reason_key", "reason", "lane", "took", "worked", "owner", "decided_by"}

// sheetCSV writes rounds as a file that spreadsheets open as they are in the language: UTF-8 with its mark, and in Spanish
// with semicolons and decimal commas. Times are those of the zone. whose says whether it tells whose the leads are.
func sheetCSV(p *text.Printer, reasons handoff.Reasons, zone *time.Location, rounds []handoff.Round, whose bool) []byte {
	var b bytes.Buffer
	b.WriteString("\ufeff")
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	if p.Lang() == "es" {
		w.Comma = ';'
	}
	columns := len(sheetColumns)
	if !whose {
		columns -= 2
	}
	write := func(cells []string) { w.Write(cells[:columns]) } // a buffer takes everything
	head := make([]string, len(sheetColumns))
	for i, column := range sheetColumns {
		head[i] = p.T("sheet.col." + column)
	}
	write(head)
	at := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.In(zone).Format("2006-01-02 15:04")
	}
	hours := func(d *time.Duration) string {
		if d == nil {
			return ""
		}
		s := strconv.FormatFloat(d.Hours(), 'f', 2, 64)
		if p.Lang() == "es" {
			return strings.Replace(s, ".", ",", 1)
		}
		return s
	}
	for _, r := range rounds {
		reason, lane := "", ""
		if r.Reason != "" {
			reason = reasonName(p, reasons, r.Reason, r.Decided)
			if l := reasons.Lane(r.Reason); l != "" {
				lane = p.T("lane." + string(l))
			}
		}
		write([]string{
			strconv.FormatInt(r.Lead, 10), strconv.Itoa(r.Round), at(r.Received), at(r.Offered), at(r.Decided), literal(r.Source), literal(r.Campaign),
			p.T("sheet.state." + string(r.State())), literal(r.Reason), literal(reason), lane, hours(r.Took), hours(r.Worked), member(r.Owner), member(r.By),
		})
	}
	w.Flush()
	return b.Bytes()
}

// formula is the beginning of what a spreadsheet would calculate, also of a cell that begins where another separator cuts.
var formula = regexp.MustCompile(`(^|[,;|] *)([=+\-@＝＋－＠])`)

// literal writes somebody's words into a cell so that they stay words.
func literal(s string) string { return formula.ReplaceAllString(oneLine(s), "$1'$2") }

// member is a Slack user id, and nothing for the names that imported history has.
func member(user string) string {
	if userID.MatchString(user) {
		return user
	}
	return ""
}
