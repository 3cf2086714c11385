package handoff

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func nobodyAway(string) bool { return false }

// Two, one and one: spread, not in a row.
func TestTurnIsSpread(t *testing.T) {
	r, turns, got := Route{Owners: []RouteOwner{{User: "A", Weight: 2}, {User: "B"}, {User: "C"}}}, Turns{}, ""
	for range 8 {
		owner, _ := r.Next(turns, "d", nobodyAway)
		got += owner
	}
	if want := "ABCAABCA"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func drawRoute(t *rapid.T) Route {
	r := Route{}
	for i := range rapid.IntRange(1, 6).Draw(t, "owners") {
		r.Owners = append(r.Owners, RouteOwner{User: fmt.Sprint("U", i), Weight: rapid.IntRange(0, 5).Draw(t, "weight"), PerDay: max(0, rapid.IntRange(-3, 4).Draw(t, "a day"))})
	}
	return r
}

// In any turn, wherever it begins, everybody gets exactly their share.
func TestExactShares(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, turns, all := drawRoute(t), Turns{}, 0
		for i := range r.Owners {
			r.Owners[i].PerDay = 0
			all += r.Owners[i].Share()
		}
		for range rapid.IntRange(0, 30).Draw(t, "before") {
			r.Next(turns, "d", nobodyAway)
		}
		got := map[string]int{}
		for range all {
			owner, passed := r.Next(turns, "d", nobodyAway)
			if len(passed) > 0 {
				t.Fatalf("passed by %v", passed)
			}
			got[owner]++
		}
		for _, o := range r.Owners {
			if got[o.User] != o.Share() {
				t.Fatalf("%s got %d of %d, want %d", o.User, got[o.User], all, o.Share())
			}
		}
	})
}

// Whoever comes and goes and however often it is edited: nobody who is away gets a lead, nobody more than their most a day,
// somebody gets it as long as anybody can, and nobody who can gets nothing for long.
func TestAnyTurns(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, turns, day, away := drawRoute(t), Turns{}, 1, map[string]bool{}
		given, waits := map[string]int{}, map[string]int{}
		t.Repeat(map[string]func(*rapid.T){
			"comes or goes": func(t *rapid.T) {
				u := rapid.SampledFrom(r.Owners).Draw(t, "who").User
				away[u] = !away[u]
			},
			"a new day": func(*rapid.T) { day++; clear(given) },
			"edited":    func(t *rapid.T) { r = drawRoute(t); clear(waits) },
			"a lead by another way": func(t *rapid.T) {
				u := rapid.SampledFrom(r.Owners).Draw(t, "who").User
				r.Give(turns, fmt.Sprint(day), u)
				given[u]++
			},
			"a lead": func(t *rapid.T) {
				owner, passed := r.Next(turns, fmt.Sprint(day), func(u string) bool { return away[u] })
				left, most := 0, 0
				for _, o := range r.Owners {
					can := !away[o.User] && (o.PerDay == 0 || given[o.User] < o.PerDay)
					if !can && owner == o.User {
						t.Fatalf("%s got one: away %v, had %d of %d", owner, away[owner], given[owner], o.PerDay)
					}
					most += o.Share()
					if !can {
						waits[o.User] = 0
						continue
					}
					left++
					if waits[o.User]++; owner == o.User {
						waits[owner] = 0
					}
				}
				if (owner == "") != (left == 0) || len(passed) != len(r.Owners)-left {
					t.Fatalf("%q got it, passed by %v, %d of %d were left", owner, passed, left, len(r.Owners))
				}
				for u, n := range waits {
					if n > 3*most {
						t.Fatalf("%s waits for %d leads in a turn of %d", u, n, most)
					}
				}
				if owner != "" {
					r.Give(turns, fmt.Sprint(day), owner)
					given[owner]++
				}
			},
		})
	})
}

func TestAssign(t *testing.T) {
	r := rules()
	r.AnyoneDecides = false
	sales, marketer := Actor{User: "U1", Roles: Roles{RoleSales}}, Actor{User: "U2", Roles: Roles{RoleMarketing}}
	l, err := r.Assign(openLead(), 2, sales, sales)
	if err != nil || l.Owner != "U1" || l.Version != openLead().Version+1 {
		t.Errorf("got %+v, %v", l, err)
	}
	if again, err := r.Assign(l, 2, sales, sales); err != nil || again.Version != l.Version {
		t.Errorf("assigned to whoever owns it: got %+v, %v", again, err)
	}
	decided := openLead()
	decided.State = Accepted
	for want, f := range map[string]func() error{
		ErrNotSales.Error():       func() error { _, err := r.Assign(l, 2, marketer, sales); return err },
		ErrOutsider.Error():       func() error { _, err := r.Assign(l, 2, Actor{User: "U3", External: true}, sales); return err },
		ErrRoundOver.Error():      func() error { _, err := r.Assign(l, 1, sales, sales); return err },
		ErrAlreadyDecided.Error(): func() error { _, err := r.Assign(decided, 2, sales, sales); return err },
		"owner: no_owner":         func() error { _, err := r.Assign(l, 2, sales, marketer); return err },
		ErrUnsure.Error():         func() error { _, err := r.Assign(l, 2, sales, Actor{User: "U4", Unsure: true}); return err },
	} {
		if err := f(); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestChoose(t *testing.T) {
	r := Route{ID: "r", Owners: []RouteOwner{{User: "A", PerDay: 1}, {User: "B"}}}
	away := func(users ...string) func(string) bool {
		return func(u string) bool { return slices.Contains(users, u) }
	}
	turns := Turns{}
	for _, tt := range []struct {
		name  string
		offer Offer
		want  string
	}{
		{"the sender's word comes first", Offer{Named: "A", Kept: []string{"B"}, Away: away("A")}, "A named []"},
		{"who dealt with it", Offer{Kept: []string{"", "C"}, Away: away("B")}, "C kept []"},
		{"the next who dealt with it", Offer{Kept: []string{"C", "B"}, Away: away("C")}, "B kept [{C away 0}]"},
		{"nobody who dealt with it is there, and A had the one that the sender gave", Offer{Kept: []string{"C"}, Away: away("C")}, "B turn [{C away 0} {A full 1}]"},
		{"nobody is left", Offer{Kept: []string{"B"}, Away: away("B")}, "  [{B away 0} {A full 1}]"},
		{"another day", Offer{Day: "2", Kept: []string{"B"}, Away: away("B")}, "A turn [{B away 0}]"},
	} {
		c := r.Choose(tt.offer, turns)
		if got := fmt.Sprint(c.Owner, " ", c.Claim, " ", c.Passed); got != tt.want || c.Route.ID != "r" {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
	if c := (Route{}).Choose(Offer{Away: away()}, Turns{}); c.Owner != "" || c.Claim != "" {
		t.Errorf("no route chose %+v", c)
	}
}
