package cli

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"relevo/handoff"
	"relevo/internal/text"
)

// The browser test does the whole loop by clicks, in both languages. RELEVO_SCREENSHOTS names a folder in which it
// leaves what it saw.

// browser returns a context in which pages can be driven, of somebody who reads this language; the test is skipped where nobody asked for
// it, since it takes longer than all the others together.
func browser(t *testing.T, lang string) context.Context {
	t.Helper()
	if os.Getenv("RELEVO_TEST_BROWSER") == "" {
		t.Skip("the page is not tested in a browser; to switch it on, install Debian's chromium: RELEVO_TEST_BROWSER=1 go test -run Browser ./internal/cli")
	}
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		t.Fatal("RELEVO_TEST_BROWSER is set, and there is no Chromium here: install Debian's chromium")
	}
	flags := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true), chromedp.Flag("force-prefers-reduced-motion", true),
		chromedp.Flag("accept-lang", lang), chromedp.WindowSize(1280, 900), chromedp.UserDataDir(t.TempDir()))
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), flags...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 5*time.Minute)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil { // starts it, for as long as this context lives
		t.Fatalf("Chromium does not start: %v", err)
	}
	return ctx
}

type css = chromedp.CSS

// stage is a demo that runs, and a browser that looks at it.
type stage struct {
	t     *testing.T
	ctx   context.Context
	demo  *demo
	texts *text.Printer // of the workspace's language
	shots int
	name  string
}

func newStage(t *testing.T, lang string) *stage {
	t.Helper()
	ctx := browser(t, lang)
	texts, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	c := &console{Env: Env{Stdout: &out, Stderr: t.Output(), Now: time.Now}, ctx: t.Context(), texts: texts, p: texts.In(lang)}
	d, err := newDemo(t.Context(), demoCmd{Listen: "127.0.0.1:0", Language: lang, Play: true}, c, slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})))
	if err != nil {
		t.Fatal(err)
	}
	running, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- d.run(running) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if err := d.close(); err != nil {
			t.Error(err)
		}
		for _, p := range d.fake.Problems() {
			t.Errorf("Slack refused a payload: %s", p)
		}
	})
	if err := d.settled(t.Context()); err != nil {
		t.Fatal(err)
	}
	return &stage{t: t, ctx: ctx, demo: d, texts: texts.In(lang), name: lang}
}

// do drives the page; what fails is told with the step's name and a picture.
func (s *stage) do(what string, actions ...chromedp.Action[chromedp.Void]) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.ctx, time.Minute)
	defer cancel()
	for _, a := range actions {
		err := chromedp.Do(ctx, a)
		for err != nil && ctx.Err() == nil && (strings.Contains(err.Error(), "Could not find node") || strings.Contains(err.Error(), "Cannot find context")) {
			err = chromedp.Do(ctx, a) // the page has just drawn it anew, or gives way to another
		}
		if err != nil {
			s.shot("failed")
			s.t.Fatalf("%s: %v", what, err)
		}
	}
}

// shot leaves a picture of what is seen.
func (s *stage) shot(what string) {
	s.t.Helper()
	folder := os.Getenv("RELEVO_SCREENSHOTS")
	if folder == "" {
		return
	}
	png, err := chromedp.Run(s.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		s.t.Logf("no picture of %s: %v", what, err)
		return
	}
	s.shots++
	file := filepath.Join(folder, fmt.Sprintf("%s-%02d-%s.png", s.name, s.shots, strings.ReplaceAll(what, " ", "-")))
	if err := os.WriteFile(file, png, 0o644); err != nil {
		s.t.Error(err)
	}
}

// size makes the page so large, and waits until it is laid out anew: its tools stand in the bar, or where that is too narrow in
// the drawer. A click on what still moves is lost.
func (s *stage) size(width, height int64) {
	s.t.Helper()
	s.do(fmt.Sprintf("be %d wide", width), chromedp.EmulateViewport(width, height),
		chromedp.Poll[chromedp.Void](fmt.Sprintf(`innerWidth === %d && innerHeight === %d && (document.querySelector('#sidebar .tools') === null) === (innerWidth > 900)`, width, height)))
}

// as makes the page somebody else's.
func (s *stage) as(user string) {
	s.t.Helper()
	s.press(`[data-action="switch-user"]`, `.menu-item[data-user="`+user+`"]`)
	s.press(`.menu-item[data-user="`+user+`"]`, `body[data-ready="true"][data-user="`+user+`"]`)
}

// press clicks and waits for what that opens. Whoever sees nothing open presses again.
func (s *stage) press(on, opens string) {
	s.t.Helper()
	for range 6 {
		s.do("press "+on, click(on))
		ctx, cancel := context.WithTimeout(s.ctx, 10*time.Second)
		err := chromedp.Do(ctx, visible(opens))
		cancel()
		if err == nil {
			return
		}
	}
	s.shot("failed")
	s.t.Fatalf("pressing %s does not open %s", on, opens)
}

// visible waits until something that the selector finds is seen.
func visible(selector string) chromedp.Action[chromedp.Void] {
	return until(`[...document.querySelectorAll(%q)].some(e => e.checkVisibility({visibilityProperty: true}))`, selector)
}

// gone waits until the selector finds nothing.
func gone(selector string) chromedp.Action[chromedp.Void] {
	return until(`!document.querySelector(%q)`, selector)
}

// until waits, as long as its context lets it, until an expression about a selector holds.
func until(expression, selector string) chromedp.Action[chromedp.Void] {
	return chromedp.Poll[chromedp.Void](fmt.Sprintf(expression, selector), chromedp.WithPollingTimeout(0))
}

// click presses the mouse on the first thing seen that the selector finds, once it rests and nothing covers it. The page may draw it anew
// just then; what missed is pressed again.
func click(selector string) chromedp.Action[chromedp.Void] {
	aim := fmt.Sprintf(`(selector => {
		const e = [...document.querySelectorAll(selector)].find(e => e.checkVisibility({visibilityProperty: true}));
		if (!e) return null;
		const box = e.getBoundingClientRect(), x = box.x + box.width / 2, y = box.y + box.height / 2;
		const before = window.aimed;
		window.aimed = {e, x, y, hit: false};
		if (!e.contains(document.elementFromPoint(x, y))) {
			e.scrollIntoView({block: "center", behavior: "instant"});
			return null;
		}
		if (before?.e !== e || before.x !== x || before.y !== y) return null;
		addEventListener("click", c => { window.aimed = {hit: !!c.target.closest(selector)}; }, {capture: true, once: true});
		return [x, y];
	})(%q)`, selector)
	return func(ctx context.Context, page *chromedp.Target) (none chromedp.Void, err error) {
		for hit := false; !hit && err == nil; {
			var at []float64
			if at, err = chromedp.Poll[[]float64](aim, chromedp.WithPollingTimeout(0))(ctx, page); err != nil {
				break
			}
			if _, err = chromedp.MouseClickXY(at[0], at[1])(ctx, page); err == nil {
				hit, err = chromedp.Evaluate[bool](`window.aimed?.hit ?? true`)(ctx, page) // nothing is aimed at on the page that a link led to
			}
		}
		return none, err
	}
}

// channel opens a channel.
func (s *stage) channel(name string) {
	s.t.Helper()
	s.do("open "+name,
		click(`a[data-channel="`+name+`"]`),
		visible(`[data-messages="`+name+`"]`))
}

// types enters a line into the channel that is open. The page may draw the box anew under the keys; what is not whole then is typed again.
func (s *stage) types(line string) {
	s.t.Helper()
	const box = `textarea[data-composer="channel"]`
	s.do("type "+line, click(box), func(ctx context.Context, page *chromedp.Target) (none chromedp.Void, err error) {
		for typed := ""; typed != line && err == nil; {
			if _, err = chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`{ const box = document.querySelector(%q); box.value = ""; box.focus(); }`, box))(ctx, page); err != nil {
				break
			}
			if _, err = chromedp.KeyEvent(line)(ctx, page); err == nil {
				typed, err = chromedp.Evaluate[string](fmt.Sprintf(`document.querySelector(%q).value`, box))(ctx, page)
			}
		}
		return none, err
	}, chromedp.KeyEvent("\r"))
}

// says waits until the page shows these words somewhere in what the selector finds.
func (s *stage) says(selector string, words ...string) {
	s.t.Helper()
	for _, w := range words {
		s.do(fmt.Sprintf("see %q", w), chromedp.Poll[chromedp.Void](fmt.Sprintf(`[...document.querySelectorAll(%q)].some(e => e.innerText.includes(%q))`, selector, w)))
	}
}

// card is the selector of the message that shows a lead's current round.
func (s *stage) card(number int64) string {
	s.t.Helper()
	l, err := s.demo.service.store.LeadByNumber(s.t.Context(), s.demo.service.workspace.ID, number)
	if err != nil {
		s.t.Fatal(err)
	}
	m, err := s.demo.service.store.CardOf(s.t.Context(), l.Workspace, l.ID, l.Round)
	if err != nil {
		s.t.Fatal(err)
	}
	return `[data-ts="` + m.TS + `"] `
}

func (s *stage) arrive() int64 {
	s.t.Helper()
	r, err := s.demo.arrive(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	if err := s.demo.settled(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	return r.Number
}

func (s *stage) state(number int64) handoff.State {
	s.t.Helper()
	l, err := s.demo.service.store.LeadByNumber(s.t.Context(), s.demo.service.workspace.ID, number)
	if err != nil {
		s.t.Fatal(err)
	}
	return l.State
}
