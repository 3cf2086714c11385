// Package intake is marketing's door: what comes in by webhook or in a file is checked, becomes a handoff.Arrival,
// and is stored before it is acknowledged.
package intake

import (
	"errors"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"slices"
	"strings"
	"time"

	"relevo/handoff"
	"relevo/internal/text"
	"relevo/store"
)

// MaxBody is how large the body of a request may be, in bytes.
const MaxBody = 1 << 20

// Config is what the door needs.
type Config struct {
	Store     *store.Store
	Workspace store.Workspace
	Token     string // of the source "json"; without one the source is not there
	Texts     *text.Catalogue
	Now       func() time.Time
	Logger    *slog.Logger
}

// source is one kind of sender: how it proves itself and what its bodies mean. A new one is a file that makes it
// and a line in sources.
type source struct {
	name      string
	media     func(mediaType string) bool                       // tells whether it sends this kind of body
	challenge string                                            // how to prove oneself: WWW-Authenticate of a refusal
	verify    func(r *http.Request, body []byte) bool           // tells whether the request is the sender's
	parse     func(h http.Header, body []byte) ([]entry, error) // fails with a Problem when nothing in the body can be read
}

// entry is one lead of a request.
type entry struct {
	form  form
	once  string   // the sender's key of this lead, by which a repetition is known; or empty
	wrong Problems // what is wrong with the form already
}

func sources(c Config) []source {
	var all []source
	if c.Token != "" {
		all = append(all, jsonSource(c.Token))
	}
	return all
}

type door struct {
	Config
	sources []source
}

// New returns the handler of POST /hooks/{source}.
func New(c Config) http.Handler {
	mux := http.NewServeMux()
	d := &door{Config: c, sources: sources(c)}
	mux.HandleFunc("/hooks/{source...}", d.serve)
	return mux
}

func (d *door) serve(w http.ResponseWriter, r *http.Request) {
	a := d.answerTo(w, r)
	i := slices.IndexFunc(d.sources, func(s source) bool { return s.name == r.PathValue("source") })
	if i < 0 {
		a.unknownSource(d.sources)
		return
	}
	from := d.sources[i]
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		a.refuse(http.StatusMethodNotAllowed, "intake.method")
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxBody))
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		a.refuse(http.StatusRequestEntityTooLarge, "intake.too_large", "Limit", MaxBody/1024)
		return
	}
	if !from.verify(r, body) {
		w.Header().Set("WWW-Authenticate", from.challenge)
		a.refuse(http.StatusUnauthorized, "intake.unauthorized")
		return
	}
	if err != nil {
		a.malformed(Problem{Code: bodyBroken})
		return
	}
	if !from.reads(r.Header) {
		a.refuse(http.StatusUnsupportedMediaType, "intake.media_type")
		return
	}
	entries, err := from.parse(r.Header, body)
	if err != nil {
		a.malformed(err)
		return
	}
	d.take(a, r, from, entries)
}

// reads tells whether the body is of a kind that the source sends, neither compressed nor in another alphabet.
func (s source) reads(h http.Header) bool {
	kind, params, err := mime.ParseMediaType(h.Get("Content-Type"))
	charset := strings.ToLower(params["charset"])
	coding := h.Get("Content-Encoding")
	return err == nil && s.media(kind) && (charset == "" || charset == "utf-8" || charset == "utf8" || charset == "us-ascii") &&
		(coding == "" || strings.EqualFold(coding, "identity"))
}

// take stores the good ones of the entries in one transaction and answers for each.
func (d *door) take(a answerer, r *http.Request, from source, entries []entry) {
	now := d.Now()
	all := make([]leadAnswer, len(entries))
	var good []handoff.Arrival
	var places []int
	for i, e := range entries {
		arrival, wrong := e.arrival(from.name, now, d.Workspace.Location())
		if len(wrong) > 0 {
			all[i] = a.wrong(wrong)
			continue
		}
		good, places = append(good, arrival), append(places, i)
	}
	fates := map[handoff.Fate]int{}
	if len(good) > 0 {
		receipts, err := d.Store.AddLeads(r.Context(), d.Workspace, good)
		if err != nil {
			d.Logger.Error("leads not stored", "source", from.name, "leads", len(good), "error", err)
			a.w.Header().Set("Retry-After", "5")
			a.refuse(http.StatusServiceUnavailable, "intake.unavailable")
			return
		}
		for i, receipt := range receipts {
			all[places[i]] = leadAnswer{Number: receipt.Number, State: receipt.State, Fate: receipt.Fate}
			fates[receipt.Fate]++
		}
	}
	refused := len(entries) - len(good)
	d.Logger.Info("leads received", "source", from.name, "new", fates[handoff.FateNew], "merged", fates[handoff.FateMerged],
		"new_round", fates[handoff.FateNewRound], "repeated", fates[handoff.FateRepeated], "refused", refused)
	a.taken(all, refused)
}

// arrival makes the arrival of an entry. Keys of two sources never meet.
func (e entry) arrival(source string, now time.Time, zone *time.Location) (handoff.Arrival, Problems) {
	if e.form == nil {
		return handoff.Arrival{}, e.wrong
	}
	a, wrong := e.form.arrival(now, zone, e.wrong)
	if e.once != "" {
		a.OnceKey = source + ":" + e.once
	}
	return a, wrong
}
