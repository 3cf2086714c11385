package bot

import (
	"maps"
	"slices"
	"time"
)

// CheckSignature is checkSignature, for the tests from outside.
var CheckSignature = checkSignature

// Golden, Indented and Texts are golden, indented and texts, for the tests from outside.
var (
	Golden   = golden
	Indented = indented
	Texts    = texts
)

// SetTimes says how long the second connection waits for the first, and how long a loop is left alone.
func (s *SocketMode) SetTimes(stagger, pause time.Duration) { s.stagger, s.pause = stagger, pause }

// SetPatience says how long a handler waits for Slack.
func (a *App) SetPatience(d time.Duration) {
	a.patience, a.people.patient, a.people.first = d, d, d
}

// Clicks and Submits are the names of all that can be clicked and sent.
func (a *App) Clicks() []string  { return slices.Sorted(maps.Keys(a.clicks)) }
func (a *App) Submits() []string { return slices.Sorted(maps.Keys(a.submits)) }
