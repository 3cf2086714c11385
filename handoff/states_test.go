package handoff

import (
	"errors"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// world is one lead with all that ever happened to it, as a store would keep it.
type world struct {
	lead Lead
	all  []Decision
	now  time.Time
	acts int // acts that changed something
}

func (w *world) standing() *Decision {
	for i := range w.all {
		if w.all[i].Round == w.lead.Round && w.all[i].Stands() {
			return &w.all[i]
		}
	}
	return nil
}

// Whatever people do in whatever order, a lead is in one state, a round has one standing decision, and nothing is lost.
func TestAnySequenceOfActs(t *testing.T) {
	r := Rules{Reasons: DefaultReasons(), Hours: DefaultHours(zone(t, "Europe/Madrid"))}
	roles := []Roles{nil, {RoleMarketing, RoleAdmin}, {RoleSales}, {RoleManager}}
	keys := []string{"", NoReason}
	for _, reason := range r.Reasons {
		keys = append(keys, reason.Key)
	}
	actor := rapid.Custom(func(t *rapid.T) Actor {
		return Actor{User: rapid.SampledFrom([]string{"U1", "U2"}).Draw(t, "user"), External: rapid.IntRange(0, 9).Draw(t, "outsider") == 0,
			Roles: rapid.SampledFrom(roles).Draw(t, "roles")}
	})
	rapid.Check(t, func(t *rapid.T) {
		w := &world{now: drawTime(t, r.Hours.Zone)}
		w.lead = Lead{ID: 1, Person: Person{Name: "Ana"}, Extras: []Extra{{Label: "Vans", Value: "7"}}, State: Open, Round: 1, Touches: 1, Offered: w.now, Received: w.now}
		w.lead = r.Begin(w.lead, w.now)
		decide := func(t *rapid.T, d Decision, err error, a Actor, round int) {
			switch {
			case a.External:
				if !errors.Is(err, ErrOutsider) {
					t.Fatalf("an outsider got %v", err)
				}
			case !a.Roles.Has(RoleSales, RoleManager):
				if !errors.Is(err, ErrNotSales) {
					t.Fatalf("somebody who is not of sales got %v", err)
				}
			case w.lead.State == Erased:
				if !errors.Is(err, ErrErased) {
					t.Fatalf("an erased lead got %v", err)
				}
			case round != w.lead.Round:
				if !errors.Is(err, ErrRoundOver) {
					t.Fatalf("a card of round %d got %v in round %d", round, err, w.lead.Round)
				}
			case w.lead.State != Open:
				if !errors.Is(err, ErrAlreadyDecided) {
					t.Fatalf("a decided round got %v", err)
				}
			case err == nil:
				w.all = append(w.all, d)
				w.lead = r.Decided(w.lead, d)
				w.acts++
			}
		}
		t.Repeat(map[string]func(*rapid.T){
			"": func(t *rapid.T) { w.check(t) },
			"accept": func(t *rapid.T) {
				a, round := actor.Draw(t, "actor"), rapid.IntRange(max(1, w.lead.Round-1), w.lead.Round).Draw(t, "round")
				d, err := r.Accept(w.lead, round, a, Acceptance{Need: rapid.String().Draw(t, "need")}, w.now)
				decide(t, d, err, a, round)
			},
			"reject": func(t *rapid.T) {
				a, round := actor.Draw(t, "actor"), rapid.IntRange(max(1, w.lead.Round-1), w.lead.Round).Draw(t, "round")
				in := Rejection{Reason: rapid.SampledFrom(keys).Draw(t, "reason"), Note: rapid.StringN(0, 3, 9).Draw(t, "note")}
				if rapid.Bool().Draw(t, "names a day") {
					in.Back = w.now.Add(time.Duration(rapid.IntRange(-48, 24*900).Draw(t, "hours")) * time.Hour)
				}
				d, err := r.Reject(w.lead, round, a, in, w.now)
				decide(t, d, err, a, round)
			},
			"take back": func(t *rapid.T) {
				if len(w.all) == 0 {
					t.Skip("nothing was decided")
				}
				i := rapid.IntRange(0, len(w.all)-1).Draw(t, "decision")
				a := actor.Draw(t, "actor")
				d, err := r.TakeBack(w.lead, w.all[i], a, rapid.SampledFrom([]string{"", "a slip"}).Draw(t, "why"), w.now)
				mine := !a.External && (w.all[i].By == a.User || a.Roles.Has(RoleManager))
				if err != nil {
					if w.lead.State == Erased && mine && !errors.Is(err, ErrErased) {
						t.Fatalf("an erased lead got %v", err)
					}
					return
				}
				if !mine || w.lead.State == Erased || w.all[i].Round != w.lead.Round || !w.all[i].Stands() {
					t.Fatalf("took back %+v", w.all[i])
				}
				w.all[i] = d
				w.lead = r.Reopened(w.lead, d, w.now)
				w.acts++
			},
			"its day comes": func(t *rapid.T) {
				if w.lead.State != Nurturing {
					t.Skip("not nurturing")
				}
				w.now = w.lead.Back
				w.lead = r.NewRound(w.lead, w.now)
				w.acts++
			},
			"comes again": func(t *rapid.T) {
				if w.lead.State == Open || w.lead.State == Erased {
					t.Skip("it would be merged, or a lead of its own")
				}
				w.lead = r.NewRound(w.lead, w.now)
				w.acts++
			},
			"withdraws": func(t *rapid.T) {
				if w.lead.State == Erased || rapid.IntRange(0, 3).Draw(t, "stays") > 0 {
					t.Skip("erased already, or not yet: most of what can happen comes before it")
				}
				w.lead = r.Erased(w.lead)
				w.acts++
			},
			"time goes by": func(t *rapid.T) {
				w.now = w.now.Add(time.Duration(rapid.IntRange(0, 72).Draw(t, "hours")) * time.Hour)
			},
		})
	})
}

func (w *world) check(t *rapid.T) {
	l := w.lead
	if !slices.Contains(States(), l.State) {
		t.Fatalf("the state is %q", l.State)
	}
	standing := map[int]int{}
	for _, d := range w.all {
		if d.Round < 1 || d.Round > l.Round || d.At.After(w.now) {
			t.Fatalf("%+v is of no round so far", d)
		}
		if d.Stands() {
			standing[d.Round]++
		}
		if (d.Verdict == Accept) != (d.Reason == "") || (d.Verdict == NotNow) != !d.Back.IsZero() || *d.Worked > *d.Took || *d.Worked < 0 {
			t.Fatalf("%+v contradicts itself", d)
		}
		if !d.Stands() && (d.TakenBackBy == "" || d.TakenBackWhy == "") {
			t.Fatalf("%+v was taken back by nobody or for nothing", d)
		}
	}
	for round := 1; round < l.Round; round++ {
		if standing[round] != 1 {
			t.Fatalf("round %d, which is over, has %d standing decisions", round, standing[round])
		}
	}
	d := w.standing()
	switch {
	case l.State != Open && !l.Nudge.IsZero(), l.State == Open && (l.Nudge.Before(l.DueFrom) || l.DueFrom.Before(l.Offered)):
		t.Fatalf("%s, offered %v, its time runs from %v, and the next reminder is %v", l.State, l.Offered, l.DueFrom, l.Nudge)
	case standing[l.Round] > 1:
		t.Fatalf("round %d has %d standing decisions", l.Round, standing[l.Round])
	case l.State == Erased:
		if (Person{}) != l.Person || l.Extras != nil || l.Activity != "" || l.Owner != "" || !l.Back.IsZero() || l.Overdue(w.now.AddDate(9, 0, 0)) {
			t.Fatalf("something is left of %+v", l)
		}
	case (l.State == Open) != (d == nil):
		t.Fatalf("the lead is %s, its decision is %+v", l.State, d)
	case d != nil && (l.State != d.Verdict.State() || l.Back != d.Back):
		t.Fatalf("the lead is %s until %v, its decision is %+v", l.State, l.Back, d)
	case (l.State == Nurturing) != !l.Back.IsZero():
		t.Fatalf("the lead is %s and comes back %v", l.State, l.Back)
	case l.State == Accepted && l.Owner != d.By:
		t.Fatalf("%s accepted it, %s owns it", d.By, l.Owner)
	case l.Due.Before(l.Offered) || l.Offered.After(w.now):
		t.Fatalf("offered %v, due %v, now %v", l.Offered, l.Due, w.now)
	}
	if int(l.Version) != w.acts {
		t.Fatalf("version %d after %d acts", l.Version, w.acts)
	}
}
