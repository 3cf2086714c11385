package bot

import (
	"context"
	"testing"
)

// A few messages may follow each other at once in a channel, then each waits for its turn; other channels do not.
func TestPace(t *testing.T) {
	over, cancel := context.WithCancel(t.Context())
	cancel() // whoever would have to wait is told so at once
	p := newPace(0.001)
	for i := range postBurst {
		if err := p.wait(t.Context(), 1, "C1"); err != nil {
			t.Fatalf("message %d waits: %v", i+1, err)
		}
	}
	if err := p.wait(over, 1, "C1"); err == nil {
		t.Error("one more than a burst does not wait")
	}
	if err := p.wait(t.Context(), 1, "C2"); err != nil {
		t.Errorf("another channel waits: %v", err)
	}
	free := newPace(0)
	for range 10 * postBurst {
		if err := free.wait(over, 1, "C1"); err != nil {
			t.Fatalf("without a pace a message waits: %v", err)
		}
	}
}
