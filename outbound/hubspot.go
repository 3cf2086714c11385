package outbound

import (
	"context"
	"encoding/json"
	"errors"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"relevo/handoff"
)

// HubSpot is what writing to HubSpot needs. Without a token it is off.
type HubSpot struct {
	Token, URL string
	Mapping    Mapping
}

// On tells whether decisions are written there.
func (h HubSpot) On() bool { return h.Token != "" }

type hubspot struct {
	HubSpot
	api api
}

func (h *hubspot) name() string     { return "HubSpot" }
func (h *hubspot) mapping() Mapping { return h.Mapping }

// hubspotObject is a contact or a note.
type hubspotObject struct {
	ID         string             `json:"id"`
	Properties map[string]*string `json:"properties"`
}

func (o hubspotObject) text(name string) string {
	if s := o.Properties[name]; s != nil {
		return *s
	}
	return ""
}

func (h *hubspot) call(ctx context.Context, method, path string, body, out any) error {
	return h.api.call(ctx, method, h.URL+path, http.Header{"Authorization": {"Bearer " + h.Token}}, body, out)
}

// check lists a contact, of whom no more than the id is wanted, and asks for each property; whether a token that reads contacts
// may do that too is HubSpot's to say.
func (h *hubspot) check(ctx context.Context) error {
	if err := h.call(ctx, http.MethodGet, "/crm/v3/objects/contacts?limit=1&properties=hs_object_id", nil, nil); err != nil {
		return err
	}
	for _, name := range h.Mapping.fields() {
		err := h.call(ctx, http.MethodGet, "/crm/v3/properties/contacts/"+url.PathEscape(name), nil, nil)
		failure, ok := errors.AsType[*apiError](err)
		switch {
		case ok && failure.cause == absent:
			return &apiError{cause: wrong, why: "contacts have no property " + name}
		case ok && failure.cause != refused:
			return err
		}
	}
	return nil
}

func (h *hubspot) find(ctx context.Context, l handoff.Lead, external []string) (string, error) {
	for _, id := range slices.Backward(external) {
		if id, ours := strings.CutPrefix(id, "hubspot:"); ours && id != "" && strings.Trim(id, "0123456789") == "" {
			return id, nil
		}
	}
	if !h.Mapping.ByEmail || l.Email == "" {
		return "", nil
	}
	// By a search, for an e-mail in the address would stand in logs.
	var found struct {
		Results []hubspotObject `json:"results"`
	}
	filter := map[string]string{"propertyName": "email", "operator": "EQ", "value": l.Email}
	err := h.call(ctx, http.MethodPost, "/crm/v3/objects/contacts/search", map[string]any{
		"filterGroups": []any{map[string]any{"filters": []any{filter}}}, "properties": []string{"email"}, "limit": 2,
	}, &found)
	if err != nil || len(found.Results) != 1 {
		return "", err
	}
	return found.Results[0].ID, nil
}

func (h *hubspot) read(ctx context.Context, id string) (record, error) {
	var contact hubspotObject
	query := url.Values{"properties": {strings.Join(h.Mapping.fields(), ",")}}
	if err := h.call(ctx, http.MethodGet, "/crm/v3/objects/contacts/"+url.PathEscape(id)+"?"+query.Encode(), nil, &contact); err != nil {
		return record{}, err
	}
	r := record{id: contact.ID, fields: map[string]string{}} // of another id, when the contact was merged
	for _, name := range h.Mapping.fields() {
		r.fields[name] = contact.text(name)
	}
	return r, nil
}

func (h *hubspot) write(ctx context.Context, r record, fields map[string]string) (map[string]string, error) {
	var contact hubspotObject
	err := h.call(ctx, http.MethodPatch, "/crm/v3/objects/contacts/"+url.PathEscape(r.id), map[string]any{"properties": fields}, &contact)
	if err != nil {
		return nil, err
	}
	now := map[string]string{}
	for name := range fields {
		if _, says := contact.Properties[name]; says {
			now[name] = contact.text(name)
		}
	}
	return now, nil
}

// noteToContact is HubSpot's id of the kind of association between a note and a contact.
const noteToContact = 202

func (h *hubspot) note(ctx context.Context, id string, n note) error {
	lines := make([]string, len(n.lines))
	for i, line := range n.lines {
		lines[i] = html.EscapeString(line)
	}
	return h.call(ctx, http.MethodPost, "/crm/v3/objects/notes", map[string]any{
		"properties": map[string]string{"hs_timestamp": n.at.UTC().Format(time.RFC3339), "hs_note_body": strings.Join(lines, "<br>")},
		"associations": []any{map[string]any{
			"to":    map[string]string{"id": id},
			"types": []any{map[string]any{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": noteToContact}},
		}},
	}, nil)
}

// noted looks through the contact's notes: HubSpot's search would find a new one only after a while.
func (h *hubspot) noted(ctx context.Context, id string, n note) (bool, error) {
	for after := ""; ; {
		var notes struct {
			Results []struct {
				ID json.Number `json:"toObjectId"`
			} `json:"results"`
			Paging struct {
				Next struct {
					After string `json:"after"`
				} `json:"next"`
			} `json:"paging"`
		}
		query := url.Values{"limit": {"100"}} // as many as are read at once
		if after != "" {
			query.Set("after", after)
		}
		if err := h.call(ctx, http.MethodGet, "/crm/v4/objects/contacts/"+url.PathEscape(id)+"/associations/notes?"+query.Encode(), nil, &notes); err != nil {
			return false, err
		}
		if len(notes.Results) == 0 {
			return false, nil
		}
		var inputs []any
		for _, r := range notes.Results {
			inputs = append(inputs, map[string]string{"id": r.ID.String()})
		}
		var read struct {
			Results []hubspotObject `json:"results"`
		}
		err := h.call(ctx, http.MethodPost, "/crm/v3/objects/notes/batch/read", map[string]any{"properties": []string{"hs_note_body"}, "inputs": inputs}, &read)
		if err != nil {
			return false, err
		}
		if slices.ContainsFunc(read.Results, func(o hubspotObject) bool { return strings.Contains(o.text("hs_note_body"), n.key) }) {
			return true, nil
		}
		if after = notes.Paging.Next.After; after == "" {
			return false, nil
		}
	}
}

// What HubSpot says of a property that it refuses stands as JSON in the text of its message, with the value.
var (
	hubspotCode  = regexp.MustCompile(`"error":"([A-Z_]+)"`)
	hubspotField = regexp.MustCompile(`"name":"([A-Za-z0-9_]+)"`)
)

func hubspotErrors(body []byte) (code string, fields []string) {
	var said struct {
		Category string `json:"category"`
		Message  string `json:"message"`
	}
	if json.Unmarshal(body, &said) != nil {
		return "", nil
	}
	if m := hubspotCode.FindStringSubmatch(said.Message); m != nil {
		said.Category = m[1]
	}
	for _, m := range hubspotField.FindAllStringSubmatch(said.Message, 9) {
		fields = append(fields, m[1])
	}
	return codeOnly(said.Category), fields
}

// codeOnly lets nothing pass that is no code.
func codeOnly(s string) string {
	if len(s) > 64 || strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_") != "" {
		return ""
	}
	return s
}
