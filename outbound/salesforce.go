package outbound

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"relevo/handoff"
)

// Salesforce is what writing to Salesforce needs. Without a client id it is off.
type Salesforce struct {
	URL, ClientID, ClientSecret string // URL is that of My Domain
	Mapping                     Mapping
}

// On tells whether decisions are written there.
func (s Salesforce) On() bool { return s.ClientID != "" }

const salesforceAPI = "/services/data/v62.0"

type salesforce struct {
	Salesforce
	api api

	mu    sync.Mutex
	token string
}

func (s *salesforce) name() string     { return "Salesforce" }
func (s *salesforce) mapping() Mapping { return s.Mapping }

// call asks with the token that we have, and with a new one when Salesforce knows it no more.
func (s *salesforce) call(ctx context.Context, method, path string, header http.Header, body, out any) error {
	token, err := s.access(ctx, "")
	if err != nil {
		return err
	}
	for again := true; ; again = false {
		h := header.Clone()
		if h == nil {
			h = http.Header{}
		}
		h.Set("Authorization", "Bearer "+token)
		err := s.api.call(ctx, method, s.URL+salesforceAPI+path, h, body, out)
		if failure, ok := errors.AsType[*apiError](err); !ok || failure.code != "INVALID_SESSION_ID" || !again {
			return err
		}
		if token, err = s.access(ctx, token); err != nil {
			return err
		}
	}
}

// access returns an access token, a new one when the one that is had is stale.
func (s *salesforce) access(ctx context.Context, stale string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.token != stale {
		return s.token, nil
	}
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {s.ClientID}, "client_secret": {s.ClientSecret}}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL+"/services/oauth2/token", strings.NewReader(form.Encode()))
	if err != nil {
		return "", &apiError{cause: refused, why: "the address of the API can't be used"}
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept", "application/json")
	var given struct {
		Token string `json:"access_token"`
	}
	if err := s.api.do(r, &given); err != nil {
		if failure, ok := errors.AsType[*apiError](err); ok && failure.cause == wrong { // Salesforce says so of a wrong secret
			failure.cause, failure.why = refused, "the client id or secret was refused"
		}
		return "", err
	}
	s.token = given.Token
	return s.token, nil
}

// isLead tells whether it is the id of a Lead: of campaign members and contacts nothing is written.
func isLead(id string) bool {
	return strings.HasPrefix(id, "00Q") && (len(id) == 15 || len(id) == 18) && salesforceID.MatchString(id)
}

var salesforceID = regexp.MustCompile(`^[A-Za-z0-9]+$`)

// check looks for a lead that there can't be, in the fields that are written.
func (s *salesforce) check(ctx context.Context) error {
	query := `SELECT ` + strings.Join(append([]string{"Id"}, s.Mapping.fields()...), ", ") + ` FROM Lead WHERE Id = NULL LIMIT 1`
	return s.call(ctx, http.MethodGet, "/query?q="+url.QueryEscape(query), nil, nil, nil)
}

func (s *salesforce) find(ctx context.Context, l handoff.Lead, external []string) (string, error) {
	for _, id := range slices.Backward(external) {
		if id, ours := strings.CutPrefix(id, "salesforce:"); ours && isLead(id) {
			return id, nil
		}
	}
	if !s.Mapping.ByEmail || l.Email == "" {
		return "", nil
	}
	// By a search in the body, for an e-mail in the address would stand in logs. It finds what is like it, too.
	var found struct {
		Records []struct {
			ID, Email   string
			IsConverted bool
		} `json:"searchRecords"`
	}
	err := s.call(ctx, http.MethodPost, "/parameterizedSearch", nil, map[string]any{
		"q": l.Email, "in": "EMAIL", "sobjects": []any{map[string]any{"name": "Lead", "fields": []string{"Id", "Email", "IsConverted"}}},
	}, &found)
	if err != nil {
		return "", err
	}
	var ids []string
	for _, r := range found.Records {
		if strings.EqualFold(r.Email, l.Email) && !r.IsConverted && isLead(r.ID) {
			ids = append(ids, r.ID)
		}
	}
	if len(ids) != 1 { // of several nobody knows which one is meant
		return "", nil
	}
	return ids[0], nil
}

func (s *salesforce) read(ctx context.Context, id string) (record, error) {
	var said map[string]any
	names := append([]string{"Id", "IsConverted", "LastModifiedDate"}, s.Mapping.fields()...)
	if err := s.call(ctx, http.MethodGet, "/sobjects/Lead/"+url.PathEscape(id)+"?fields="+url.QueryEscape(strings.Join(names, ",")), nil, nil, &said); err != nil {
		return record{}, err
	}
	r := record{id: id, fields: map[string]string{}}
	for _, name := range s.Mapping.fields() {
		r.fields[name], _ = said[name].(string)
	}
	r.as, _ = said["LastModifiedDate"].(string)
	if converted, _ := said["IsConverted"].(bool); converted {
		r.closed = "the lead was converted"
	}
	return r, nil
}

// salesforceTime is how Salesforce writes a time.
const salesforceTime = "2006-01-02T15:04:05.000-0700"

func (s *salesforce) write(ctx context.Context, r record, fields map[string]string) (map[string]string, error) {
	header := http.Header{}
	if at, err := time.Parse(salesforceTime, r.as); err == nil { // refused with 412 when somebody was quicker
		header.Set("If-Unmodified-Since", at.UTC().Format(http.TimeFormat))
	}
	return nil, s.call(ctx, http.MethodPatch, "/sobjects/Lead/"+url.PathEscape(r.id), header, fields, nil)
}

// note adds a completed task, which stands in the lead's activities.
func (s *salesforce) note(ctx context.Context, id string, n note) error {
	return s.call(ctx, http.MethodPost, "/sobjects/Task", nil, map[string]string{
		"WhoId": id, "Subject": n.subject, "Description": strings.Join(n.lines, "\n"), "Status": "Completed", "ActivityDate": n.at.Format(time.DateOnly),
	}, nil)
}

func (s *salesforce) noted(ctx context.Context, id string, n note) (bool, error) {
	if !salesforceID.MatchString(id) {
		return false, nil
	}
	var found struct {
		Records []struct{ Description string } `json:"records"`
	}
	query := `SELECT Id, Description FROM Task WHERE WhoId = '` + id + `' ORDER BY CreatedDate DESC LIMIT 200`
	if err := s.call(ctx, http.MethodGet, "/query?q="+url.QueryEscape(query), nil, nil, &found); err != nil {
		return false, err
	}
	for _, task := range found.Records {
		if strings.Contains(task.Description, n.key) {
			return true, nil
		}
	}
	return false, nil
}

func salesforceErrors(body []byte) (code string, fields []string) {
	var said []struct {
		Code   string   `json:"errorCode"`
		Fields []string `json:"fields"`
	}
	if json.Unmarshal(body, &said) != nil || len(said) == 0 {
		return "", nil
	}
	for _, name := range said[0].Fields {
		if fieldName.MatchString(name) {
			fields = append(fields, name)
		}
	}
	return codeOnly(said[0].Code), fields
}

var fieldName = regexp.MustCompile(`^\w{1,80}$`)
