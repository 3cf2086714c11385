package intake

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"relevo/handoff"
)

// maxDepth is how deep objects and lists may stand in one another. What the form and CRM tools send is under 10 deep.
const maxDepth = 32

// What can be wrong with a body as a whole.
const (
	bodyEmpty    handoff.Problem = "body_empty"
	bodyBroken   handoff.Problem = "body_broken" // it did not arrive whole
	bodyBOM      handoff.Problem = "body_bom"
	bodyNotUTF8  handoff.Problem = "body_not_utf8"
	bodyNUL      handoff.Problem = "body_nul"
	bodySyntax   handoff.Problem = "body_syntax"
	bodyTrailing handoff.Problem = "body_trailing"
	bodyDeep     handoff.Problem = "body_deep"
	bodyTwice    handoff.Problem = "body_twice" // an object names a field twice: which one counts is anybody's guess
	bodyNoLead   handoff.Problem = "body_no_lead"
	bodyTooMany  handoff.Problem = "body_too_many"
)

// decode reads a body that is one JSON value and nothing else: map[string]any, []any, string, json.Number, bool or
// nil. It is stricter than encoding/json and fails with a Problem.
func decode(body []byte) (any, error) {
	switch {
	case bytes.HasPrefix(body, []byte("\xef\xbb\xbf")), bytes.HasPrefix(body, []byte("\xff\xfe")), bytes.HasPrefix(body, []byte("\xfe\xff")):
		return nil, Problem{Code: bodyBOM}
	case !utf8.Valid(body):
		return nil, Problem{Code: bodyNotUTF8}
	case len(bytes.TrimSpace(body)) == 0:
		return nil, Problem{Code: bodyEmpty}
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	var whole json.RawMessage
	if err := dec.Decode(&whole); err != nil {
		at := len(body)
		if wrong := (*json.SyntaxError)(nil); errors.As(err, &wrong) {
			at = min(at, int(wrong.Offset))
		}
		return nil, Problem{Code: bodySyntax, Limit: 1 + bytes.Count(body[:at], []byte("\n"))}
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, Problem{Code: bodyTrailing}
	}
	dec = json.NewDecoder(bytes.NewReader(whole))
	dec.UseNumber()
	return decodeValue(dec, 0)
}

// decodeTold is decode for tools that nobody can ask to send better: null characters are left out, and of a field that is
// named twice the last one counts. One odd value must not cost them the rest of the body.
func decodeTold(body []byte) (any, error) {
	value, err := decode(body)
	if wrong, ok := errors.AsType[Problem](err); ok && (wrong.Code == bodyNUL || wrong.Code == bodyTwice) {
		if again, ok := lenient(body); ok {
			return withoutNUL(again), nil
		}
	}
	return value, err
}

func withoutNUL(value any) any {
	switch value := value.(type) {
	case string:
		return strings.ReplaceAll(value, "\x00", "")
	case []any:
		for i := range value {
			value[i] = withoutNUL(value[i])
		}
	case map[string]any:
		for key := range value {
			value[key] = withoutNUL(value[key])
		}
	}
	return value
}

func decodeValue(dec *json.Decoder, depth int) (any, error) {
	token, err := dec.Token()
	if err != nil {
		return nil, Problem{Code: bodySyntax, Limit: 1}
	}
	switch token := token.(type) {
	case json.Delim:
		if depth == maxDepth {
			return nil, Problem{Code: bodyDeep, Limit: maxDepth}
		}
		if token == '[' {
			return decodeList(dec, depth)
		}
		return decodeObject(dec, depth)
	case string:
		if strings.Contains(token, "\x00") {
			return nil, Problem{Code: bodyNUL}
		}
		return token, nil
	default:
		return token, nil
	}
}

func decodeList(dec *json.Decoder, depth int) ([]any, error) {
	list := []any{}
	for dec.More() {
		v, err := decodeValue(dec, depth+1)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	_, err := dec.Token()
	return list, err
}

func decodeObject(dec *json.Decoder, depth int) (map[string]any, error) {
	object := map[string]any{}
	for dec.More() {
		key, err := decodeValue(dec, depth+1)
		if err != nil {
			return nil, err
		}
		name := key.(string) // JSON has no other keys
		if _, twice := object[name]; twice {
			return nil, Problem{Code: bodyTwice, Value: name}
		}
		if object[name], err = decodeValue(dec, depth+1); err != nil {
			return nil, err
		}
	}
	_, err := dec.Token()
	return object, err
}
