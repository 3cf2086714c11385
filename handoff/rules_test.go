package handoff

import (
	"errors"
	"strings"
	"testing"
	"time"
)

var (
	now      = time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC) // a Tuesday
	luke     = Actor{User: "U1"}
	outsider = Actor{User: "U9", External: true}
)

func rules() Rules {
	return Rules{Reasons: DefaultReasons(), Hours: DefaultHours(time.UTC), AnyoneDecides: true}
}

func openLead() Lead {
	return Lead{ID: 5, Workspace: 2, Number: 1042, State: Open, Round: 2, Owner: "U7", Offered: now.Add(-26 * time.Hour), Version: 3}
}

func TestAccept(t *testing.T) {
	l := openLead()
	d, err := rules().Accept(l, 2, luke, Acceptance{Need: " a price\x00 list ", Horizon: HorizonNow, Foreseen: ForeseenNo}, now)
	if err != nil {
		t.Fatal(err)
	}
	if d.Verdict != Accept || d.Note != "a price list" || d.Horizon != HorizonNow || d.Foreseen != ForeseenNo || d.Reason != "" || !d.Back.IsZero() {
		t.Errorf("got %+v", d)
	}
	if d.Workspace != 2 || d.LeadID != 5 || d.Round != 2 || d.By != "U1" || d.At != now || !d.Stands() {
		t.Errorf("got %+v", d)
	}
	if *d.Took != 26*time.Hour || *d.Worked != 10*time.Hour { // Monday 9:00 to 18:00 and one hour of Tuesday, though it came at 8:00
		t.Errorf("took %v, worked %v", *d.Took, *d.Worked)
	}
	l = rules().Decided(l, d)
	if l.State != Accepted || l.Owner != "U1" || l.Version != 4 || l.Round != 2 {
		t.Errorf("got %+v", l)
	}
	l.State, l.Offered = Open, time.Time{}
	if d, err := rules().Accept(l, 2, luke, Acceptance{Need: "x"}, now); err != nil || d.Took != nil || d.Worked != nil {
		t.Errorf("a lead without an offer's time: got %+v, %v", d, err)
	}
}

func TestReject(t *testing.T) {
	for _, r := range DefaultReasons() {
		l := openLead()
		d, err := rules().Reject(l, 2, luke, Rejection{Reason: r.Key, Note: "so"}, now)
		if err != nil {
			t.Errorf("%s: %v", r.Key, err)
			continue
		}
		l = rules().Decided(l, d)
		want, back := Rejected, time.Time{}
		if r.Lane == LaneTiming {
			want, back = Nurturing, time.Date(2026, 11, 24+r.Days, 9, 0, 0, 0, time.UTC)
		}
		if l.State != want || d.Reason != r.Key || d.Note != "so" || l.Back != back || d.Back != back || l.Owner != "U7" {
			t.Errorf("%s: got %+v by %+v", r.Key, l, d)
		}
		if _, err := rules().Reject(openLead(), 2, luke, Rejection{Reason: r.Key}, now); (err != nil) != r.NeedsNote {
			t.Errorf("%s without a note: %v", r.Key, err)
		}
	}
}

func TestWhatIsRefused(t *testing.T) {
	decided, long := openLead(), strings.Repeat("ñ", MaxNote+1)
	decided.State = Rejected
	accept := func(l Lead, round int, a Actor, need string) error {
		_, err := rules().Accept(l, round, a, Acceptance{Need: need}, now)
		return err
	}
	reject := func(in Rejection) error {
		_, err := rules().Reject(openLead(), 2, luke, in, now)
		return err
	}
	takeBack := func(l Lead, d Decision, a Actor, why string) error {
		_, err := rules().TakeBack(l, d, a, why, now)
		return err
	}
	for name, tt := range map[string]struct {
		got  error
		want string
	}{
		"an outsider accepts":       {accept(openLead(), 2, outsider, "x"), ErrOutsider.Error()},
		"an outsider, decided":      {accept(decided, 2, outsider, "x"), ErrOutsider.Error()},
		"an old card":               {accept(openLead(), 1, luke, "x"), ErrRoundOver.Error()},
		"an old card, decided":      {accept(decided, 1, luke, "x"), ErrRoundOver.Error()},
		"decided":                   {accept(decided, 2, luke, "x"), ErrAlreadyDecided.Error()},
		"decided, and no need note": {accept(decided, 2, luke, ""), ErrAlreadyDecided.Error()},
		"no need note":              {accept(openLead(), 2, luke, " \x00\n"), "need: missing"},
		"a long need note":          {accept(openLead(), 2, luke, long), "need: too_long"},
		"an answer of its own":      {ofItsOwn(rules().Accept(openLead(), 2, luke, Acceptance{Need: "x", Horizon: "someday", Foreseen: "perhaps"}, now)), "horizon: unknown; foreseen: unknown"},
		"no reason":                 {reject(Rejection{}), "reason: missing"},
		"an unknown reason":         {reject(Rejection{Reason: "ugly"}), "reason: unknown"},
		"a reason of history":       {reject(Rejection{Reason: NoReason}), "reason: unknown"},
		"other without a note":      {reject(Rejection{Reason: "other", Note: " "}), "note: missing"},
		"a long note, no reason":    {reject(Rejection{Note: long}), "reason: missing; note: too_long"},
		"back today":                {reject(Rejection{Reason: "bad-timing", Back: now}), "back: not_future"},
		"back in three years":       {reject(Rejection{Reason: "bad-timing", Back: now.AddDate(3, 0, 0)}), "back: too_far"},
		"a day nobody asked for":    {reject(Rejection{Reason: "wrong-size", Back: now.AddDate(-3, 0, 0)}), ""},
		"an outsider takes back":    {takeBack(decided, Decision{Round: 2}, outsider, "x"), ErrOutsider.Error()},
		"an old decision":           {takeBack(decided, Decision{Round: 1}, luke, "x"), ErrRoundOver.Error()},
		"taken back twice":          {takeBack(decided, Decision{Round: 2, TakenBackAt: now}, luke, "x"), ErrNotDecided.Error()},
		"an open lead":              {takeBack(openLead(), Decision{Round: 2}, luke, "x"), ErrNotDecided.Error()},
		"taken back without a why":  {takeBack(decided, Decision{Round: 2}, luke, ""), "why: missing"},
		"taken back":                {takeBack(decided, Decision{Round: 2}, luke, "x"), ""},
	} {
		got := ""
		if tt.got != nil {
			got = tt.got.Error()
		}
		if got != tt.want {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
	}
	if !errors.Is(&AlreadyDecided{}, ErrAlreadyDecided) || errors.Is(&AlreadyDecided{}, ErrNotDecided) {
		t.Error("AlreadyDecided is not ErrAlreadyDecided")
	}
}

func ofItsOwn(_ Decision, err error) error { return err }

// Taking an acceptance back gives the lead back to whoever owned it before; a rejection never changed the owner.
func TestReopenedOwner(t *testing.T) {
	r := rules()
	for _, owner := range []string{"", "U7"} {
		l := openLead()
		l.Owner = owner
		d, err := r.Accept(l, 2, luke, Acceptance{Need: "x"}, now)
		if err != nil {
			t.Fatal(err)
		}
		l = r.Decided(l, d)
		if l.Owner != luke.User {
			t.Errorf("accepted by %s, owned by %q", luke.User, l.Owner)
		}
		if got := r.Reopened(l, d, now); got.Owner != owner || got.State != Open || got.Due != now.Add(8*time.Hour) {
			t.Errorf("taken back: got %+v, want it to be %q's", got, owner)
		}
		l = openLead()
		l.Owner = owner
		if d, err = r.Reject(l, 2, luke, Rejection{Reason: "wrong-size"}, now); err != nil {
			t.Fatal(err)
		}
		if l = r.Reopened(r.Decided(l, d), d, now); l.Owner != owner {
			t.Errorf("a rejection taken back left %q as the owner, want %q", l.Owner, owner)
		}
	}
}

func TestReasons(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range DefaultReasons() {
		if seen[r.Key] || r.Key == NoReason || r.Key == "" {
			t.Errorf("%q stands twice, or may not be chosen", r.Key)
		}
		seen[r.Key] = true
		if (r.FollowUp == Recycle) != (r.Days > 0) || (r.FollowUp == Recycle) != (r.Lane == LaneTiming) {
			t.Errorf("%+v: only timing comes back, after some days", r)
		}
	}
	rs := DefaultReasons()
	for key, want := range map[string]bool{"wrong-size": true, "duplicate": true, NoReason: true, "dropped": true, "no-need-now": false, "other-team": false} {
		if got := rs.Lane(key).OfMarketing(); got != want {
			t.Errorf("%s counts for marketing: got %v", key, got)
		}
	}
}

func TestLead(t *testing.T) {
	for want, l := range map[string]Lead{
		"Ana":    {Person: Person{Name: "Ana", Company: "Acme", Email: "a@b.es", Phone: "1"}},
		"Acme":   {Person: Person{Company: "Acme", Email: "a@b.es", Phone: "1"}},
		"a@b.es": {Person: Person{Email: "a@b.es", Phone: "1"}},
		"1":      {Person: Person{Phone: "1"}},
		"":       {},
	} {
		if got := l.Title(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	l := Lead{State: Open, Due: now}
	if l.Overdue(now) || !l.Overdue(now.Add(1)) {
		t.Error("a lead is overdue after its due time, not at it")
	}
	l.State = Accepted
	if l.Overdue(now.Add(1)) {
		t.Error("a decided lead is overdue")
	}
}
