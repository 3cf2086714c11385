package cli

import (
	"bytes"
	"database/sql"
	"encoding/csv"
	"errors"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"relevo/bot"
	"relevo/handoff"
)

// realReasons says of the real file's tags what reason they are, as its owner would on the command line.
const realReasons = "Tags:Already a student=existing-customer,Not doing further education=not-a-buyer,Diploma holder (Not Eligible)=not-a-buyer," +
	"invalid number=wrong-data,wrong number given=wrong-data,number not provided=wrong-data,Ringing=unreachable,switched off=unreachable," +
	"opp hangup=unreachable,Busy=unreachable,Interested in other courses=other-team,Interested in full time MBA=other-team," +
	"Graduation in progress=bad-timing,Will revert after reading the email=no-need-now"

// rawSchema holds the file as it is, and says in plain SQL what its cells mean.
const rawSchema = `
	CREATE TABLE raw (source TEXT, origin TEXT, tags TEXT, converted TEXT, received TEXT, decided TEXT);
	CREATE TABLE span (name TEXT, starts TEXT, ends TEXT);
	CREATE TABLE tag (said TEXT, reason TEXT, aside INT);
	INSERT INTO tag VALUES ('', 'no-reason-given', 0),
		('already a student', 'existing-customer', 1), ('not doing further education', 'not-a-buyer', 0), ('diploma holder (not eligible)', 'not-a-buyer', 0),
		('invalid number', 'wrong-data', 0), ('wrong number given', 'wrong-data', 0), ('number not provided', 'wrong-data', 0), ('ringing', 'unreachable', 1),
		('switched off', 'unreachable', 1), ('opp hangup', 'unreachable', 1), ('busy', 'unreachable', 1), ('interested in other courses', 'other-team', 1),
		('interested in full time mba', 'other-team', 1), ('graduation in progress', 'bad-timing', 1), ('will revert after reading the email', 'no-need-now', 1);
	CREATE VIEW lead AS
		SELECT origin AS campaign, received, decided, converted = '1' AS accepted, converted = '0' AS rejected, converted = '0' AND aside AS aside,
			CASE WHEN converted = '0' THEN reason END AS reason,
			CASE source WHEN 'google' THEN 'Google' WHEN 'bing' THEN 'Bing' WHEN 'Organic Search' THEN 'Organic search' WHEN 'Direct Traffic' THEN 'Direct traffic'
				WHEN 'Social Media' THEN 'Social media' WHEN 'Pay per Click Ads' THEN 'Paid search' ELSE source END AS source
		FROM raw LEFT JOIN tag ON said = lower(replace(tags, '  ', ' ')) WHERE converted = '1' OR said IS NOT NULL;
	CREATE VIEW came AS SELECT name, lead.* FROM span JOIN lead ON received >= starts AND received < ends;
	CREATE VIEW done AS SELECT name, lead.* FROM span JOIN lead ON decided >= starts AND decided < ends;`

// rawCounts counts everything that is compared, by what it is called here.
const rawCounts = `
	SELECT name || ' received', count(*) FROM came GROUP BY 1
	UNION ALL SELECT name || ' accepted', sum(accepted) FROM done GROUP BY 1
	UNION ALL SELECT name || ' rejected', sum(rejected) FROM done GROUP BY 1
	UNION ALL SELECT name || ' decided', count(*) FROM done GROUP BY 1
	UNION ALL SELECT name || ' base', sum(NOT aside) FROM done GROUP BY 1
	UNION ALL SELECT name || ' open', count(*) FROM span JOIN lead ON received < ends AND decided >= ends GROUP BY 1
	UNION ALL SELECT name || ' reason ' || reason, count(*) FROM done WHERE rejected GROUP BY 1
	UNION ALL SELECT name || ' source ' || source || ' received', count(*) FROM came GROUP BY 1
	UNION ALL SELECT name || ' source ' || source || ' accepted', sum(accepted) FROM done GROUP BY 1
	UNION ALL SELECT name || ' source ' || source || ' base', sum(NOT aside) FROM done GROUP BY 1
	UNION ALL SELECT name || ' source ' || source || ' aside', sum(aside) FROM done GROUP BY 1
	UNION ALL SELECT name || ' campaign ' || campaign || ' received', count(*) FROM came GROUP BY 1
	UNION ALL SELECT name || ' campaign ' || campaign || ' accepted', sum(accepted) FROM done GROUP BY 1
	UNION ALL SELECT name || ' campaign ' || campaign || ' base', sum(NOT aside) FROM done GROUP BY 1
	UNION ALL SELECT name || ' campaign ' || campaign || ' aside', sum(aside) FROM done GROUP BY 1`

// counts are figures by what they are called; what is zero is not in it.
type counts map[string]int

func (c counts) add(n int, name ...any) {
	if n != 0 {
		c[strings.TrimSuffix(fmt.Sprintln(name...), "\n")] += n
	}
}

func (c counts) records(all []handoff.Record, name ...string) {
	for _, r := range all {
		if r.Others > 0 {
			panic("a row sums up others")
		}
		of := strings.Join(append(name, r.Name), " ")
		c.add(r.Received, of, "received")
		c.add(r.Accepted.Count, of, "accepted")
		c.add(r.Accepted.Of, of, "base")
		c.add(r.Aside, of, "aside")
	}
}

func (c counts) reasons(lanes []handoff.LaneCount, name string) {
	for _, lane := range lanes {
		for _, r := range lane.Reasons {
			c.add(r.Week.Count, name, "reason", r.Reason)
		}
	}
}

// The figures of a real export, imported as history, are those of plain SQL over its rows: week by week and in all.
func TestRealFiguresEqualSQL(t *testing.T) {
	const path = "../../../shared/data/x-education/Leads.csv"
	if _, err := os.Stat(path); err != nil {
		t.Skip("the real file is not here:", err)
	}
	madrid, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		t.Fatal(err)
	}
	monday := func(i int) time.Time { return time.Date(2026, 8, 31+7*i, 0, 0, 0, 0, madrid) } // of the week 2026-W36 and those after it
	now := func() time.Time { return monday(13).Add(10 * time.Hour) }
	dated := filepath.Join(t.TempDir(), "Leads.csv")
	raw := spread(t, path, dated, monday(0), monday(12))
	var weeks []handoff.Week
	addSpan := func(name string, from, to int) {
		if _, err := raw.ExecContext(t.Context(), `INSERT INTO span VALUES (?, ?, ?)`, name, stamp(monday(from)), stamp(monday(to))); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 13 { // the last decisions come in the week after the last leads
		w := handoff.WeekOf(monday(i).Add(time.Hour), madrid)
		weeks = append(weeks, w)
		addSpan(w.String(), i, i+1)
	}
	addSpan("all", 0, 13)
	addSpan("norm", 4, 12) // of the last week
	want := sqlCounts(t, raw)

	settings := map[string]string{"RELEVO_DB": filepath.Join(t.TempDir(), "relevo.db"), "RELEVO_TIMEZONE": madrid.String()}
	if code, out, stderr := run(t, settings, now, "import", dated, "--history", "--map", "external_id=Prospect ID", "--map", "source=Lead Source",
		"--map", "campaign=Lead Origin", "--empty", "Select", "--decision", "Converted:1=accepted,0=rejected", "--reason", realReasons, "--refused", filepath.Join(t.TempDir(), "refused.csv")); code != exitOK {
		t.Fatalf("%d %s%s", code, out, stderr)
	}
	db, ws, err := openStore(t.Context(), Config{DB: settings["RELEVO_DB"], Zone: madrid, Language: "en"}, now)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	reasons := ws.Rules().Reasons
	got := counts{}
	stats := func(name string, from, to time.Time) []handoff.Record { // as /mql stats shows them
		tallies, err := db.Tally(t.Context(), ws.ID, from, to)
		if err != nil {
			t.Fatal(err)
		}
		sources := handoff.Records(handoff.BySource, tallies, reasons, 25)
		got.records(sources, name, "source")
		got.records(handoff.Records(handoff.ByCampaign, tallies, reasons, 25), name, "campaign")
		got.reasons(handoff.LanesOf(tallies, reasons), name)
		byRep, err := db.RepTally(t.Context(), ws.ID, from, to)
		if all, people := handoff.Total(tallies, reasons), handoff.RepTotal(byRep, reasons); err != nil || people.Accepted != all.Accepted || people.Aside != all.Aside {
			t.Errorf("%s: by rep %+v, %v; in all %+v", name, people, err, all)
		}
		return sources
	}
	digest := func(w handoff.Week) handoff.Figures {
		f, err := bot.Digest(t.Context(), db, ws, w, nil, now())
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	head := func(name string, c handoff.Counts) {
		got.add(c.Received, name, "received")
		got.add(c.Accepted, name, "accepted")
		got.add(c.Rejected, name, "rejected")
		got.add(c.Decided(), name, "decided")
	}
	var last handoff.Figures
	var whole handoff.Counts
	base := 0
	for i, w := range weeks {
		name := w.String()
		last = digest(w)
		head(name, last.Counts)
		got.add(last.Acceptance.Of, name, "base")
		base += last.Acceptance.Of
		got.add(last.Backlog.Open, name, "open")
		whole.Received, whole.Accepted, whole.Rejected = whole.Received+last.Received, whole.Accepted+last.Accepted, whole.Rejected+last.Rejected
		stats(name, monday(i), monday(i+1))
		shares(t, want, name+" source", last.Sources)
		shares(t, want, name+" campaign", last.Campaigns)
		inDigest := counts{}
		inDigest.reasons(last.Lanes, name)
		equal(t, "reasons of the digest", inDigest, want.of(name+" reason "))
	}
	head("all", whole)
	sources := stats("all", monday(0), monday(13))
	got.add(base, "all base")
	norm := want.of("norm ")
	maps.DeleteFunc(want, func(name string, _ int) bool { return norm[name] != 0 })
	equal(t, "all figures", got, want)

	// The last week's digest: its trend, and what it is measured against.
	for _, c := range last.Trend {
		for kind, n := range map[string]int{"received": c.Received, "accepted": c.Accepted, "rejected": c.Rejected, "decided": c.Decided()} {
			if key := c.Week.String() + " " + kind; n != want[key] {
				t.Errorf("the trend's %s: %d, SQL says %d", key, n, want[key])
			}
		}
	}
	before := handoff.Proportion{Count: norm["norm accepted"], Of: norm["norm base"]}
	if len(last.Trend) != 12 || last.Norm != 8 || last.Before != before || last.Usual != float64(norm["norm received"])/8 {
		t.Errorf("trend of %d weeks; norm of %d weeks with %+v and %v a week; SQL says %+v and %d in 8", len(last.Trend), last.Norm, last.Before, last.Usual, before, norm["norm received"])
	}
	for _, r := range sources[:5] {
		wilson(t, r.Name, r.Accepted)
	}
	wilson(t, "the norm", last.Before)
	t.Logf("%d figures are equal; %d leads, %d of them accepted", len(got), want["all received"], want["all accepted"])
}

// stamp writes a time so that the order of texts is that of times.
func stamp(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05Z") }

// spread writes the file anew with dates: its rows come in from one time until before another, in their order, and are decided up to a hundred hours later. It
// returns a database with the same rows.
func spread(t *testing.T, path, to string, from, until time.Time) *sql.DB {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(content)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	raw, err := sql.Open("sqlite3", filepath.Join(t.TempDir(), "raw.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { raw.Close() })
	if _, err := raw.ExecContext(t.Context(), rawSchema); err != nil {
		t.Fatal(err)
	}
	tx, err := raw.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	column := func(name string) int { return slices.Index(rows[0], name) }
	for i, row := range rows[1:] {
		received := from.Add(until.Sub(from) / time.Duration(len(rows)) * time.Duration(i))
		decided := received.Add(time.Duration(i%100) * time.Hour)
		rows[i+1] = append(row, stamp(received), stamp(decided))
		if _, err := tx.ExecContext(t.Context(), `INSERT INTO raw VALUES (?, ?, ?, ?, ?, ?)`, row[column("Lead Source")], row[column("Lead Origin")], row[column("Tags")],
			row[column("Converted")], stamp(received), stamp(decided)); err != nil {
			t.Fatal(err)
		}
	}
	rows[0] = append(rows[0], "received_at", "decided_at")
	var out bytes.Buffer
	if err := errors.Join(tx.Commit(), csv.NewWriter(&out).WriteAll(rows), os.WriteFile(to, out.Bytes(), 0o600)); err != nil {
		t.Fatal(err)
	}
	return raw
}

func sqlCounts(t *testing.T, raw *sql.DB) counts {
	t.Helper()
	rows, err := raw.QueryContext(t.Context(), rawCounts)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	all := counts{}
	for rows.Next() {
		var name string
		var n int
		if err := rows.Scan(&name, &n); err != nil {
			t.Fatal(err)
		}
		all.add(n, name)
	}
	if rows.Err() != nil || len(all) == 0 {
		t.Fatalf("%d counts, %v", len(all), rows.Err())
	}
	return all
}

// of returns those counts whose names begin so.
func (c counts) of(prefix string) counts {
	some := counts{}
	for name, n := range c {
		if strings.HasPrefix(name, prefix) {
			some[name] = n
		}
	}
	return some
}

func equal(t *testing.T, what string, got, want counts) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if got[name] != want[name] {
			t.Errorf("%s: %s is %d, SQL says %d", what, name, got[name], want[name])
		}
	}
	for name, n := range got {
		if _, known := want[name]; !known {
			t.Errorf("%s: %s is %d, SQL knows none", what, name, n)
		}
	}
}

// shares holds that the rows of a digest say what SQL says, and that together they leave nothing out.
func shares(t *testing.T, want counts, of string, all []handoff.Share) {
	t.Helper()
	left := counts{}
	for name, n := range want.of(of + " ") {
		left[name[strings.LastIndexByte(name, ' ')+1:]] += n
	}
	for _, s := range all {
		for kind, n := range map[string]int{"received": s.Received, "accepted": s.Accepted.Count, "base": s.Accepted.Of} {
			left[kind] -= n
			if key := of + " " + s.Name + " " + kind; s.Others == 0 && n != want[key] {
				t.Errorf("the digest's %s is %d, SQL says %d", key, n, want[key])
			}
		}
	}
	if left["received"] != 0 || left["accepted"] != 0 || left["base"] != 0 {
		t.Errorf("the digest leaves out of %s: %v", of, left)
	}
}

// wilson computes the interval anew, as docs/figures.md writes it.
func wilson(t *testing.T, what string, x handoff.Proportion) {
	t.Helper()
	const z = 1.959963984540054
	n, p := float64(x.Of), float64(x.Count)/float64(x.Of)
	half := z * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	wantLow, wantHigh := (p+z*z/(2*n)-half)/(1+z*z/n), (p+z*z/(2*n)+half)/(1+z*z/n)
	if low, high := x.Interval(); math.Abs(low-wantLow) > 1e-12 || math.Abs(high-wantHigh) > 1e-12 {
		t.Errorf("%s, %+v: %v to %v, want %v to %v", what, x, low, high, wantLow, wantHigh)
	}
}
