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
	"relevo/internal/slackfake"
	"relevo/internal/text"
)

// The browser test does the whole loop by clicks, in both languages. RELEVO_SCREENSHOTS names a folder in which it
// leaves what it saw.

// browser returns a context in which pages can be driven, of somebody who reads this language; the test is skipped where there is
// no Chromium.
func browser(t *testing.T, lang string) context.Context {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		t.Skip("no Chromium here: the page is not tested in a browser; to switch it on, install Debian's chromium")
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

// press clicks what the page may just be moving, and waits for what that opens.
func (s *stage) press(on, opens string) {
	s.t.Helper()
	s.do("press "+on, chromedp.WaitVisible(css(on)), chromedp.Evaluate[chromedp.Void]("document.querySelector(`"+on+"`).click()"), chromedp.WaitVisible(css(opens)))
}

// channel opens a channel.
func (s *stage) channel(name string) {
	s.t.Helper()
	s.do("open "+name,
		chromedp.Click(css(`a[data-channel="`+name+`"]`)),
		chromedp.WaitVisible(css(`[data-messages="`+name+`"]`)))
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

func TestBrowser(t *testing.T) {
	for _, lang := range []string{"en", "es"} {
		t.Run(lang, func(t *testing.T) { clickThrough(newStage(t, lang)) })
	}
}

func clickThrough(s *stage) {
	t := s.t
	first, second, third := s.arrive(), s.arrive(), s.arrive()
	me, rep := slackfake.Luke, slackfake.Ana
	if s.name == "es" {
		me, rep = rep, me // whose own language is Spanish
	}
	mine := s.texts
	s.do("open the page", chromedp.EmulateViewport(1280, 860), chromedp.Navigate(s.demo.fake.URL()), chromedp.WaitVisible(css(`body[data-ready="true"]`)))
	s.as(me)
	s.channel("#mql-leads")
	s.says(`[data-messages="#mql-leads"]`, mine.T("card.accept"))
	s.shot("three open cards")

	// Accept: an empty note is refused under its field, then taken.
	s.do("press accept", chromedp.Click(css(s.card(first)+`[data-action-id="card.accept"]`)),
		chromedp.WaitVisible(css(`dialog[data-callback-id="accept"]`)))
	s.shot("accept modal")
	s.do("send it empty", chromedp.Click(css(`dialog [data-modal="submit"]`)), chromedp.WaitVisible(css(`dialog .field-error`)))
	s.shot("accept without a need")
	need := s.demo.company.Needs[0]
	s.do("fill it in", chromedp.SendKeys(css(`dialog textarea`), need),
		chromedp.Click(css(`dialog [data-modal="submit"]`)), chromedp.WaitNotPresent(css(`dialog[data-view]`)))
	s.says(s.card(first), need[3:20])
	if got := s.state(first); got != handoff.Accepted {
		t.Errorf("lead #%d is %s", first, got)
	}
	s.shot("accepted card")

	// Reject with a timing reason: its day is filled in.
	s.do("press reject", chromedp.Click(css(s.card(second)+`[data-action-id="card.reject"]`)),
		chromedp.WaitVisible(css(`dialog[data-callback-id="reject"]`)),
		chromedp.Click(css(`dialog [data-action-id="reject.reason"]`)))
	s.shot("reasons by lane")
	s.do("choose a timing reason", chromedp.Click(css(`.menu-item[data-value="bad-timing"]`)),
		chromedp.WaitVisible(css(`dialog [data-block-id="back:bad-timing"]`)))
	s.shot("reject modal with a day")
	s.do("send it", chromedp.SendKeys(css(`dialog textarea`), s.demo.company.Notes["bad-timing"][0]),
		chromedp.Click(css(`dialog [data-modal="submit"]`)), chromedp.WaitNotPresent(css(`dialog[data-view]`)))
	s.says(s.card(second), s.demo.company.Notes["bad-timing"][0])
	if got := s.state(second); got != handoff.Nurturing {
		t.Errorf("lead #%d is %s", second, got)
	}
	s.shot("decided cards")

	// Take the acceptance back from the card's menu.
	s.do("open the menu", chromedp.Click(css(s.card(first)+`[data-action-id="card.menu"]`)))
	s.shot("menu of a card")
	s.do("take back", chromedp.Click(css(`.menu-item[data-value^="take_back"]`)),
		chromedp.WaitVisible(css(`dialog[data-callback-id="take_back"]`)),
		chromedp.SendKeys(css(`dialog textarea`), s.demo.company.Why))
	s.shot("take back modal")
	s.do("send it", chromedp.Click(css(`dialog [data-modal="submit"]`)), chromedp.WaitNotPresent(css(`dialog[data-view]`)))
	s.says(s.card(first), s.texts.T("card.accept"), s.demo.company.Why)
	s.shot("open again")

	// History.
	s.do("open the history", chromedp.Click(css(s.card(first)+`[data-action-id="card.menu"]`)),
		chromedp.Click(css(`.menu-item[data-value^="history"]`)),
		chromedp.WaitVisible(css(`dialog[data-callback-id="history"]`)))
	s.says(`dialog`, mine.T("history.heading"))
	s.shot("history")
	s.do("close it", chromedp.Click(css(`dialog [data-modal="close"]`)), chromedp.WaitNotPresent(css(`dialog[data-view]`)))

	// A race: the other rep decides while my form is open.
	s.do("open the form", chromedp.Click(css(s.card(third)+`[data-action-id="card.accept"]`)),
		chromedp.WaitVisible(css(`dialog[data-callback-id="accept"]`)))
	at := strings.TrimSuffix(strings.TrimPrefix(s.card(third), `[data-ts="`), `"] `)
	if err := s.demo.fake.Click(t.Context(), rep, slackfake.InMessage(slackfake.ChannelLeads, at), "card.reject", ""); err != nil {
		t.Fatal(err)
	}
	if _, err := s.demo.fake.Submit(t.Context(), rep, s.demo.fake.Modal(rep).ID, map[string]string{"reject.reason": "wrong-size"}); err != nil {
		t.Fatal(err)
	}
	s.do("send mine", chromedp.SendKeys(css(`dialog textarea`), need), chromedp.Click(css(`dialog [data-modal="submit"]`)),
		chromedp.WaitVisible(css(`dialog[data-callback-id="notice"]`)))
	s.says(`dialog`, mine.T("already.theirs_stands"), need[3:20])
	s.shot("second in a race")
	s.do("close it", chromedp.Click(css(`dialog [data-modal="close"]`)), chromedp.WaitNotPresent(css(`dialog[data-view]`)))

	// Commands, with completion.
	s.do("type a slash", chromedp.SendKeys(css(`textarea[data-composer="channel"]`), "/l"), chromedp.WaitVisible(css(`[data-suggestion="/lead"]`)))
	s.shot("completion")
	s.do("ask", chromedp.SendKeys(css(`textarea[data-composer="channel"]`), "\b\b/mql help\r"))
	s.says(`[data-ephemeral="true"]`, mine.T("help.heading"))
	s.do("ask", chromedp.SendKeys(css(`textarea[data-composer="channel"]`), "/lead open\r"))
	s.says(`[data-ephemeral="true"]`, mine.N("lead.open", 1))
	s.shot("private answers")

	// Home.
	s.do("open Home", chromedp.Click(css(`a[data-app="home"]`)))
	s.says(`main`, mine.N("home.open", 1))
	s.shot("home")

	// Monday.
	s.do("skip to Monday", chromedp.Click(css(`[data-clock-to="monday"]`)))
	if err := s.demo.settled(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.channel("#mql-feedback")
	s.says(`[data-messages="#mql-feedback"]`, s.texts.T("digest.received"))
	s.shot("digest")
	s.do("open its thread", chromedp.Evaluate[chromedp.Void](`[...document.querySelectorAll('[data-action="open-thread"]')].at(-1).click()`), chromedp.WaitVisible(css(`textarea[data-composer="thread"]`)))
	s.shot("digest thread")
	s.size(390, 844)
	s.shot("narrow thread")
	s.do("reload", chromedp.Navigate(s.demo.fake.URL()), chromedp.WaitVisible(css(`body[data-ready="true"]`)))
	s.shot("narrow")
}
