package intake

import (
	"time"

	"relevo/handoff"
)

// Normaliser brings what senders write into one form.
type Normaliser struct{}

// NewNormaliser returns one.
func NewNormaliser() *Normaliser { return &Normaliser{} }

// arrival makes the arrival of an entry. Keys and ids of two sources never meet.
func (n *Normaliser) arrival(from source, e entry, now time.Time, zone *time.Location) (handoff.Arrival, Problems) {
	if e.form == nil {
		return handoff.Arrival{}, e.wrong
	}
	a, wrong := e.form.arrival(now, zone, e.wrong)
	a.ExternalID = from.id(a.ExternalID)
	if e.once != "" {
		a.OnceKey = from.name + ":" + e.once
	}
	return a, wrong
}
