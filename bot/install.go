package bot

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/slack-go/slack"
)

// How a workspace installs Relevo: its browser is sent to Slack with a state that only it can come back with, once, within ten
// minutes.

const (
	stateAge     = 10 * time.Minute // as long as Slack's code lives
	stateCookie  = "relevo_install"
	nonceSize    = 16
	installScope = "/slack/" // path of the cookie
)

//go:embed install.html
var installPage embed.FS

// Installer serves /slack/install, where a workspace begins to install Relevo, and /slack/oauth_redirect, where Slack sends the
// browser back to.
type Installer struct {
	app    *App
	scopes string
	key    []byte // of the states
	page   *template.Template
	mux    *http.ServeMux
}

// NewInstaller returns the pages for an app with an OAuth that is on, asking for these bot scopes.
func NewInstaller(a *App, scopes []string) *Installer {
	key := sha256.Sum256([]byte("relevo install state " + a.OAuth.ClientSecret))
	in := &Installer{app: a, scopes: strings.Join(scopes, ","), key: key[:], page: template.Must(template.ParseFS(installPage, "install.html")), mux: http.NewServeMux()}
	in.Register(in.mux)
	return in
}

// Register puts the pages on a mux.
func (in *Installer) Register(mux interface {
	Handle(pattern string, h http.Handler)
}) {
	mux.Handle("GET /slack/install", http.HandlerFunc(in.begin))
	mux.Handle("GET /slack/oauth_redirect", http.HandlerFunc(in.end))
}

func (in *Installer) ServeHTTP(w http.ResponseWriter, r *http.Request) { in.mux.ServeHTTP(w, r) }

func (in *Installer) redirect() string { return in.app.OAuth.PublicURL + "/slack/oauth_redirect" }

// begin sends the browser to Slack.
func (in *Installer) begin(w http.ResponseWriter, r *http.Request) {
	browser := rand.Text()
	http.SetCookie(w, in.cookie(browser, int(stateAge.Seconds())))
	query := url.Values{"client_id": {in.app.OAuth.ClientID}, "scope": {in.scopes}, "redirect_uri": {in.redirect()}, "state": {in.state(browser)}}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
	http.Redirect(w, r, in.authorize()+"?"+query.Encode(), http.StatusFound)
}

// authorize is Slack's page that asks for leave, on the host of its API.
func (in *Installer) authorize() string {
	api := in.app.APIURL
	if api == "" {
		api = slack.APIURL
	}
	return strings.TrimSuffix(strings.TrimSuffix(api, "/"), "/api") + "/oauth/v2/authorize"
}

func (in *Installer) cookie(value string, seconds int) *http.Cookie {
	return &http.Cookie{
		Name: stateCookie, Value: value, Path: installScope, MaxAge: seconds, HttpOnly: true, SameSite: http.SameSiteLaxMode,
		Secure: strings.HasPrefix(in.app.OAuth.PublicURL, "https://"),
	}
}

// state returns a new state for the browser with this cookie: random bytes, until when it is good, and a MAC of both and the cookie.
func (in *Installer) state(browser string) string {
	said := make([]byte, nonceSize, nonceSize+8+sha256.Size)
	rand.Read(said) // never fails
	said = binary.BigEndian.AppendUint64(said, uint64(in.app.Now().Add(stateAge).Unix()))
	return base64.RawURLEncoding.EncodeToString(append(said, in.mac(said, browser)...))
}

func (in *Installer) mac(said []byte, browser string) []byte {
	mac := hmac.New(sha256.New, in.key)
	mac.Write(said)
	mac.Write([]byte(browser))
	return mac.Sum(nil)
}

// checkState returns until when a state is good. It fails for one that is not ours, belongs to another browser or is too old.
func (in *Installer) checkState(r *http.Request, state string) (until time.Time, ok bool) {
	cookie, err := r.Cookie(stateCookie)
	raw, _ := base64.RawURLEncoding.DecodeString(state)
	// It is known again by its text, so only one text may stand for it: the decoder passes over line breaks.
	if err != nil || base64.RawURLEncoding.EncodeToString(raw) != state || len(raw) != nonceSize+8+sha256.Size {
		return time.Time{}, false
	}
	said, sum := raw[:nonceSize+8], raw[nonceSize+8:]
	until = time.Unix(int64(binary.BigEndian.Uint64(said[nonceSize:])), 0)
	return until, hmac.Equal(sum, in.mac(said, cookie.Value)) && in.app.Now().Before(until)
}

// end takes the browser back from Slack, and installs what it brings a code for.
func (in *Installer) end(w http.ResponseWriter, r *http.Request) {
	ctx, query := r.Context(), r.URL.Query()
	http.SetCookie(w, in.cookie("", -1))
	until, ok := in.checkState(r, query.Get("state"))
	if ok {
		fresh, err := in.app.Store.UseState(ctx, query.Get("state"), until, in.app.Now())
		if err != nil {
			in.app.Log.ErrorContext(ctx, "not installed", "error", err)
			in.show(w, r, http.StatusServiceUnavailable, "install.trouble", "")
			return
		}
		ok = fresh
	}
	switch {
	case !ok:
		in.show(w, r, http.StatusBadRequest, "install.stale", "")
	case query.Get("error") == "access_denied":
		in.show(w, r, http.StatusOK, "install.denied", "")
	case query.Get("code") == "":
		in.show(w, r, http.StatusBadRequest, "install.stale", "")
	default:
		in.exchange(w, r, query.Get("code"))
	}
}

func (in *Installer) exchange(w http.ResponseWriter, r *http.Request, code string) {
	// Once Slack has used the code up, its answer is stored, whoever hangs up.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), slackPatience)
	defer cancel()
	a := in.app
	got, err := slack.GetOAuthV2ResponseContext(ctx, a.http, a.OAuth.ClientID, a.OAuth.ClientSecret, code, in.redirect(), a.oauthAPI()...)
	if refused, ok := errors.AsType[slack.SlackErrorResponse](err); ok {
		a.Log.WarnContext(ctx, "not installed", "problem", refused.Err)
		switch refused.Err {
		case "invalid_code", "code_already_used", "code_expired":
			in.show(w, r, http.StatusBadRequest, "install.stale", "")
		default:
			in.show(w, r, http.StatusBadGateway, "install.refused", refused.Err)
		}
		return
	}
	if err != nil {
		a.Log.WarnContext(ctx, "not installed", "error", redactURL(err))
		in.show(w, r, http.StatusBadGateway, "install.trouble", "")
		return
	}
	ws, err := a.installed(ctx, got)
	switch {
	case err != nil:
		a.Log.ErrorContext(ctx, "not installed", "error", err)
		in.show(w, r, http.StatusServiceUnavailable, "install.trouble", "")
	case got.IsEnterpriseInstall:
		in.show(w, r, http.StatusOK, "install.organisation", got.Enterprise.Name)
	default:
		in.show(w, r, http.StatusOK, "install.done", ws.Name)
	}
}

// installSaid is what the page shows.
type installSaid struct {
	Lang, Title, Text, Next string
	Again                   string // address to begin again; empty when there is no need to
	AgainText               string
	Good                    bool
}

// show answers with a page in the browser's language.
func (in *Installer) show(w http.ResponseWriter, r *http.Request, status int, key, name string) {
	p := in.app.Texts.In(r.Header.Get("Accept-Language"))
	said := installSaid{Lang: p.Lang(), Title: p.T(key + ".title"), Text: p.T(key, "Name", name), Good: key == "install.done" || key == "install.organisation"}
	if said.Good {
		said.Next = p.T(key + ".next")
	} else {
		said.Again, said.AgainText = "/slack/install", p.T("install.again")
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	w.WriteHeader(status)
	if err := in.page.Execute(w, said); err != nil {
		in.app.Log.WarnContext(r.Context(), "page not sent", "error", err)
	}
}
