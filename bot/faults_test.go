package bot_test

import (
	"relevo/internal/slackfake"
	"relevo/store"
)

// storeAll is the filter that lets every lead through.
var storeAll store.Filter

// fault makes something go wrong in Slack.
func (w *world) fault(f slackfake.Fault) {
	w.t.Helper()
	if err := w.fake.Fault(f); err != nil {
		w.t.Fatal(err)
	}
}
