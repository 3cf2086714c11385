package slackfake

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// args are a call's arguments, from a form (all strings) or from JSON.
type args map[string]any

const maxBody = 8 << 20

// parseArgs reads the arguments of a call however they were sent, and its token.
func parseArgs(r *http.Request) (args, string, error) {
	a := args{}
	addForm := func(v url.Values) {
		for k := range v {
			a[k] = v.Get(k)
		}
	}
	addForm(r.URL.Query())
	kind, params, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil {
		return nil, "", fmt.Errorf("read body: %w", err)
	}
	if len(body) > maxBody {
		return nil, "", errors.New("body too large")
	}
	switch kind {
	case "application/json":
		var fields map[string]any
		if err := decode(body, &fields); err != nil && len(bytes.TrimSpace(body)) > 0 {
			return nil, "", &apiError{code: "invalid_json"}
		}
		for k, v := range fields {
			a[k] = v
		}
	case "application/x-www-form-urlencoded":
		form, err := url.ParseQuery(string(body))
		if err != nil {
			return nil, "", &apiError{code: "invalid_form_data"}
		}
		addForm(form)
	case "multipart/form-data":
		fields, _, err := parseMultipart(body, params["boundary"])
		if err != nil {
			return nil, "", &apiError{code: "invalid_form_data"}
		}
		for k, v := range fields {
			a[k] = v
		}
	}
	if id, secret, ok := r.BasicAuth(); ok {
		a["client_id"], a["client_secret"] = id, secret
	}
	token := str(a["token"])
	if bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		token = bearer
	}
	return a, token, nil
}

// part is a file of a multipart form.
type part struct {
	field, name string
	data        []byte
}

// parseMultipart reads the fields and files of a multipart body. What follows the first closing boundary is not looked
// at: slack-go writes that boundary twice.
func parseMultipart(body []byte, boundary string) (map[string]string, []part, error) {
	if boundary == "" {
		return nil, nil, errors.New("multipart without a boundary")
	}
	fields, files := map[string]string{}, []part(nil)
	reader := multipart.NewReader(bytes.NewReader(body), boundary)
	for {
		p, err := reader.NextPart()
		if errors.Is(err, io.EOF) {
			return fields, files, nil
		}
		if err != nil {
			return nil, nil, fmt.Errorf("multipart: %w", err)
		}
		data, err := io.ReadAll(p)
		if err != nil {
			return nil, nil, fmt.Errorf("multipart: %w", err)
		}
		if p.FileName() != "" {
			files = append(files, part{field: p.FormName(), name: p.FileName(), data: data})
		} else {
			fields[p.FormName()] = string(data)
		}
	}
}

// decode keeps numbers as they were written.
func decode(data []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if err := d.Decode(into); err != nil {
		return err
	}
	if d.More() {
		return errors.New("more than one JSON value")
	}
	return nil
}

func (a args) str(name string) string { return str(a[name]) }

func (a args) has(name string) bool { _, ok := a[name]; return ok }

func (a args) flag(name string) bool {
	switch v := a[name].(type) {
	case bool:
		return v
	case string:
		return v == "true" || v == "1"
	}
	return false
}

func (a args) number(name string, fallback int) int {
	n, err := strconv.Atoi(a.str(name))
	if err != nil {
		return fallback
	}
	return n
}

// json is an argument that is JSON: as a string in a form, or as it is in a JSON body. nil when it is not there.
func (a args) json(name string) (any, error) {
	v, ok := a[name]
	if !ok || v == nil || v == "" {
		return nil, nil
	}
	text, ok := v.(string)
	if !ok {
		return v, nil
	}
	var out any
	if err := decode([]byte(text), &out); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return out, nil
}

// list is an argument with several values, separated by commas or as a JSON array.
func (a args) list(name string) []string {
	if items, ok := a[name].([]any); ok {
		var out []string
		for _, item := range items {
			out = append(out, str(item))
		}
		return out
	}
	return strings.FieldsFunc(a.str(name), func(r rune) bool { return r == ',' || r == ' ' })
}

func str(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case int:
		return strconv.Itoa(v)
	}
	return ""
}

func object(v any) Object { o, _ := v.(Object); return o }

func list(v any) []any { l, _ := v.([]any); return l }

// objects are the elements of a list that are objects.
func objects(v any) []Object {
	if already, ok := v.([]Object); ok {
		return already
	}
	var out []Object
	for _, item := range list(v) {
		if o, ok := item.(Object); ok {
			out = append(out, o)
		}
	}
	return out
}

// text is the text of a text object.
func text(v any) string { return str(object(v)["text"]) }
