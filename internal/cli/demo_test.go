package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// The week that plays itself checks what it saw; here that it says so, and what it leaves behind.
func TestPlay(t *testing.T) {
	for _, lang := range []string{"en", "es"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			dump := filepath.Join(t.TempDir(), "dump")
			var out, errs bytes.Buffer
			code := Run(t.Context(), Env{
				Args:   []string{"demo", "--play", "--dump", dump, "--listen", "127.0.0.1:0", "--language", lang},
				Stdout: &out, Stderr: &errs, Now: time.Now, Getenv: func(string) string { return "" },
			})
			if code != exitOK || errs.Len() > 0 {
				t.Fatalf("exit %d: %s\n%s", code, errs.String(), out.String())
			}
			begin := map[string]string{"en": "A week at Norte", "es": "Una semana en Norte"}[lang]
			for _, want := range []string{begin, "✓ 32 leads", "#mql-feedback"} {
				if !strings.Contains(out.String(), want) {
					t.Errorf("it does not say %q:\n%s", want, out.String())
				}
			}
			files, err := os.ReadDir(dump)
			if err != nil || len(files) < 20 {
				t.Fatalf("%d files dumped (%v)", len(files), err)
			}
			kinds := map[string]int{}
			for _, f := range files {
				m := regexp.MustCompile(`^\d{4}-(message|modal|home)\.json$`).FindStringSubmatch(f.Name())
				if m == nil {
					t.Errorf("a file is called %s", f.Name())
					continue
				}
				kinds[m[1]]++
				body, err := os.ReadFile(filepath.Join(dump, f.Name()))
				var payload struct{ Blocks []map[string]any }
				if err == nil {
					err = json.Unmarshal(body, &payload)
				}
				if err != nil || len(payload.Blocks) == 0 {
					t.Errorf("%s has no blocks (%v)", f.Name(), err)
				}
			}
			if kinds["message"] == 0 || kinds["modal"] == 0 {
				t.Errorf("dumped %v; want messages and modals", kinds)
			}
		})
	}
}

// The demo prints the page's address and takes leads in as it says.
func TestDemo(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	r, w := io.Pipe()
	done := make(chan int, 1)
	var errs bytes.Buffer
	go func() {
		done <- Run(ctx, Env{Args: []string{"demo", "--listen", "127.0.0.1:0"}, Stdout: w, Stderr: &errs, Now: time.Now, Getenv: func(string) string { return "" }})
		w.Close()
	}()
	var said strings.Builder
	buf := make([]byte, 4096)
	for !strings.Contains(said.String(), "Ctrl-C") {
		n, err := r.Read(buf)
		said.Write(buf[:n])
		if err != nil {
			t.Fatalf("the demo ended: %v\n%s%s", err, said.String(), errs.String())
		}
	}
	page := regexp.MustCompile(`http://127\.0\.0\.1:\d+\n`).FindString(said.String())
	resp, err := http.Get(strings.TrimSpace(page))
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("the page at %q answers %v, %v", page, resp, err)
	}
	resp.Body.Close()
	hook := regexp.MustCompile(`http://127\.0\.0\.1:\d+/hooks/json`).FindString(said.String())
	token := regexp.MustCompile(`Bearer ([^']+)'`).FindStringSubmatch(said.String())
	lead := regexp.MustCompile(`-d '([^']+)'`).FindStringSubmatch(said.String())
	if token == nil || lead == nil {
		t.Fatalf("it does not say how to hand a lead over:\n%s", said.String())
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, hook, strings.NewReader(lead[1]))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token[1])
	req.Header.Set("Content-Type", "application/json")
	resp, err = http.DefaultClient.Do(req)
	if err != nil || resp.StatusCode != http.StatusAccepted {
		t.Fatalf("the lead of the example is answered %v, %v", resp, err)
	}
	resp.Body.Close()
	stop()
	if code := <-done; code != exitOK {
		t.Errorf("after Ctrl-C it exits %d: %s", code, errs.String())
	}
}
