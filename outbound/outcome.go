package outbound

import (
	"cmp"
	"context"
	"math/rand/v2"
	"time"

	"relevo/store"
)

// fate is what becomes of a delivery after a try.
type fate int

// The fates.
const (
	done     fate = iota // told, or there is nothing to tell any more
	later                // by the schedule
	soon                 // at once: it was overtaken by something else
	dead                 // given up: trying again would not help
	conflict             // not written, as the CRM says something else
	gone                 // the endpoint wants to be told nothing any more
)

// outcome is how a try ended.
type outcome struct {
	fate fate
	why  string        // fixed words and numbers, nothing of the person
	wait time.Duration // how long the endpoint asks to be left alone; 0 when it does not say
	ill  bool          // it is the endpoint's trouble, not that of one delivery: it rests for a while
	rest time.Duration // for how long at least
}

// result names what came of a try, for whoever counts.
func (o outcome) result() string {
	switch o.fate {
	case later, soon:
		return "failed"
	case dead:
		return "given_up"
	case conflict:
		return "conflict"
	case gone:
		return "gone"
	}
	if o.why != "" {
		return "needless"
	}
	return "delivered"
}

// schedule is how long after each failed try the next one is made: that of Standard Webhooks, of three days.
var schedule = []time.Duration{
	5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour, 14 * time.Hour, 20 * time.Hour, 24 * time.Hour,
}

// maxSoon is how often a delivery that was overtaken is made again at once.
const maxSoon = 3

// jitter spreads what would come back at the same instant: by a tenth, to either side.
func jitter(d time.Duration) time.Duration {
	return time.Duration(float64(d) * (0.9 + 0.2*rand.Float64()))
}

// settle stores what became of a delivery.
func (w *Worker) settle(ctx context.Context, e store.Endpoint, d store.Delivery, out outcome) error {
	now := w.Now()
	log := w.Logger.With("endpoint", e.ID, "kind", e.Kind, "topic", d.Topic, "delivery", d.ID, "tries", d.Tries)
	switch {
	case (out.fate == later || out.fate == soon) && d.Tries > len(schedule):
		out.fate = dead
	case out.fate == soon && d.Tries > maxSoon:
		out.fate = later
	}
	w.Tried(e.Kind, out.result())
	switch {
	case out.fate == gone:
		log.WarnContext(ctx, "endpoint disabled", "why", out.why)
		return w.Store.DisableEndpoint(ctx, e.Workspace, e.ID, out.why, now)
	case out.ill:
		rest := max(out.rest, out.wait, w.jitter(min(firstRest<<min(e.Failures, 20), longestRest)))
		if err := w.Store.EndpointFailed(ctx, e, out.why, now.Add(min(rest, maxWait))); err != nil {
			return err
		}
	case out.fate != soon && e.Failures > 0:
		if err := w.Store.EndpointWell(ctx, e); err != nil {
			return err
		}
	}
	switch out.fate {
	case done:
		log.InfoContext(ctx, cmp.Or(out.why, "delivered"))
		return w.Store.Delivered(ctx, d, now)
	case dead:
		log.ErrorContext(ctx, "given up: see relevo webhooks failed", "why", out.why)
		return w.Store.DeliveryEnded(ctx, d, store.Dead, out.why, now)
	case conflict:
		log.WarnContext(ctx, "not written, for the CRM says something else: see relevo webhooks failed", "why", out.why)
		return w.Store.DeliveryEnded(ctx, d, store.Conflict, out.why, now)
	}
	wait := firstRest
	if out.fate == later {
		wait = w.jitter(schedule[d.Tries-1])
	}
	wait = min(max(wait, out.wait), maxWait+jitterMost)
	log.WarnContext(ctx, "not delivered yet", "why", out.why, "next", wait.String())
	return w.Store.DeliveryFailed(ctx, d, out.why, now.Add(wait))
}

// jitterMost is what the longest wait of the schedule is lengthened by at most.
const jitterMost = 24 * time.Hour / 10
