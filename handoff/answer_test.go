package handoff

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestAnswer(t *testing.T) {
	now := time.Date(2026, 11, 18, 10, 0, 0, 0, utc)
	today := time.Date(2026, 11, 18, 0, 0, 0, 0, utc)
	named := Settings{Team: Team{People: map[Role][]string{RoleMarketing: {"U1"}}}}.Rules(utc)
	nobody := Settings{}.Rules(utc)
	fine := Answer{Reason: "not-a-buyer", Campaign: "Brand", What: " Excluded students ", Since: today}
	with := func(change func(*Answer)) Answer {
		a := fine
		change(&a)
		return a
	}
	marketer := Actor{User: "U1", Roles: Roles{RoleMarketing}}
	for name, tt := range map[string]struct {
		rules Rules
		actor Actor
		in    Answer
		want  error
	}{
		"marketing":                         {named, marketer, fine, nil},
		"a manager of marketing":            {named, Actor{User: "U2", Roles: Roles{RoleMarketing, RoleManager}}, fine, nil},
		"sales":                             {named, Actor{User: "U3", Roles: Roles{RoleSales}}, fine, ErrMarketingsTurn},
		"nobody is named for marketing":     {nobody, Actor{User: "U3"}, fine, nil},
		"from outside":                      {nobody, Actor{User: "U3", External: true}, fine, ErrOutsider},
		"a reason of timing":                {named, marketer, with(func(a *Answer) { a.Reason = "no-need-now" }), FieldErrors{{Field: "reason", Problem: Unknown}}},
		"a reason of routing":               {named, marketer, with(func(a *Answer) { a.Reason = "other-team" }), FieldErrors{{Field: "reason", Problem: Unknown}}},
		"no reason":                         {named, marketer, with(func(a *Answer) { a.Reason = NoReason }), FieldErrors{{Field: "reason", Problem: Unknown}}},
		"nothing said":                      {named, marketer, with(func(a *Answer) { a.What = " \n" }), FieldErrors{{Field: "what", Problem: Missing}}},
		"too much said":                     {named, marketer, with(func(a *Answer) { a.What = strings.Repeat("ñ", 301) }), FieldErrors{{Field: "what", Problem: TooLong, Limit: 300}}},
		"tomorrow":                          {named, marketer, with(func(a *Answer) { a.Since = today.AddDate(0, 0, 1) }), FieldErrors{{Field: "since", Problem: NotPast}}},
		"no day":                            {named, marketer, with(func(a *Answer) { a.Since = time.Time{} }), FieldErrors{{Field: "since", Problem: Missing}}},
		"a year ago":                        {named, marketer, with(func(a *Answer) { a.Since = today.AddDate(-1, 0, 0) }), FieldErrors{{Field: "since", Problem: TooLongAgo}}},
		"a month ago and as long as can be": {named, marketer, with(func(a *Answer) { a.Since, a.What = today.AddDate(0, -1, 0), strings.Repeat("ñ", 300) }), nil},
	} {
		got, err := tt.rules.Answer(tt.actor, tt.in, now)
		if wrong, ok := errors.AsType[FieldErrors](tt.want); ok && reflect.DeepEqual(err, error(wrong)) || !ok && errors.Is(err, tt.want) {
			if err == nil && (got.By != tt.actor.User || !got.At.Equal(now) || got.What != clean(tt.in.What)) {
				t.Errorf("%s: got %+v", name, got)
			}
			continue
		}
		t.Errorf("%s: got %v, want %v", name, err, tt.want)
	}
}

// What became of an answer is told only where the counts carry it, of the campaign that it is about.
func TestEffects(t *testing.T) {
	of := func(campaign string, ts ...Tally) []Tally {
		for i := range ts {
			ts[i].Campaign = campaign
		}
		return ts
	}
	elsewhere := of("Fair", rejected("not-a-buyer", 40), accepted(1))
	many := append(of("Brand", accepted(20), rejected("not-a-buyer", 18), rejected("wrong-size", 2), notNow("no-need-now", 30), rejected("other-team", 9)), elsewhere...)
	for name, tt := range map[string]struct {
		campaign      string
		before, after []Tally
		want          Effect
		early         bool
	}{
		"it worked": {"Brand", many, of("Brand", accepted(19), rejected("not-a-buyer", 1), notNow("no-need-now", 9)),
			Effect{Before: Proportion{18, 40}, After: Proportion{1, 20}, Change: Down}, false},
		"it did not": {"Brand", many, of("Brand", accepted(11), rejected("not-a-buyer", 9)),
			Effect{Before: Proportion{18, 40}, After: Proportion{9, 20}}, false},
		"it got worse": {"Brand", many, of("Brand", accepted(1), rejected("not-a-buyer", 19)),
			Effect{Before: Proportion{18, 40}, After: Proportion{19, 20}, Change: Up}, false},
		"too early": {"Brand", many, of("Brand", accepted(4), notNow("no-need-now", 50)),
			Effect{Before: Proportion{18, 40}, After: Proportion{0, 4}}, true},
		"nothing before": {"Brand", elsewhere, of("Brand", accepted(30)),
			Effect{Before: Proportion{0, 0}, After: Proportion{0, 30}}, false},
		"in all campaigns": {"", many, of("Brand", accepted(40)),
			Effect{Before: Proportion{58, 81}, After: Proportion{0, 40}, Change: Down}, false},
	} {
		l := ledger(9, nil, nil)
		tt.want.Answer = Answer{Reason: "not-a-buyer", Campaign: tt.campaign}
		l.Answers = []Answered{{Answer: tt.want.Answer, Before: tt.before, After: tt.after}}
		got := l.Figures().Effects
		if len(got) != 1 || got[0] != tt.want || got[0].After.Small() != tt.early {
			t.Errorf("%s: got %+v, want %+v", name, got, tt.want)
		}
	}
}

// Marketing owes an answer to what counts against it, was given often enough, and has waited for two weeks.
func TestOwed(t *testing.T) {
	l := ledger(9, nil, nil)
	l.Unanswered = []Unanswered{
		{Reason: "not-a-buyer", Count: 3, Waited: 3}, {Reason: "wrong-size", Count: 9, Waited: 2}, {Reason: "wrong-data", Count: 8, Waited: 4},
		{Reason: "no-need-now", Count: 50, Waited: 50}, {Reason: "other-team", Count: 50, Waited: 50}, {Reason: NoReason, Count: 50, Waited: 50},
	}
	if got, want := l.Figures().Owed, []Unanswered{l.Unanswered[2], l.Unanswered[0]}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
