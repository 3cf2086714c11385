package bot

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"relevo/internal/text"
	"relevo/store"
)

// What is read of an installation: the message to the installer, Home until it is set up, and the page in the browser.
func TestInstallGoldens(t *testing.T) {
	s := newStage(t)
	in := NewInstaller(New(Config{Texts: texts(t), Now: func() time.Time { return cardNow }}), nil)
	for _, lang := range text.Languages() {
		p := texts(t).In(lang)
		fresh := store.Workspace{Name: "Acme *Iberia* <!channel>", Unready: true}
		again := fresh
		again.Unready = false
		var read strings.Builder
		for _, c := range []struct {
			name string
			show func() ([]slack.Block, string)
		}{
			{"welcome", func() ([]slack.Block, string) { return welcome(p, fresh) }},
			{"welcome_again", func() ([]slack.Block, string) { return welcome(p, again) }},
			{"home", func() ([]slack.Block, string) { return unreadyBlocks(scene{P: p}, true), "" }},
			{"home_of_others", func() ([]slack.Block, string) { return unreadyBlocks(scene{P: p}, false), "" }},
		} {
			blocks, said := c.show()
			golden(t, fmt.Sprintf("install_%s_%s.json", c.name, lang), indented(t, map[string]any{"text": said, "blocks": blocks}))
			fmt.Fprintf(&read, "== %s\n%s\n-- as text\n%s\n\n", c.name, s.posted(blocks, said), said)
		}
		golden(t, "install_"+lang+".txt", []byte(read.String()))
		r := httptest.NewRequest(http.MethodGet, "/slack/oauth_redirect", nil)
		r.Header.Set("Accept-Language", lang)
		var pages strings.Builder
		for _, key := range []string{"done", "organisation", "denied", "stale", "refused", "trouble"} {
			w := httptest.NewRecorder()
			in.show(w, r, http.StatusOK, "install."+key, `Acme & "Söhne" <b>`)
			_, page, _ := strings.Cut(w.Body.String(), "<body>")
			fmt.Fprintf(&pages, "<!-- %s -->%s", key, page)
		}
		golden(t, "install_pages_"+lang+".html", []byte(pages.String()))
	}
}
