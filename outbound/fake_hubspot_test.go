package outbound

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"relevo/handoff"
)

// fakeHubSpot is HubSpot's API, as far as it is used, with what HubSpot checks: the token, the names of properties, their
// options, a stage that goes back (which is left out without a word), and what a note needs.
type fakeHubSpot struct {
	*httptest.Server
	mu       sync.Mutex
	contacts map[string]map[string]string
	merged   map[string]string // ids of contacts that were merged into others
	notes    []fakeNote
	faults   []http.HandlerFunc // what the next calls are answered with
	after    map[string]http.HandlerFunc
	calls    []string
	before   func() // happens when a call comes
}

type fakeNote struct{ contact, at, body string }

// hubspotProperties are those that a contact has, with the options of those that have some.
var hubspotProperties = map[string][]string{
	"hs_lead_status": {"NEW", "OPEN", "IN_PROGRESS", "UNQUALIFIED", "BAD_TIMING", ""}, "lifecyclestage": stages, "relevo_reason": nil, "relevo_need": nil,
}

const hubspotToken = "pat-eu1-1"

func newFakeHubSpot(t *testing.T) *fakeHubSpot {
	f := &fakeHubSpot{contacts: map[string]map[string]string{}, merged: map[string]string{}, after: map[string]http.HandlerFunc{}}
	f.Server = httptest.NewServer(f)
	t.Cleanup(f.Close)
	return f
}

func (f *fakeHubSpot) settings() HubSpot { return hubspotAt(f.URL) }

// hubspotAt returns the settings for a HubSpot at an address.
func hubspotAt(url string) HubSpot {
	return HubSpot{Token: hubspotToken, URL: url, Mapping: Mapping{
		Stage: "lifecyclestage", Status: "hs_lead_status", Reason: "relevo_reason", Need: "relevo_need",
		Stages:   map[handoff.State]string{handoff.Accepted: "salesqualifiedlead"},
		Statuses: map[handoff.State]string{handoff.Open: "OPEN", handoff.Accepted: "IN_PROGRESS", handoff.Rejected: "UNQUALIFIED", handoff.Nurturing: "BAD_TIMING"},
	}}
}

// refuse answers as HubSpot does.
func refuse(w http.ResponseWriter, status int, category, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(map[string]string{"status": "error", "message": message, "category": category, "correlationId": "c"})
}

func (f *fakeHubSpot) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	call := r.Method + " " + r.URL.Path
	f.calls = append(f.calls, call)
	if f.before != nil {
		f.before()
	}
	if len(f.faults) > 0 {
		fault := f.faults[0]
		f.faults = f.faults[1:]
		if fault != nil {
			fault(w, r)
			return
		}
	}
	if r.Header.Get("Authorization") != "Bearer "+hubspotToken {
		refuse(w, 401, "INVALID_AUTHENTICATION", "Authentication credentials not found")
		return
	}
	if r.Method != http.MethodGet && r.Header.Get("Content-Type") != "application/json" {
		refuse(w, 415, "", "Unsupported Media Type")
		return
	}
	id := strings.TrimPrefix(r.URL.Path, "/crm/v3/objects/contacts/")
	if into, ok := f.merged[id]; ok {
		id = into
	}
	contact := f.contacts[id]
	answer := func(status int, v any) {
		if lost := f.after[call]; lost != nil { // it is done, and the answer is lost
			delete(f.after, call)
			lost(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		json.NewEncoder(w).Encode(v)
	}
	var body struct {
		Properties   json.RawMessage
		Associations []struct {
			To    struct{ ID string }
			Types []struct {
				AssociationCategory string
				AssociationTypeID   int
			}
		}
		FilterGroups []struct {
			Filters []struct{ PropertyName, Operator, Value string }
		}
		Inputs []struct{ ID string }
	}
	if r.Method != http.MethodGet && json.NewDecoder(r.Body).Decode(&body) != nil {
		refuse(w, 400, "VALIDATION_ERROR", "Invalid input JSON")
		return
	}
	var properties map[string]string
	json.Unmarshal(body.Properties, &properties)
	property, isProperty := strings.CutPrefix(call, "GET /crm/v3/properties/contacts/")
	switch {
	case call == "GET /crm/v3/objects/contacts":
		answer(200, map[string]any{"results": []any{map[string]any{"id": "1"}}})
	case isProperty:
		if _, there := hubspotProperties[property]; !there {
			refuse(w, 404, "OBJECT_NOT_FOUND", "no property "+property)
			return
		}
		answer(200, map[string]any{"name": property})
	case call == "POST /crm/v3/objects/contacts/search":
		var found []any
		for id, c := range f.contacts {
			if filter := body.FilterGroups[0].Filters[0]; filter.Operator == "EQ" && c[filter.PropertyName] == filter.Value {
				found = append(found, map[string]any{"id": id, "properties": c})
			}
		}
		answer(200, map[string]any{"total": len(found), "results": found})
	case call == "POST /crm/v3/objects/notes":
		if properties["hs_timestamp"] == "" || len(body.Associations) != 1 || body.Associations[0].Types[0].AssociationTypeID != 202 || body.Associations[0].Types[0].AssociationCategory != "HUBSPOT_DEFINED" {
			refuse(w, 400, "VALIDATION_ERROR", "invalid note")
			return
		}
		f.notes = append(f.notes, fakeNote{body.Associations[0].To.ID, properties["hs_timestamp"], properties["hs_note_body"]})
		answer(201, map[string]any{"id": strconv.Itoa(len(f.notes))})
	case call == "POST /crm/v3/objects/notes/batch/read":
		var found []any
		for _, in := range body.Inputs {
			n, _ := strconv.Atoi(in.ID)
			found = append(found, map[string]any{"id": in.ID, "properties": map[string]string{"hs_note_body": f.notes[n-1].body}})
		}
		answer(200, map[string]any{"results": found})
	case strings.HasSuffix(call, "/associations/notes"):
		id, _, _ = strings.Cut(strings.TrimPrefix(r.URL.Path, "/crm/v4/objects/contacts/"), "/")
		all := []any{}
		for i, n := range f.notes {
			if n.contact == id {
				all = append(all, map[string]any{"toObjectId": i + 1})
			}
		}
		answer(200, map[string]any{"results": all})
	case contact == nil:
		refuse(w, 404, "OBJECT_NOT_FOUND", "resource not found")
	case r.Method == http.MethodGet:
		shown := map[string]any{"hs_object_id": id}
		for name := range strings.SplitSeq(r.URL.Query().Get("properties"), ",") {
			shown[name] = nil
			if v := contact[name]; v != "" {
				shown[name] = v
			}
		}
		answer(200, map[string]any{"id": id, "properties": shown})
	case r.Method == http.MethodPatch:
		for name, value := range properties {
			allowed, there := hubspotProperties[name]
			code := "INVALID_OPTION"
			if !there {
				code = "PROPERTY_DOESNT_EXIST"
			}
			if !there || allowed != nil && !slices.Contains(allowed, value) {
				refuse(w, 400, "VALIDATION_ERROR", fmt.Sprintf(`Property values were not valid: [{"isValid":false,"message":"%s was not one of the allowed options","error":"%s","name":"%s"}]`, value, code, name))
				return
			}
		}
		if goesBack(contact["lifecyclestage"], properties["lifecyclestage"]) {
			delete(properties, "lifecyclestage")
		}
		maps.Copy(contact, properties)
		answer(200, map[string]any{"id": id, "properties": contact})
	default:
		refuse(w, 405, "", "not allowed")
	}
}

// set changes a contact by hand.
func (f *fakeHubSpot) set(id string, pairs ...string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.contacts[id] == nil {
		f.contacts[id] = map[string]string{}
	}
	for i := 0; i < len(pairs); i += 2 {
		f.contacts[id][pairs[i]] = pairs[i+1]
	}
}

// says returns a contact in a line.
func (f *fakeHubSpot) says(id string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	c := f.contacts[id]
	return fmt.Sprintf("%s/%s/%s/%q", c["lifecyclestage"], c["hs_lead_status"], c["relevo_reason"], c["relevo_need"])
}

// asked returns the calls that came.
func (f *fakeHubSpot) asked() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.calls)
}

// noted returns the notes that were added.
func (f *fakeHubSpot) noted() []fakeNote {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.notes)
}
