package bot

import (
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/store"
	"relevo/store/storetest"
)

// diary is a store in which things happen at their times.
type diary struct {
	t  *testing.T
	s  *store.Store
	ws store.Workspace
	n  int
}

func newDiary(t *testing.T) *diary {
	t.Helper()
	s := storetest.Open(t)
	ws, err := s.DefaultWorkspace(t.Context(), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	ws.Zone = "Europe/Madrid"
	if err := s.SaveWorkspace(t.Context(), ws); err != nil {
		t.Fatal(err)
	}
	return &diary{t: t, s: s, ws: ws}
}

// arrives hands a lead over and returns it.
func (d *diary) arrives(source, campaign string, at time.Time) handoff.Lead {
	d.t.Helper()
	d.n++
	a, err := handoff.Arrival{
		Person: handoff.Person{Name: fmt.Sprintf("Lead %d", d.n), Email: fmt.Sprintf("lead%d@example.com", d.n)},
		Touch:  handoff.Touch{Source: source, Campaign: campaign}, At: at,
	}.Clean()
	if err != nil {
		d.t.Fatal(err)
	}
	receipts, err := d.s.AddLeads(d.t.Context(), d.ws, []handoff.Arrival{a})
	if err != nil {
		d.t.Fatal(err)
	}
	lead, err := d.s.LeadByNumber(d.t.Context(), d.ws.ID, receipts[0].Number)
	if err != nil {
		d.t.Fatal(err)
	}
	return lead
}

// decides accepts the lead when the reason is empty.
func (d *diary) decides(lead handoff.Lead, reason, note string, at time.Time) handoff.Decision {
	d.t.Helper()
	d.n++
	rules := d.ws.Rules()
	_, decision, err := d.s.Decide(d.t.Context(), d.ws.ID, lead.ID, fmt.Sprint("submission ", d.n), func(l handoff.Lead) (handoff.Decision, error) {
		if reason == "" {
			return rules.Accept(l, l.Round, handoff.Actor{User: "U1"}, handoff.Acceptance{Need: note}, at)
		}
		return rules.Reject(l, l.Round, handoff.Actor{User: "U1"}, handoff.Rejection{Reason: reason, Note: note}, at)
	}, rules)
	if err != nil {
		d.t.Fatal(err)
	}
	return decision
}

func (d *diary) digest(week handoff.Week, now time.Time) handoff.Figures {
	d.t.Helper()
	f, err := Digest(d.t.Context(), d.s, d.ws, week, nil, now)
	if err != nil {
		d.t.Fatal(err)
	}
	return f
}

// The figures are those of the rows: what happened just inside the week counts, what happened just outside does not.
func TestDigestFromStore(t *testing.T) {
	d := newDiary(t)
	week := handoff.Week{Year: 2026, Number: 43, Zone: d.ws.Location()} // its Sunday has 25 hours
	start, end := week.Start(), week.End()
	monday := start.Add(9 * time.Hour)

	old := d.arrives("Fair", "Spring", week.Add(-2).Start())
	d.decides(old, "no-need-now", "", start.Add(-time.Millisecond)) // before the week
	late := d.arrives("Google", "Brand", start.Add(-time.Millisecond))
	a, b, c := d.arrives("Google", "Brand", start), d.arrives("Google", "", monday), d.arrives("Webinar", "Cold chain", monday)
	last := d.arrives("Webinar", "Cold chain", end.Add(-time.Millisecond))
	d.arrives("Webinar", "Cold chain", end) // after the week
	d.decides(a, "", "two vans", monday.Add(time.Hour))
	d.decides(b, "wrong-size", "", monday.Add(2*time.Hour))
	slip := d.decides(c, "other-team", "", monday.Add(3*time.Hour))
	if _, err := d.s.TakeBack(t.Context(), d.ws.ID, c.ID, slip.ID, func(l handoff.Lead, first handoff.Decision) (handoff.Decision, error) {
		return d.ws.Rules().TakeBack(l, first, handoff.Actor{User: "U1"}, "a slip", monday.Add(4*time.Hour))
	}, d.ws.Rules()); err != nil {
		t.Fatal(err)
	}
	d.decides(c, "", "a ramp", monday.Add(5*time.Hour))
	d.decides(last, "bad-timing", "", end) // after the week

	f := d.digest(week, week.DigestAt())
	if want := (handoff.Counts{Week: week, Received: 4, Accepted: 2, Rejected: 1}); f.Counts != want {
		t.Errorf("got %+v, want %+v", f.Counts, want)
	}
	if f.Norm != 2 || f.Usual != 1 || len(f.Trend) != 3 || f.Acceptance != (handoff.Proportion{Count: 2, Of: 3}) || f.Running {
		t.Errorf("got a norm of %d weeks, usually %v, acceptance %v", f.Norm, f.Usual, f.Acceptance)
	}
	if f.Backlog != (handoff.Backlog{Open: 2, Overdue: 1}) {
		t.Errorf("backlog: got %+v", f.Backlog)
	}
	if want := (handoff.Pace{Timed: 3, Median: 2 * time.Hour, P90: 5 * time.Hour}); f.Pace != want {
		t.Errorf("pace: got %+v, want %+v", f.Pace, want)
	}
	want := []handoff.Need{{Number: c.Number, Source: "Webinar", Campaign: "Cold chain", Text: "a ramp"}, {Number: a.Number, Source: "Google", Campaign: "Brand", Text: "two vans"}}
	if !reflect.DeepEqual(f.Needs, want) {
		t.Errorf("needs: got %+v, want %+v", f.Needs, want)
	}
	if f.LateAll != 1 || len(f.Late) != 1 || f.Late[0].Number != late.Number {
		t.Errorf("late: got %d, %+v", f.LateAll, f.Late)
	}

	// A later week's digest says what is past due by then; this one no longer does, and is otherwise the same.
	after := d.digest(week, week.Add(1).DigestAt())
	if len(after.Late) != 0 {
		t.Errorf("the digest of an old week lists %+v", after.Late)
	}
	after.Late, after.LateAll = f.Late, f.LateAll
	if !reflect.DeepEqual(after, f) {
		t.Errorf("seen a week later:\ngot  %+v\nwant %+v", after, f)
	}

	running := d.digest(week, monday.Add(90*time.Minute))
	if !running.Running || running.Backlog.Open != 3 {
		t.Errorf("on its Monday: running %v, %+v", running.Running, running.Backlog)
	}
	if _, err := Digest(t.Context(), d.s, d.ws, week, nil, start.Add(-1)); !errors.Is(err, handoff.ErrWeekAhead) {
		t.Errorf("a week ahead: got %v", err)
	}
}

// Before the first lead there is nothing to say, and nothing to compare with.
func TestDigestOfAnEmptyStore(t *testing.T) {
	d := newDiary(t)
	week := handoff.Week{Year: 2026, Number: 47, Zone: d.ws.Location()}
	f := d.digest(week, week.DigestAt())
	if f.Offered()+f.Decided() != 0 || f.Norm != 0 {
		t.Errorf("got %+v", f)
	}
	parts := DigestBlocks(texts(t).In("en"), f, DigestOptions{})
	if want := "Weekly digest, 16–22 Nov 2026\nA quiet week: no leads came in, and none were decided."; len(parts) != 1 || parts[0].Text != want {
		t.Errorf("got %+v", parts)
	}
}

// What came back because its day had come is told with what became of it until the week's end, and over thirteen weeks.
func TestDigestTellsWhatCameBack(t *testing.T) {
	d := newDiary(t)
	week := handoff.Week{Year: 2026, Number: 47, Zone: madrid(t)}
	long := week.Add(-10).Start().Add(10 * time.Hour)
	back := func(number int64) handoff.Lead {
		t.Helper()
		l, err := d.s.LeadByNumber(t.Context(), d.ws.ID, number)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	for range 4 {
		d.decides(d.arrives("Webinar", "", long), "unreachable", "", long.Add(time.Hour)) // back after 30 days
	}
	first := back(1).Back
	if n, err := d.s.ReturnDue(t.Context(), first); err != nil || n != 4 {
		t.Fatalf("%d leads came back (%v), want 4", n, err)
	}
	at := first.Add(time.Hour)
	d.decides(back(1), "", "They need it now", at)
	d.decides(back(2), "wrong-size", "", at)
	d.decides(back(3), "unreachable", "", at) // and back once more
	if n, err := d.s.ReturnDue(t.Context(), back(3).Back); err != nil || n != 1 {
		t.Fatalf("%d leads came back (%v), want 1", n, err)
	}
	d.decides(back(3), "", "Now they do", back(3).Offered.Add(time.Hour))

	then := handoff.WeekOf(first, madrid(t))
	f := d.digest(then, then.DigestAt())
	if want := (handoff.Returns{Offered: 4, Accepted: 1, Rejected: 1, NotNow: 1, Open: 1}); f.Back != want || f.Lately != want {
		t.Errorf("the week has %+v, thirteen weeks have %+v, want %+v", f.Back, f.Lately, want)
	}
	again := handoff.WeekOf(back(3).Offered, madrid(t))
	f = d.digest(again, again.DigestAt())
	if want := (handoff.Returns{Offered: 1, Accepted: 1}); f.Back != want {
		t.Errorf("the second week has %+v, want %+v", f.Back, want)
	}
	if want := (handoff.Returns{Offered: 5, Accepted: 2, Rejected: 1, NotNow: 1, Open: 1}); f.Lately != want {
		t.Errorf("thirteen weeks have %+v, want %+v", f.Lately, want)
	}
	if f = d.digest(then.Add(handoff.ReturnWeeks), then.Add(handoff.ReturnWeeks+1).Start()); f.Lately.Offered != 1 {
		t.Errorf("after thirteen weeks %+v is left, want one", f.Lately)
	}
}
