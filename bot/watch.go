package bot

import (
	"net/http"
	"time"

	"github.com/slack-go/slack"
)

// Watch is told of what whoever runs the bot wants to count. What is nil is not told.
type Watch struct {
	Acked  func(kind string, took time.Duration) // Slack was answered; kind is one of a few words
	Waited func(why string, d time.Duration)     // nothing is sent for so long: to keep our own "pace", or because "slack" says so
	Calls  http.RoundTripper                     // by which Slack is called; nil for the usual one
}

func (w Watch) acked(kind string, began time.Time) {
	if w.Acked != nil {
		w.Acked(kind, time.Since(began))
	}
}

func (w Watch) waited(why string, d time.Duration) {
	if w.Waited != nil {
		w.Waited(why, d)
	}
}

// What Slack sends, as it is counted.
const (
	kindCommand    = "command"
	kindClick      = "click"
	kindSubmission = "submission"
	kindShortcut   = "shortcut"
	kindEvent      = "event"
	kindOther      = "other"
)

func kindOfInteraction(t slack.InteractionType) string {
	switch t {
	case slack.InteractionTypeBlockActions:
		return kindClick
	case slack.InteractionTypeViewSubmission:
		return kindSubmission
	case slack.InteractionTypeMessageAction:
		return kindShortcut
	}
	return kindOther
}
