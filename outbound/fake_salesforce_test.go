package outbound

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"relevo/handoff"
)

// fakeSalesforce is Salesforce's API, as far as it is used, with what Salesforce checks: the token, which it forgets at times,
// the names of fields, the values of a picklist, when a record was last changed, and that a converted lead stays as it is.
type fakeSalesforce struct {
	*httptest.Server
	now func() time.Time

	mu      sync.Mutex
	leads   map[string]map[string]any
	changed map[string]time.Time
	tasks   []map[string]string
	tokens  int // how many were given out; the last one is good
	faults  []http.HandlerFunc
	after   map[string]http.HandlerFunc
	between func() // happens between a read and the next write
}

func newFakeSalesforce(t *testing.T) *fakeSalesforce {
	f := &fakeSalesforce{leads: map[string]map[string]any{}, changed: map[string]time.Time{}, after: map[string]http.HandlerFunc{}, now: time.Now}
	f.Server = httptest.NewServer(f)
	t.Cleanup(f.Close)
	return f
}

func (f *fakeSalesforce) settings() Salesforce {
	return Salesforce{URL: f.URL, ClientID: "3MVG9", ClientSecret: "s3cret", Mapping: Mapping{
		Status: "Status", Reason: "Relevo_Reason__c", Need: "Relevo_Need__c",
		Statuses: map[handoff.State]string{handoff.Open: "Open - Not Contacted", handoff.Accepted: "Working - Contacted", handoff.Rejected: "Closed - Not Converted"},
	}}
}

func sfRefuse(w http.ResponseWriter, status int, code string, fields ...string) {
	w.Header().Set("Content-Type", "application/json;charset=UTF-8")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode([]any{map[string]any{"message": "about Ana", "errorCode": code, "fields": fields}})
}

func (f *fakeSalesforce) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.faults) > 0 {
		fault := f.faults[0]
		f.faults = f.faults[1:]
		if fault != nil {
			fault(w, r)
			return
		}
	}
	if r.URL.Path == "/services/oauth2/token" {
		if r.PostFormValue("grant_type") != "client_credentials" || r.PostFormValue("client_id") != "3MVG9" || r.PostFormValue("client_secret") != "s3cret" {
			w.WriteHeader(400)
			fmt.Fprint(w, `{"error":"invalid_client","error_description":"invalid client credentials"}`)
			return
		}
		f.tokens++
		fmt.Fprintf(w, `{"access_token":"token-%d","instance_url":"%s","token_type":"Bearer"}`, f.tokens, f.URL)
		return
	}
	if r.Header.Get("Authorization") != fmt.Sprintf("Bearer token-%d", f.tokens) {
		sfRefuse(w, 401, "INVALID_SESSION_ID")
		return
	}
	call := r.Method + " " + strings.TrimPrefix(r.URL.Path, "/services/data/v62.0")
	answer := func(status int, v any) {
		if lost := f.after[call]; lost != nil {
			delete(f.after, call)
			lost(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/json;charset=UTF-8")
		w.WriteHeader(status)
		if v != nil {
			json.NewEncoder(w).Encode(v)
		}
	}
	id, isLead := strings.CutPrefix(call, r.Method+" /sobjects/Lead/")
	lead := f.leads[id]
	switch {
	case call == "POST /parameterizedSearch":
		var q struct{ Q, In string }
		json.NewDecoder(r.Body).Decode(&q)
		found := []any{}
		for id, l := range f.leads {
			if q.In == "EMAIL" && strings.Contains(l["Email"].(string), strings.Split(q.Q, "@")[0]) { // it finds what is like it
				found = append(found, map[string]any{"Id": id, "Email": l["Email"], "IsConverted": l["IsConverted"]})
			}
		}
		answer(200, map[string]any{"searchRecords": found})
	case call == "GET /query":
		asked, ofLead := strings.CutSuffix(r.URL.Query().Get("q"), " FROM Lead WHERE Id = NULL LIMIT 1")
		for name := range strings.SplitSeq(strings.TrimPrefix(asked, "SELECT "), ", ") {
			if ofLead && !slices.Contains([]string{"Id", "Status", "Relevo_Reason__c", "Relevo_Need__c"}, name) {
				sfRefuse(w, 400, "INVALID_FIELD")
				return
			}
		}
		found := []any{}
		for _, task := range f.tasks {
			if strings.Contains(r.URL.Query().Get("q"), "FROM Task WHERE WhoId = '"+task["WhoId"]+"'") {
				found = append(found, map[string]any{"Id": "00T1", "Description": task["Description"]})
			}
		}
		answer(200, map[string]any{"totalSize": len(found), "done": true, "records": found})
	case call == "POST /sobjects/Task":
		task := map[string]string{}
		if json.NewDecoder(r.Body).Decode(&task) != nil || f.leads[task["WhoId"]] == nil || task["Status"] != "Completed" || len(task["Subject"]) > 255 {
			sfRefuse(w, 400, "INVALID_CROSS_REFERENCE_KEY")
			return
		}
		f.tasks = append(f.tasks, task)
		answer(201, map[string]any{"id": "00T1", "success": true, "errors": []any{}})
	case !isLead || lead == nil:
		sfRefuse(w, 404, "NOT_FOUND")
	case r.Method == http.MethodGet:
		shown := map[string]any{"attributes": map[string]string{"type": "Lead"}, "Id": id}
		for name := range strings.SplitSeq(r.URL.Query().Get("fields"), ",") {
			if name == "LastModifiedDate" {
				shown[name] = f.changed[id].UTC().Format(salesforceTime)
			} else if value, ok := lead[name]; ok {
				shown[name] = value
			} else if name != "Id" {
				sfRefuse(w, 400, "INVALID_FIELD", name)
				return
			}
		}
		answer(200, shown)
		if f.between != nil {
			f.between()
			f.between = nil
		}
	case r.Method == http.MethodPatch:
		change := map[string]any{}
		json.NewDecoder(r.Body).Decode(&change)
		since, err := http.ParseTime(r.Header.Get("If-Unmodified-Since"))
		status, _ := change["Status"].(string)
		switch {
		case err != nil:
			sfRefuse(w, 400, "INVALID_HEADER")
		case f.changed[id].Truncate(time.Second).After(since):
			w.WriteHeader(412)
		case lead["IsConverted"] == true:
			sfRefuse(w, 400, "CANNOT_UPDATE_CONVERTED_LEAD")
		case status != "" && !slices.Contains([]string{"Open - Not Contacted", "Working - Contacted", "Closed - Not Converted", "Nurturing"}, status):
			sfRefuse(w, 400, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", "Status")
		default:
			maps.Copy(lead, change)
			f.changed[id] = f.now()
			answer(204, nil)
		}
	}
}

// set changes a lead by hand.
func (f *fakeSalesforce) set(id string, pairs ...any) { // also within a call, which has the lock
	if f.leads[id] == nil {
		f.leads[id] = map[string]any{"Email": "ana@acme.example", "IsConverted": false, "Status": "Open - Not Contacted", "Relevo_Reason__c": nil, "Relevo_Need__c": nil}
	}
	for i := 0; i < len(pairs); i += 2 {
		f.leads[id][pairs[i].(string)] = pairs[i+1]
	}
	f.changed[id] = f.now()
}

func (f *fakeSalesforce) says(id string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	l := f.leads[id]
	return strings.ReplaceAll(fmt.Sprintf("%v/%v/%v", l["Status"], l["Relevo_Reason__c"], l["Relevo_Need__c"]), "<nil>", "")
}

// done returns the tasks that were added.
func (f *fakeSalesforce) done() []map[string]string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.tasks)
}
