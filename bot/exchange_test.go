package bot_test

import (
	"bytes"
	"io"
	"net/http"
	"slices"
)

// An exchange is a signed request of Slack's and the bot's answer.
type exchange struct {
	path   string
	header http.Header
	body   []byte
	status int
	answer []byte
}

// serve lets the bot answer a request and keeps both.
func (w *world) serve(h http.Handler, rw http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(rw, err.Error(), http.StatusBadRequest)
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	kept := keeper{ResponseWriter: rw, status: http.StatusOK}
	h.ServeHTTP(&kept, r)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.exchanges = append(w.exchanges, exchange{r.URL.Path, r.Header.Clone(), body, kept.status, kept.answer.Bytes()})
}

// answered returns what was exchanged since the first n requests.
func (w *world) exchanged(n int) []exchange {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.exchanges[n:])
}

// keeper keeps what is written through it.
type keeper struct {
	http.ResponseWriter
	status int
	answer bytes.Buffer
}

func (k *keeper) WriteHeader(status int) {
	k.status = status
	k.ResponseWriter.WriteHeader(status)
}

func (k *keeper) Write(b []byte) (int, error) {
	k.answer.Write(b)
	return k.ResponseWriter.Write(b)
}

func (k *keeper) Flush() {
	if f, ok := k.ResponseWriter.(http.Flusher); ok {
		f.Flush()
	}
}

// replay sends a request once more, as whoever had recorded it could, and returns the answer. With retry it
// carries the headers of Slack's own second try.
func (w *world) replay(e exchange, retry bool) exchange {
	w.t.Helper()
	req, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, w.web.URL+e.path, bytes.NewReader(e.body))
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header = e.header.Clone()
	if retry {
		req.Header.Set("X-Slack-Retry-Num", "1")
		req.Header.Set("X-Slack-Retry-Reason", "http_timeout")
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return exchange{path: e.path, body: e.body, header: resp.Header, status: resp.StatusCode, answer: answer}
}
