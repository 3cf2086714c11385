package slackfake

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// apiError is an answer with ok false.
type apiError struct {
	code     string
	messages []string // response_metadata.messages
	extra    Object
}

func (e *apiError) Error() string { return e.code }

func fail(code string) error { return &apiError{code: code} }

// call is one call of a method. The lock is held while it runs.
type call struct {
	args
	method string
	base   string // scheme and host that the caller used
}

// method is a Web API method: what it needs and what it does.
type method struct {
	run   func(*Slack, *call) (Object, error)
	token tokenKind
	scope string // one of these, separated by |
	tier  int    // calls a minute, 0 for no limit here
}

type tokenKind int

const (
	botCall tokenKind = iota
	appCall
	openCall // needs no token
)

const (
	tier2 = 20
	tier3 = 50
	tier4 = 100
)

// methods is the table of what the workspace understands.
func methods() map[string]method {
	return map[string]method{
		"api.test":                     {run: (*Slack).apiTest, token: openCall},
		"auth.test":                    {run: (*Slack).authTest},
		"apps.connections.open":        {run: (*Slack).connectionsOpen, token: appCall, tier: tier3},
		"bots.info":                    {run: (*Slack).botsInfo, scope: "users:read", tier: tier3},
		"chat.postMessage":             {run: (*Slack).chatPostMessage, scope: "chat:write"},
		"chat.update":                  {run: (*Slack).chatUpdate, scope: "chat:write", tier: tier3},
		"chat.delete":                  {run: (*Slack).chatDelete, scope: "chat:write", tier: tier3},
		"chat.postEphemeral":           {run: (*Slack).chatPostEphemeral, scope: "chat:write", tier: tier4},
		"chat.getPermalink":            {run: (*Slack).chatGetPermalink},
		"conversations.info":           {run: (*Slack).conversationsInfo, scope: "channels:read|groups:read", tier: tier3},
		"conversations.list":           {run: ofTeam((*Slack).conversationsList), scope: "channels:read|groups:read", tier: tier2},
		"conversations.members":        {run: (*Slack).conversationsMembers, scope: "channels:read|groups:read", tier: tier4},
		"conversations.join":           {run: (*Slack).conversationsJoin, scope: "channels:join", tier: tier3},
		"conversations.open":           {run: (*Slack).conversationsOpen, scope: "im:write", tier: tier3},
		"conversations.history":        {run: (*Slack).conversationsHistory, scope: "channels:history|groups:history|im:history", tier: tier3},
		"conversations.replies":        {run: (*Slack).conversationsReplies, scope: "channels:history|groups:history|im:history", tier: tier3},
		"files.getUploadURLExternal":   {run: (*Slack).filesGetUploadURL, scope: "files:write", tier: tier4},
		"files.completeUploadExternal": {run: (*Slack).filesCompleteUpload, scope: "files:write", tier: tier4},
		"files.delete":                 {run: (*Slack).filesDelete, scope: "files:write", tier: tier3},
		"files.info":                   {run: (*Slack).filesInfo, scope: "files:write|files:read", tier: tier4},
		"oauth.v2.access":              {run: (*Slack).oauthAccess, token: openCall},
		"reactions.add":                {run: (*Slack).reactionsAdd, scope: "reactions:write", tier: tier3},
		"team.info":                    {run: (*Slack).teamInfo},
		"usergroups.list":              {run: ofTeam((*Slack).usergroupsList), scope: "usergroups:read", tier: tier2},
		"usergroups.users.list":        {run: ofTeam((*Slack).usergroupsUsersList), scope: "usergroups:read", tier: tier2},
		"users.info":                   {run: (*Slack).usersInfo, scope: "users:read", tier: tier4},
		"users.list":                   {run: ofTeam((*Slack).usersList), scope: "users:read", tier: tier2},
		"users.lookupByEmail":          {run: (*Slack).usersLookupByEmail, scope: "users:read.email", tier: tier3},
		"views.open":                   {run: (*Slack).viewsOpen, tier: tier4},
		"views.push":                   {run: (*Slack).viewsPush, tier: tier4},
		"views.update":                 {run: (*Slack).viewsUpdate, tier: tier4},
		"views.publish":                {run: (*Slack).viewsPublish, tier: tier4},
	}
}

// serveAPI answers /api/{method}.
func (s *Slack) serveAPI(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("method")
	m, known := s.methods[name]
	a, token, err := parseArgs(r)
	fault := s.takeFault(name)
	s.count(name)
	if fault.before(w, r) {
		return
	}
	var answer Object
	switch {
	case !known:
		err = &apiError{code: "unknown_method", extra: Object{"req_method": name}}
	case err == nil:
		err = s.mayCall(m, token)
	}
	if err == nil {
		if wait := s.limited(name, m, a); wait > 0 {
			tooMany(w, wait)
			return
		}
		s.mu.Lock()
		answer, err = m.run(s, &call{args: a, method: name, base: baseURL(r)})
		s.mu.Unlock()
	}
	if fault.after() {
		cut(w)
		return
	}
	if m.token == botCall {
		w.Header().Set("X-OAuth-Scopes", strings.Join(s.opts.Scopes, ","))
		if m.scope != "" {
			w.Header().Set("X-Accepted-OAuth-Scopes", strings.ReplaceAll(m.scope, "|", ","))
		}
	}
	s.opts.Logger.Debug("api call", "method", name, "error", err)
	writeJSON(w, http.StatusOK, envelope(answer, err))
}

// envelope is the answer's body: ok, or the error with what Slack says about it.
func envelope(answer Object, err error) Object {
	if err == nil {
		out := Object{"ok": true}
		for k, v := range answer {
			out[k] = v
		}
		return out
	}
	out := Object{"ok": false, "error": "internal_error"}
	var refused *apiError
	if errors.As(err, &refused) {
		out["error"] = refused.code
		if refused.messages != nil {
			out["errors"] = refused.messages
			out["response_metadata"] = Object{"messages": withPrefix(refused.messages)}
		}
		for k, v := range refused.extra {
			out[k] = v
		}
	}
	return out
}

func withPrefix(messages []string) []string {
	out := make([]string, len(messages))
	for i, m := range messages {
		out[i] = "[ERROR] " + m
	}
	return out
}

// mayCall looks at the token and the scopes.
func (s *Slack) mayCall(m method, token string) error {
	if m.token == openCall {
		return nil
	}
	if token == "" {
		return fail("not_authed")
	}
	s.mu.Lock()
	problem, bot := s.botToken(token)
	s.mu.Unlock()
	app := token == s.opts.AppToken
	switch {
	case !bot && !app:
		return fail("invalid_auth")
	case bot == (m.token == appCall):
		return fail("not_allowed_token_type")
	case bot && problem != "":
		return fail(problem)
	}
	if m.scope != "" && m.token == botCall {
		needed := strings.Split(m.scope, "|")
		if !slices.ContainsFunc(needed, func(scope string) bool { return slices.Contains(s.opts.Scopes, scope) }) {
			return &apiError{code: "missing_scope", extra: Object{"needed": needed[0], "provided": strings.Join(s.opts.Scopes, ",")}}
		}
	}
	return nil
}

func (s *Slack) count(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls[name]++
	s.wake()
}

// record keeps what was sent. A payload that breaks a rule is a problem too.
func (s *Slack) record(sent Sent, err error) {
	var refused *apiError
	if errors.As(err, &refused) {
		sent.Error = refused.code
		if refused.messages != nil || isPayloadError(refused.code) {
			s.problem(Problem{Method: sent.Method, Code: refused.code, Messages: refused.messages, Payload: sent.Payload})
		}
	}
	s.sent = append(s.sent, sent)
}

func (s *Slack) problem(p Problem) {
	s.problems = append(s.problems, p)
	s.opts.Logger.Warn("payload refused", "method", p.Method, "code", p.Code, "messages", p.Messages)
	s.wake()
}

func isPayloadError(code string) bool {
	switch code {
	case "invalid_blocks_format", "invalid_arguments", "msg_too_long", "no_text", "view_too_large", "push_limit_reached",
		"invalid_metadata_format", "metadata_too_large", "duplicate_external_id":
		return true
	}
	return false
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	data, err := json.Marshal(body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(data)))
	w.WriteHeader(status)
	w.Write(data)
}

func baseURL(r *http.Request) string { return "http://" + r.Host }
