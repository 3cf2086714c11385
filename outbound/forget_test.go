package outbound

import (
	"testing"
	"time"
)

// What was given up can be resent for ninety days, and is forgotten then; what waits is not.
func TestForget(t *testing.T) {
	b := openBay(t, nil)
	r := b.receiver(t, answers(400))
	b.hook(t, r.URL)
	b.lead(t, "")
	for range len(schedule) + 1 {
		b.work(t)
		b.pass(25 * time.Hour)
	}
	if got := b.givenUp(t); len(got) != 1 {
		t.Fatalf("%q were given up", got)
	}
	r.answer = answers(503)
	b.reject(t, 1, "wrong-size")
	b.pass(keepGivenUp - 26*time.Hour)
	b.worker.forget(t.Context())
	if got := b.givenUp(t); len(got) != 1 {
		t.Errorf("%q are left before their time", got)
	}
	b.pass(forgetEvery - time.Second)
	b.worker.forget(t.Context())
	if got := b.givenUp(t); len(got) != 1 {
		t.Errorf("%q are left before it is looked again", got)
	}
	b.pass(time.Second)
	b.worker.forget(t.Context())
	if got, waits := b.givenUp(t), b.waiting(t); len(got) != 0 || waits != 1 {
		t.Errorf("%q are left, %d wait", got, waits)
	}
}
