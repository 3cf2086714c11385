package handoff_test

import (
	"errors"
	"testing"
	"time"

	"relevo/handoff"
)

func TestRetention(t *testing.T) {
	r := handoff.Retention{Rejected: 1, Accepted: 24}
	at := func(s string) time.Time {
		at, err := time.Parse(time.DateTime, s)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	for _, test := range []struct {
		state     handoff.State
		now, want string
	}{
		{handoff.Rejected, "2026-03-31 09:00:00", "2026-02-28 09:00:00"},
		{handoff.Rejected, "2026-05-30 09:00:00", "2026-04-30 09:00:00"},
		{handoff.Accepted, "2028-02-29 09:00:00", "2026-02-28 09:00:00"},
		{handoff.Open, "2026-03-31 09:00:00", ""},
		{handoff.Erased, "2026-03-31 09:00:00", ""},
	} {
		var want time.Time
		if test.want != "" {
			want = at(test.want)
		}
		if got := r.Cutoff(test.state, at(test.now)); !got.Equal(want) {
			t.Errorf("%s at %s: %v, want %v", test.state, test.now, got, want)
		}
	}
	if (handoff.Retention{}).On() || !r.On() {
		t.Error("on and off are mixed up")
	}
	if got, err := r.Check(); got != r || err != nil {
		t.Errorf("checked %+v, %v", got, err)
	}
	_, err := handoff.Retention{Open: -1, Nurturing: handoff.MaxRetention + 1}.Check()
	var wrong handoff.FieldErrors
	if !errors.As(err, &wrong) || len(wrong) != 2 || wrong[0].Field != "open" || wrong[1].Field != "nurturing" {
		t.Errorf("wrong ones give %v", err)
	}
}
