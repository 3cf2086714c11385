package intake

import (
	"embed"
	"net/http"
	"strings"
	"time"
)

// Message is a request as a tool would send it.
type Message struct {
	URL    string
	Header http.Header
	Body   []byte
}

// signer makes a message that its source takes for the tool's own. Most add headers; some need the secret in the
// body or in the address.
type signer func(m *Message, now time.Time) error

// Sign returns the body as the tool that the source stands for would send it to the Relevo at this address, proven
// by the source's own secrets. It fails with UnknownSource, SourceOff, or a Problem of a body that cannot be signed.
func Sign(s Secrets, name, address string, body []byte, now time.Time) (Message, error) {
	for _, from := range sources(s) {
		if from.name != name {
			continue
		}
		if missing := from.missing(); len(missing) > 0 {
			return Message{}, SourceOff{name, missing}
		}
		m := Message{
			URL:    strings.TrimRight(address, "/") + "/hooks/" + name,
			Header: http.Header{"Content-Type": {from.media + "; charset=utf-8"}},
			Body:   body,
		}
		return m, from.sign(&m, now)
	}
	return Message{}, UnknownSource{name}
}

// UnknownSource says that no source has this name.
type UnknownSource struct{ Name string }

func (e UnknownSource) Error() string { return "no source " + e.Name }

// SourceOff says that a source lacks settings.
type SourceOff struct {
	Name    string
	Missing []string // the settings that would switch it on
}

func (e SourceOff) Error() string { return "source " + e.Name + " is off" }

//go:embed samples
var samples embed.FS

// Sample returns a made-up body of the source; false when there is none.
func Sample(name string) ([]byte, bool) {
	for _, ext := range []string{".json", ".xml"} {
		if body, err := samples.ReadFile("samples/" + name + ext); err == nil {
			return body, true
		}
	}
	return nil, false
}
