package slackfake

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// Teams serves several workspaces at one address, as Slack does: a call goes to the workspace that its token, its code or its
// refresh token is of, an answer to the one of its response_url. What is nobody's goes to the first, which refuses it. Each
// workspace needs its own TeamID and reaches the app over signed HTTP.
func Teams(all ...*Slack) http.Handler {
	handlers := make([]http.Handler, len(all))
	for i, s := range all {
		handlers[i] = s.Handler()
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		if err != nil {
			http.Error(w, "body too large or cut off", http.StatusRequestEntityTooLarge)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		keys := keysOf(r, body)
		for i, s := range all {
			if s.opens(keys) || strings.HasPrefix(r.URL.Path, "/response/"+s.opts.TeamID+"/") {
				handlers[i].ServeHTTP(w, r)
				return
			}
		}
		handlers[0].ServeHTTP(w, r)
	})
}

// keysOf returns what of a request may tell its workspace.
func keysOf(r *http.Request, body []byte) []string {
	form, _ := url.ParseQuery(string(body)) // JSON has none of these names at its outside
	keys := []string{form.Get("token"), form.Get("code"), form.Get("refresh_token"), r.URL.Query().Get("token")}
	if _, bearer, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok {
		keys = append(keys, bearer)
	}
	return keys
}

// opens tells whether one of these is a token or a code of the workspace.
func (s *Slack) opens(keys []string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, key := range keys {
		if key == "" {
			continue
		}
		if s.tokens[key] != nil || s.codes[key] != nil || s.refreshes(key) {
			return true
		}
	}
	return false
}

// refreshes tells whether a refresh token was given out here, used up or not.
func (s *Slack) refreshes(token string) bool {
	return strings.HasPrefix(token, "xoxe-slackfake-"+strings.ToLower(s.opts.TeamID)+"-")
}
