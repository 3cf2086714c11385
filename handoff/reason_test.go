package handoff

import (
	"testing"
	"time"
)

// ownReasons are the defaults after a while: one renamed twice, one retired, and one of the workspace's own.
func ownReasons() Reasons {
	rs := DefaultReasons()
	for i := range rs {
		switch rs[i].Key {
		case "wrong-size":
			rs[i].Names = []Name{{"Too small for us", now}, {"", now.AddDate(0, 1, 0)}, {"Under ten vans", now.AddDate(0, 2, 0)}}
		case "wrong-role":
			rs[i].Retired = true
		}
	}
	return append(rs, Reason{Key: "no-fleet", Lane: LaneProfile, FollowUp: Close, Names: []Name{{Name: "No fleet"}}})
}

func TestNames(t *testing.T) {
	rs := ownReasons()
	for _, tt := range []struct {
		key  string
		at   time.Time
		want string
	}{
		{"wrong-size", now.Add(-1), ""},
		{"wrong-size", now, "Too small for us"},
		{"wrong-size", now.AddDate(0, 1, 1), ""},
		{"wrong-size", now.AddDate(0, 3, 0), "Under ten vans"},
		{"wrong-size", time.Time{}, "Under ten vans"},
		{"no-fleet", now.AddDate(-9, 0, 0), "No fleet"}, // imported history may be older than the reason
		{"wrong-role", time.Time{}, ""},
	} {
		r, ok := rs.Find(tt.key)
		if got := r.NameAt(tt.at); !ok || got != tt.want {
			t.Errorf("%s was called %q at %s, want %q", tt.key, got, tt.at, tt.want)
		}
	}
	for s, want := range map[string]string{
		"no-fleet": "no-fleet", "NO fleet": "no-fleet", "under TEN vans": "wrong-size", "too small for us": "wrong-size", "wrong-role": "wrong-role", "": "", "vans": "",
	} {
		if got, ok := rs.Named(s); got.Key != want || ok != (want != "") {
			t.Errorf("%q names %q (%v), want %q", s, got.Key, ok, want)
		}
	}
}

// A retired reason is not offered, may not be given any more, and still has its lane.
func TestRetired(t *testing.T) {
	r := Rules{Reasons: ownReasons(), Hours: DefaultHours(time.UTC), AnyoneDecides: true}
	if _, ok := r.Reasons.Offered().Find("wrong-role"); ok || len(r.Reasons.Offered()) != len(r.Reasons)-1 {
		t.Error("a retired reason is offered")
	}
	if r.Reasons.Lane("wrong-role") != LaneProfile {
		t.Error("a retired reason has lost its lane")
	}
	l := openLead()
	_, err := r.Reject(l, l.Round, luke, Rejection{Reason: "wrong-role"}, now)
	if want := (FieldErrors{{Field: "reason", Problem: Retired}}); err == nil || err.Error() != want.Error() {
		t.Errorf("a retired reason is answered with %v, want %v", err, want)
	}
	if d, err := r.Reject(l, l.Round, luke, Rejection{Reason: "no-fleet"}, now); err != nil || d.Reason != "no-fleet" {
		t.Errorf("the workspace's own reason is answered with %v", err)
	}
}
