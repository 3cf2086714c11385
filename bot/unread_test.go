package bot_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/slack-go/slack"

	"relevo/bot"
)

// Slack answers a modal with the modal. A block in it that is newer than the library is no reason to think that it was not opened.
func TestAnswersWithNewerViews(t *testing.T) {
	answer := `{"ok":true,"view":{"id":"V1","type":"modal","blocks":[{"type":"actions","elements":[{"type":"hologram_picker","action_id":"a"}]}]}}`
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		rw.Header().Set("Content-Type", "application/json")
		io.WriteString(rw, answer)
	}))
	defer server.Close()
	calls := &http.Client{Transport: bot.SlackTransport()}
	defer calls.CloseIdleConnections()
	open := func(calls *http.Client) error {
		_, err := slack.New("xoxb", slack.OptionAPIURL(server.URL+"/"), slack.OptionHTTPClient(calls)).OpenViewContext(t.Context(), "1.2", slack.ModalViewRequest{Type: slack.VTModal})
		return err
	}
	if open(server.Client()) == nil {
		t.Error("the library reads this view: the test needs another")
	}
	if err := open(calls); err != nil {
		t.Errorf("an opened modal fails: %v", err)
	}
	for _, answer = range []string{`{"ok":false,"error":"expired_trigger_id","view":{}}`, `{"ok":false`, `[]`, ``} {
		if open(calls) == nil {
			t.Errorf("%s is taken for a success", answer)
		}
	}
}
