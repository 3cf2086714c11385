package handoff

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// inCatalogue stands for a catalogue of two languages.
func inCatalogue(key string) []string {
	if _, ok := DefaultReasons().Find(key); !ok {
		return nil
	}
	return []string{strings.ReplaceAll(key, "-", " "), "es " + key}
}

// change is what an editor has done to a form.
func change(r Reason, f func(*ReasonForm)) ReasonForm {
	form := r.Form()
	f(&form)
	return form
}

func TestEditReason(t *testing.T) {
	rs := ownReasons()
	for _, tt := range []struct {
		what, key string
		do        func(*ReasonForm)
		want      string // of the reason, or what is wrong
	}{
		{"a name", "duplicate", func(f *ReasonForm) { f.Name = "  In the   CRM \n already " }, `"In the CRM already" data close 0 false `},
		{"no name any more", "wrong-size", func(f *ReasonForm) { f.Name = "" }, `"" profile close 0 false `},
		{"no name of its own", "no-fleet", func(f *ReasonForm) { f.Name = " " }, "name: missing"},
		{"a name too long", "duplicate", func(f *ReasonForm) { f.Name = strings.Repeat("ñ", MaxReasonName+1) }, "name: too_long"},
		{"another's name", "duplicate", func(f *ReasonForm) { f.Name = "NO FLEET" }, "name: taken"},
		{"another's name in the catalogue", "duplicate", func(f *ReasonForm) { f.Name = "ES wrong-INDUSTRY" }, "name: taken"},
		{"a retired one's name", "duplicate", func(f *ReasonForm) { f.Name = "Wrong role" }, "name: taken"},
		{"a name that another had", "duplicate", func(f *ReasonForm) { f.Name = "wrong size" }, `"wrong size" data close 0 false `},
		{"its own name in another case", "no-fleet", func(f *ReasonForm) { f.Name = "no fleet" }, `"no fleet" profile close 0 false `},
		{"another lane", "duplicate", func(f *ReasonForm) { f.Lane, f.FollowUp, f.Route = LaneRouting, Reroute, "R1" }, `"" routing reroute 0 false R1`},
		{"a lane that closes", "other-team", func(f *ReasonForm) { f.Lane = LaneProfile }, `"" profile close 0 false `},
		{"into timing", "duplicate", func(f *ReasonForm) { f.Lane, f.Days = LaneTiming, 9 }, "lane: lane_fixed"},
		{"out of timing", "unreachable", func(f *ReasonForm) { f.Lane = LaneData }, "lane: lane_fixed"},
		{"no lane", "duplicate", func(f *ReasonForm) { f.Lane = "" }, "lane: unknown"},
		{"days", "unreachable", func(f *ReasonForm) { f.Days = MaxReasonDays }, `"" timing recycle 730 false `},
		{"no days", "unreachable", func(f *ReasonForm) { f.Days = 0 }, "days: out_of_range"},
		{"too many days", "unreachable", func(f *ReasonForm) { f.Days = MaxReasonDays + 1 }, "days: out_of_range"},
		{"days of a reason that closes", "duplicate", func(f *ReasonForm) { f.Days = 9 }, `"" data close 0 false `},
		{"a timing reason that closes", "unreachable", func(f *ReasonForm) { f.FollowUp = Close }, `"" timing recycle 30 false `},
		{"a note", "duplicate", func(f *ReasonForm) { f.NeedsNote = true }, `"" data close 0 true `},
		{"nothing", "wrong-size", func(*ReasonForm) {}, `"Under ten vans" profile close 0 false `},
	} {
		r, _ := rs.Find(tt.key)
		got, err := rs.Edit(tt.key, r.Form(), change(r, tt.do), inCatalogue, now.AddDate(1, 0, 0))
		said := fmt.Sprint(err)
		if err == nil {
			r, _ := got.Find(tt.key)
			f := r.Form()
			said = fmt.Sprintf("%q %s %s %d %v %s", f.Name, f.Lane, f.FollowUp, f.Days, f.NeedsNote, f.Route)
		}
		if said != tt.want {
			t.Errorf("%s: got %s, want %s", tt.what, said, tt.want)
		}
	}
	if !reflect.DeepEqual(rs, ownReasons()) {
		t.Error("the list itself was changed")
	}
	if _, err := rs.Edit("dropped", ReasonForm{}, ReasonForm{}, inCatalogue, now); !errors.Is(err, ErrNotFound) {
		t.Errorf("a reason that there is not: %v", err)
	}
}

// Two editors have the same form in front of them; what each changed is kept, and what was decided before keeps its words.
func TestTwoEditors(t *testing.T) {
	rs := DefaultReasons()
	r, _ := rs.Find("unreachable")
	was, later := r.Form(), now.Add(time.Hour)
	rs, err := rs.Edit(r.Key, was, change(r, func(f *ReasonForm) { f.Name, f.NeedsNote = "Never picks up", true }), inCatalogue, now)
	if err != nil {
		t.Fatal(err)
	}
	rs, err = rs.Edit(r.Key, was, change(r, func(f *ReasonForm) { f.Days = 14 }), inCatalogue, later)
	if err != nil {
		t.Fatal(err)
	}
	r, _ = rs.Find(r.Key)
	if want := (ReasonForm{Name: "Never picks up", Lane: LaneTiming, FollowUp: Recycle, Days: 14, NeedsNote: true}); r.Form() != want {
		t.Errorf("got %+v, want %+v", r.Form(), want)
	}
	if len(r.Names) != 1 || r.NameAt(now.Add(-1)) != "" || r.NameAt(now) != "Never picks up" {
		t.Errorf("its names are %v", r.Names)
	}
}

func TestAddReason(t *testing.T) {
	rs := DefaultReasons()
	add := func(name string, lane Lane, days int) error {
		got, err := rs.Add(ReasonForm{Name: name, Lane: lane, Days: days}, inCatalogue)
		if err == nil {
			rs = got
		}
		return err
	}
	for _, tt := range []struct {
		name string
		lane Lane
		days int
		want string // the key, or what is wrong
	}{
		{"No fleet yet!", LaneProfile, 0, "no-fleet-yet"},
		{"no FLEET, yet", LaneData, 0, "no-fleet-yet-2"},
		{"¿Año?", LaneTiming, 7, "año"},
		{"???", LaneRouting, 0, "reason"},
		{"No reason given", LaneRouting, 0, "no-reason-given-2"},
		{"Duplicate", LaneProfile, 0, "name: taken"},
		{"", LaneProfile, 0, "name: missing"},
		{"No lane", "", 0, "lane: unknown"},
		{"No days", LaneTiming, 0, "days: out_of_range"},
	} {
		n := len(rs)
		got := fmt.Sprint(add(tt.name, tt.lane, tt.days))
		if len(rs) > n {
			last := rs[n]
			got = last.Key
			if last.NameAt(time.Unix(1, 0)) != tt.name || (last.FollowUp == Recycle) != (tt.lane == LaneTiming) {
				t.Errorf("%q became %+v", tt.name, last)
			}
		}
		if got != tt.want {
			t.Errorf("%q: got %s, want %s", tt.name, got, tt.want)
		}
	}
	for len(rs) < MaxReasons {
		if err := add(fmt.Sprint("One of many ", len(rs)), LaneData, 0); err != nil {
			t.Fatal(err)
		}
	}
	if err := add("One too many", LaneData, 0); fmt.Sprint(err) != "name: too_many_reasons" {
		t.Errorf("one more than there may be: %v", err)
	}
}

func TestRetireAndPlace(t *testing.T) {
	rs := DefaultReasons()
	rs, err := rs.Retire("duplicate", true)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := rs.Retire("wrong-data", true); fmt.Sprint(err) != "lane: last_in_lane" {
		t.Errorf("the last one of its lane: %v", err)
	}
	r, _ := rs.Find("wrong-data")
	if _, err := rs.Edit(r.Key, r.Form(), change(r, func(f *ReasonForm) { f.Lane = LaneProfile }), inCatalogue, now); fmt.Sprint(err) != "lane: last_in_lane" {
		t.Errorf("the last one of its lane moves away: %v", err)
	}
	for _, tt := range []struct {
		key   string
		place int
		want  string
	}{
		{"wrong-role", 1, "wrong-role wrong-industry wrong-size wrong-region not-a-buyer"},
		{"wrong-role", 99, "wrong-industry wrong-size wrong-region not-a-buyer wrong-role"},
		{"wrong-industry", 2, "wrong-size wrong-industry wrong-region not-a-buyer wrong-role"},
		{"wrong-size", -1, "wrong-size wrong-industry wrong-region not-a-buyer wrong-role"},
	} {
		if rs, err = rs.Place(tt.key, tt.place); err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(keysOf(rs, LaneProfile), " "); got != tt.want {
			t.Errorf("%s to place %d: got %s, want %s", tt.key, tt.place, got, tt.want)
		}
		if place, of := rs.Places(tt.key); place != min(max(tt.place, 1), 5) || of != 5 {
			t.Errorf("%s stands at %d of %d", tt.key, place, of)
		}
	}
	if _, err := rs.Place("duplicate", 1); !errors.Is(err, ErrNotFound) {
		t.Errorf("a retired reason is moved: %v", err)
	}
	if rs, err = rs.Retire("duplicate", false); err != nil || len(rs.Offered()) != len(rs) {
		t.Errorf("it is not offered again: %v", err)
	}
}

func keysOf(rs Reasons, lane Lane) []string {
	var keys []string
	for _, r := range rs.Offered() {
		if r.Lane == lane {
			keys = append(keys, r.Key)
		}
	}
	return keys
}

// Whatever is edited in whatever order: no key is lost, no two reasons share a key or a name, each lane has one to give, and
// timing is what comes back.
func TestAnySequenceOfEdits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rs := DefaultReasons()
		form := rapid.Custom(func(t *rapid.T) ReasonForm {
			return ReasonForm{
				Name: rapid.StringMatching(`[A-Ca-c ]{0,3}`).Draw(t, "name"), Lane: rapid.SampledFrom(Lanes()).Draw(t, "lane"), Days: rapid.IntRange(-1, 800).Draw(t, "days"),
				FollowUp: rapid.SampledFrom([]FollowUp{Close, Recycle, Reroute}).Draw(t, "next"), NeedsNote: rapid.Bool().Draw(t, "note"),
			}
		})
		at := now
		for range rapid.IntRange(1, 30).Draw(t, "edits") {
			at = at.Add(time.Minute)
			r := rapid.SampledFrom(rs).Draw(t, "reason")
			var next Reasons
			var err error
			switch rapid.IntRange(0, 3).Draw(t, "act") {
			case 0:
				next, err = rs.Edit(r.Key, r.Form(), form.Draw(t, "form"), inCatalogue, at)
			case 1:
				next, err = rs.Add(form.Draw(t, "form"), inCatalogue)
			case 2:
				next, err = rs.Retire(r.Key, !r.Retired)
			default:
				next, err = rs.Place(r.Key, rapid.IntRange(0, 9).Draw(t, "place"))
			}
			if err != nil {
				continue
			}
			seen := map[string]string{}
			for _, r := range next {
				calls := []string{r.NameAt(time.Time{})}
				if calls[0] == "" {
					calls = inCatalogue(r.Key)
				}
				for _, s := range append(calls, "key "+r.Key) {
					if other, twice := seen[strings.ToLower(s)]; twice || s == "" {
						t.Fatalf("%s and %s are both %q", r.Key, other, s)
					}
					seen[strings.ToLower(s)] = r.Key
				}
				if (r.Lane == LaneTiming) != (r.FollowUp == Recycle) || (r.Lane == LaneTiming) != (r.Days > 0) || r.FollowUp == Reroute && r.Lane != LaneRouting {
					t.Fatalf("%+v", r)
				}
			}
			for _, lane := range Lanes() {
				if len(keysOf(next, lane)) == 0 {
					t.Fatalf("no reason of lane %s can be given", lane)
				}
			}
			for _, r := range rs {
				if i := slices.IndexFunc(next, func(n Reason) bool { return n.Key == r.Key }); i < 0 || (next[i].Lane == LaneTiming) != (r.Lane == LaneTiming) {
					t.Fatalf("%s is gone, or has changed sides", r.Key)
				}
			}
			rs = next
		}
	})
}
