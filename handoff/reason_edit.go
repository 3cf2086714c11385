package handoff

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// What a list of reasons keeps to. A menu of Slack's shows no more reasons, and no more characters of each.
const (
	MaxReasons    = 100 // the retired ones included
	MaxReasonName = 75
	MaxReasonDays = 730
)

// ReasonForm is what an editor sees of a reason and may change.
type ReasonForm struct {
	Name      string   `json:"name,omitzero"` // the workspace's own; empty for the catalogue's
	Lane      Lane     `json:"lane"`
	FollowUp  FollowUp `json:"follow_up"`
	Days      int      `json:"days,omitzero"`
	NeedsNote bool     `json:"needs_note,omitzero"`
	Route     string   `json:"route,omitzero"`
}

// Form returns the reason as an editor sees it.
func (r Reason) Form() ReasonForm {
	return ReasonForm{Name: r.NameAt(time.Time{}), Lane: r.Lane, FollowUp: r.FollowUp, Days: r.Days, NeedsNote: r.NeedsNote, Route: r.Route}
}

// CatalogueWords returns what the catalogue calls the reason with this key, in each of its languages; nothing for a reason
// of the workspace's own.
type CatalogueWords func(key string) []string

// Edit returns the list with a reason as an editor left it. was is the reason as the editor had it in front of them: only what
// differs from it is changed, so that nothing is lost that somebody else changed meanwhile. It fails with ErrNotFound, and with
// FieldErrors when the name is missing, too long or another reason's, when the reason would move into the timing lane or out of
// it, when its lane would have no reason left, and when the days are out of range.
//
// Timing reasons, and no others, bring leads back. So a move between timing and the other lanes would turn decisions that were
// taken into something else: such a reason is to be retired, and another one added.
func (rs Reasons) Edit(key string, was, is ReasonForm, words CatalogueWords, now time.Time) (Reasons, error) {
	rs = slices.Clone(rs)
	i := rs.index(key)
	if i < 0 {
		return nil, ErrNotFound
	}
	r := rs[i]
	form := r.Form()
	merge(&form.Name, was.Name, reasonName(is.Name))
	merge(&form.Lane, was.Lane, is.Lane)
	merge(&form.FollowUp, was.FollowUp, is.FollowUp)
	merge(&form.Days, was.Days, is.Days)
	merge(&form.NeedsNote, was.NeedsNote, is.NeedsNote)
	merge(&form.Route, was.Route, is.Route)
	wrong := rs.check(i, form, words)
	if (form.Lane == LaneTiming) != (r.Lane == LaneTiming) {
		wrong = append(wrong, FieldError{Field: "lane", Problem: LaneFixed})
	}
	if err := wrong.Err(); err != nil {
		return nil, err
	}
	if form.Name != r.NameAt(time.Time{}) {
		r.Names = append(slices.Clip(r.Names), Name{Name: form.Name, Since: now})
	}
	edited := r.filled(form)
	if rs[i] = edited; form.Lane != r.Lane { // to the end of its new lane
		rs = append(slices.Delete(rs, i, i+1), edited)
	}
	return rs, rs.whole()
}

// Add returns the list with one more reason at the end of its lane. It fails with FieldErrors as Edit does, and when there are
// MaxReasons already.
func (rs Reasons) Add(is ReasonForm, words CatalogueWords) (Reasons, error) {
	is.Name = reasonName(is.Name)
	wrong := rs.check(-1, is, words)
	if len(rs) >= MaxReasons {
		wrong = append(wrong, FieldError{Field: "name", Problem: TooManyReasons, Limit: MaxReasons})
	}
	if err := wrong.Err(); err != nil {
		return nil, err
	}
	// It was never called anything else, whenever what is imported was decided.
	r := Reason{Key: rs.newKey(is.Name), Names: []Name{{Name: is.Name}}}.filled(is)
	return append(slices.Clone(rs), r), nil
}

// Retire returns the list with a reason no longer offered, or offered again. It fails with ErrNotFound, and with FieldErrors
// when no reason of its lane would be left.
func (rs Reasons) Retire(key string, retired bool) (Reasons, error) {
	rs = slices.Clone(rs)
	i := rs.index(key)
	if i < 0 {
		return nil, ErrNotFound
	}
	rs[i].Retired = retired
	return rs, rs.whole()
}

// Place returns the list with a reason at a place among those that its lane offers, counted from 1; the nearest that there is.
// It fails with ErrNotFound when the reason is not offered.
func (rs Reasons) Place(key string, place int) (Reasons, error) {
	rs = slices.Clone(rs)
	r, ok := rs.Offered().Find(key)
	if !ok {
		return nil, ErrNotFound
	}
	var at []int // where the lane's reasons stand in the list
	var lane Reasons
	for i, other := range rs {
		if other.Lane == r.Lane && !other.Retired {
			at = append(at, i)
			if other.Key != key {
				lane = append(lane, other)
			}
		}
	}
	place = min(max(place, 1), len(at))
	for i, r := range slices.Insert(lane, place-1, r) {
		rs[at[i]] = r
	}
	return rs, nil
}

// Places returns at which place, counted from 1, a reason stands among those that its lane offers, and how many those are; 0
// for a reason that is not offered.
func (rs Reasons) Places(key string) (place, of int) {
	r, _ := rs.Find(key)
	for _, other := range rs.Offered() {
		if other.Lane != r.Lane {
			continue
		}
		of++
		if other.Key == key {
			place = of
		}
	}
	return place, of
}

// check returns what is wrong with a reason at this place of the list, -1 for a new one.
func (rs Reasons) check(at int, f ReasonForm, words CatalogueWords) FieldErrors {
	var wrong FieldErrors
	calls := []string{f.Name}
	if f.Name == "" {
		calls = nil
		if at >= 0 {
			calls = words(rs[at].Key)
		}
	}
	switch {
	case len(calls) == 0:
		wrong = append(wrong, FieldError{Field: "name", Problem: Missing})
	case utf8.RuneCountInString(f.Name) > MaxReasonName:
		wrong = append(wrong, FieldError{Field: "name", Problem: TooLong, Limit: MaxReasonName})
	case rs.called(at, calls, words):
		wrong = append(wrong, FieldError{Field: "name", Problem: Taken})
	}
	if !slices.Contains(Lanes(), f.Lane) {
		wrong = append(wrong, FieldError{Field: "lane", Problem: Unknown})
	}
	if f.Lane == LaneTiming && (f.Days < 1 || f.Days > MaxReasonDays) {
		wrong = append(wrong, FieldError{Field: "days", Problem: OutOfRange, Limit: MaxReasonDays})
	}
	return wrong
}

// called tells whether another reason has one of these names now, in whatever case. Retired reasons count: in history and
// figures they stand beside the others.
func (rs Reasons) called(at int, names []string, words CatalogueWords) bool {
	for i, r := range rs {
		theirs := []string{r.NameAt(time.Time{})}
		if theirs[0] == "" {
			theirs = words(r.Key)
		}
		for _, name := range names {
			if i != at && slices.ContainsFunc(theirs, func(s string) bool { return strings.EqualFold(s, name) }) {
				return true
			}
		}
	}
	return false
}

// filled returns the reason with what the form says, and with the follow-up that goes with its lane: timing comes back, profile
// and data are closed, routing is closed or goes to another door.
func (r Reason) filled(f ReasonForm) Reason {
	r.Lane, r.NeedsNote = f.Lane, f.NeedsNote
	r.FollowUp, r.Days, r.Route = Close, 0, ""
	switch {
	case f.Lane == LaneTiming:
		r.FollowUp, r.Days = Recycle, f.Days
	case f.Lane == LaneRouting && f.FollowUp == Reroute:
		r.FollowUp, r.Route = Reroute, f.Route
	}
	return r
}

// whole fails when a lane offers no reason: each kind of no must have one, or reps would have to say something untrue.
func (rs Reasons) whole() error {
	for _, lane := range Lanes() {
		if !slices.ContainsFunc(rs.Offered(), func(r Reason) bool { return r.Lane == lane }) {
			return FieldErrors{{Field: "lane", Problem: LastInLane}}
		}
	}
	return nil
}

// newKey makes a key of a name that no other reason has: "No fleet yet" is "no-fleet-yet".
func (rs Reasons) newKey(name string) string {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	base := cmp.Or(strings.Join(words, "-"), "reason")
	key := base
	for n := 2; key == NoReason || rs.index(key) >= 0; n++ {
		key = base + "-" + strconv.Itoa(n)
	}
	return key
}

func (rs Reasons) index(key string) int {
	return slices.IndexFunc(rs, func(r Reason) bool { return r.Key == key })
}

// reasonName returns a name without space around it and without more than one space within.
func reasonName(s string) string { return strings.Join(strings.Fields(clean(s)), " ") }

// merge takes over what an editor changed.
func merge[T comparable](stored *T, was, is T) {
	if is != was {
		*stored = is
	}
}
