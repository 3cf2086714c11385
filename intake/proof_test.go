package intake

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// byOthers has a library that is not ours sign a request, or check our signature of it: see proof/sign.mjs for the
// names and what each needs. It skips the test where Node or the libraries are not installed.
func byOthers(t *testing.T, name string, request map[string]any) map[string]any {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("skipped: node is not installed, so the tools' own signers cannot run")
	}
	if _, err := os.Stat("proof/node_modules/standardwebhooks"); errors.Is(err, fs.ErrNotExist) {
		t.Skip("skipped: the tools' own signers are not installed; run `npm ci --ignore-scripts` in intake/proof")
	}
	asked, err := json.Marshal(request)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), node, "sign.mjs", name)
	cmd.Dir = "proof"
	cmd.Stdin = strings.NewReader(string(asked))
	var complaints strings.Builder
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("sign.mjs %s: %v\n%s", name, err, complaints.String())
	}
	var said map[string]any
	if err := json.Unmarshal(out, &said); err != nil {
		t.Fatal(err)
	}
	return said
}
