package slackfake

import (
	"bytes"
	"mime/multipart"
	"net/http/httptest"
	"strings"
	"testing"
)

// FuzzBlocks wants no payload to crash the checks, nor one that passed them to crash what reads it afterwards.
func FuzzBlocks(f *testing.F) {
	f.Add(`[{"type":"section","text":{"type":"mrkdwn","text":"hi <@U1> <!date^1^{date}|x>"},"accessory":{"type":"button","action_id":"a","text":{"type":"plain_text","text":"x"}}}]`)
	f.Add(`[{"type":"table","rows":[[{"type":"raw_text","text":"x"},{"type":"raw_number","value":1}],[null]]}]`)
	f.Add(`[{"type":"data_visualization","title":"t","chart":{"type":"bar","series":[{"name":"s","data":[{"label":"a","value":1}]}],"axis_config":{"categories":["a"]}}}]`)
	f.Add(`[{"type":"input","label":{"type":"plain_text","text":"x"},"element":{"type":"static_select","options":[{"text":{},"value":[]}]}}]`)
	f.Add(`{"type":"carousel","elements":[{"type":"card","actions":[null]}]}`)
	s := New(Options{})
	f.Fuzz(func(t *testing.T, raw string) {
		var v any
		if decode([]byte(raw), &v) != nil {
			return
		}
		wrong := checkMessage(v)
		blocks := s.withIDs(objects(v))
		if len(wrong) == 0 && len(blocks) != len(list(v)) {
			t.Errorf("%d blocks passed, %d are left", len(list(v)), len(blocks))
		}
		stateOf(blocks, nil)
		s.Text(blocks)
		checkView(Object{"type": "modal", "blocks": v}, "modal")
	})
}

// FuzzMultipart wants any body to be read or refused, and a file to come through whatever follows its closing boundary.
func FuzzMultipart(f *testing.F) {
	f.Add([]byte("a,b\n1,2\n"), "--x--\r\n")
	f.Add([]byte("\r\n--x"), "")
	f.Fuzz(func(t *testing.T, data []byte, tail string) {
		parseMultipart(data, "x")
		var body bytes.Buffer
		w := multipart.NewWriter(&body)
		file, err := w.CreateFormFile("file", "f.csv")
		if err != nil {
			t.Fatal(err)
		}
		file.Write(data)
		w.Close()
		body.WriteString("\r\n--" + w.Boundary() + "--\r\n" + tail) // slack-go closes twice
		_, parts, err := parseMultipart(body.Bytes(), w.Boundary())
		if err != nil || len(parts) != 1 || !bytes.Equal(parts[0].data, data) {
			t.Errorf("got %d parts, %v", len(parts), err)
		}
	})
}

// FuzzArgs wants any request to be read or refused.
func FuzzArgs(f *testing.F) {
	f.Add("application/json", `{"channel":"C1","blocks":[]}`)
	f.Add("application/x-www-form-urlencoded", "channel=C1&blocks=%5B%5D")
	f.Add("multipart/form-data; boundary=x", "--x\r\n\r\n--x--")
	s := New(Options{})
	f.Fuzz(func(t *testing.T, kind, body string) {
		r := httptest.NewRequest("POST", "/api/chat.postMessage", strings.NewReader(body))
		r.Header.Set("Content-Type", kind)
		a, _, err := parseArgs(r)
		if err != nil {
			return
		}
		s.content(&call{args: a})
	})
}
