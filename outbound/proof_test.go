package outbound

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"
)

// What is sent is verified by the official library for JavaScript: with the present secret, with the old one while it is
// changed, and with no other; and not when a letter of it is another.
func TestProof(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("skipped: node is not installed, so the official verifier cannot run")
	}
	if _, err := os.Stat("proof/node_modules/standardwebhooks"); errors.Is(err, fs.ErrNotExist) {
		t.Skip("skipped: the official verifier is not installed; run `npm ci --ignore-scripts` in outbound/proof")
	}
	b := openBay(t, nil)
	r := b.receiver(t, nil)
	e, old := b.hook(t, r.URL)
	present, err := b.store.RotateEndpoint(t.Context(), b.ws.ID, e.ID, b.now().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	l := b.lead(t, "")
	b.accept(t, l.ID)
	b.work(t)
	type check struct {
		Secret  string            `json:"secret"`
		Headers map[string]string `json:"headers"`
		Body    string            `json:"body"`
	}
	var checks []check
	for _, p := range r.got() {
		headers := map[string]string{}
		for name := range p.header {
			headers[strings.ToLower(name)] = p.header.Get(name)
		}
		for _, secret := range []string{present, old, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"} {
			checks = append(checks, check{secret, headers, p.body})
		}
		checks = append(checks, check{present, headers, strings.Replace(p.body, "Ana", "Ane", 1)})
	}
	asked, err := json.Marshal(checks)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), node, "verify.mjs")
	cmd.Dir, cmd.Stdin, cmd.Stderr = "proof", strings.NewReader(string(asked)), os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var got []*string
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	want := []string{"lead.received", "lead.received", "", "", "lead.accepted", "lead.accepted", "", ""}
	var types []string
	for _, s := range got {
		types = append(types, "")
		if s != nil {
			types[len(types)-1] = *s
		}
	}
	if !slices.Equal(types, want) {
		t.Errorf("got %q, want %q", types, want)
	}
}
