// Package intake is marketing's door: what comes in by webhook or in a file is checked, becomes a handoff.Arrival,
// and is stored before it is acknowledged.
package intake

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"relevo/handoff"
	"relevo/internal/request"
	"relevo/internal/text"
	"relevo/store"
)

// MaxBody is how large the body of a request may be, in bytes.
const MaxBody = 1 << 20

// unsignedWait is after how many seconds a notice may be sent again that was one too many of those that nobody signed.
const unsignedWait = "600"

// Config is what the door needs.
type Config struct {
	Store      *store.Store
	Workspace  store.Workspace
	Secrets    Secrets
	Normaliser *Normaliser
	Texts      *text.Catalogue
	Now        func() time.Time
	Logger     *slog.Logger
}

type door struct {
	Config
	sources []source

	mu     sync.Mutex
	warned map[string]time.Time // when strangers were last warned of, by what they did
}

// New returns the handler of /hooks/{source}.
func New(c Config) http.Handler {
	mux := http.NewServeMux()
	d := &door{Config: c, sources: sources(c.Secrets), warned: map[string]time.Time{}}
	mux.HandleFunc("/hooks/{path...}", d.serve)
	return mux
}

func (d *door) serve(w http.ResponseWriter, r *http.Request) {
	a := d.answerTo(w, r)
	name, rest, _ := strings.Cut(r.PathValue("path"), "/")
	i := slices.IndexFunc(d.sources, func(s source) bool { return s.name == name && (s.path || rest == "") })
	if i < 0 {
		d.unknownSource(r, a)
		return
	}
	from, ws := d.sources[i], d.Workspace
	r.Pattern = "/hooks/" + from.name // what the request counts as
	r.SetPathValue("rest", rest)
	tenant, known, err := d.tenant(r, from)
	if err != nil {
		d.unavailable(r, a, from, err)
		return
	}
	if known {
		ws = tenant
	}
	switch {
	case !known && !from.on():
		d.sourceOff(r, a, from)
		return
	case r.Method == http.MethodGet && from.handshake != nil:
		from.handshake(w, r)
		return
	case r.Method != http.MethodPost:
		w.Header().Set("Allow", from.methods())
		a.refuse(http.StatusMethodNotAllowed, "intake.method")
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxBody))
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		a.refuse(http.StatusRequestEntityTooLarge, "intake.too_large", "Limit", MaxBody/1024)
		return
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		a.refuse(http.StatusRequestTimeout, "intake.too_slow")
		return
	}
	if !known && !from.verify(r, body, d.Now()) {
		d.unauthorized(r, a, from)
		return
	}
	request.Proved(r.Context())
	if err != nil {
		a.malformed(Problem{Code: bodyBroken})
		return
	}
	if !from.reads(r.Header) {
		a.refuse(http.StatusUnsupportedMediaType, "intake.media_type", "Media", from.media)
		return
	}
	b, err := from.parse(r.Header, body)
	if err != nil {
		d.Logger.WarnContext(r.Context(), "request not understood", "source", from.name, "problem", err)
		a.malformed(err)
		return
	}
	d.take(a, r, ws, from, b)
}

// take stores what the request brings in one transaction, but for the leads that are refused, and answers for each.
func (d *door) take(a answerer, r *http.Request, ws store.Workspace, from source, b batch) {
	now := d.Now()
	in := store.Batch{At: now}
	all := make([]leadAnswer, len(b.entries))
	var places []int
	var problems []string
	for i, e := range b.entries {
		arrival, wrong := d.Normaliser.arrival(from, e, now, ws.Location())
		if len(wrong) > 0 && from.deaf && e.form != nil {
			if mended, err := mend(arrival, wrong); err == nil {
				d.Logger.WarnContext(r.Context(), "part of a lead left out", "source", from.name, "problem", wrong)
				arrival, wrong = mended, nil
			}
		}
		if len(wrong) > 0 {
			all[i] = a.wrong(wrong)
			problems = append(problems, wrong.Error())
			continue
		}
		in.Arrivals, places = append(in.Arrivals, arrival), append(places, i)
	}
	for _, f := range b.fetches {
		noted := store.Fetch{Source: from.name, Key: f.key, Ref: f.ref, Received: now, Withdrawn: f.withdrawn > 0, Unsigned: b.unsigned}
		if noted.Withdrawn {
			noted.NotBefore = now.Add(f.withdrawn)
		}
		in.Fetches = append(in.Fetches, noted)
	}
	in.Merges = from.merges(b)
	for _, e := range b.erasures {
		in.Erasures = append(in.Erasures, store.Erasure{ExternalID: from.id(e.externalID), Email: e.email})
	}
	receipts, err := d.Store.AddBatch(r.Context(), ws, in)
	switch {
	case errors.Is(err, store.ErrUnsigned):
		d.Logger.WarnContext(r.Context(), "unsigned notice refused: too many wait", "source", from.name, "limit", store.MaxUnsigned)
		a.w.Header().Set("Retry-After", unsignedWait)
		a.refuse(http.StatusServiceUnavailable, "intake.unavailable")
		return
	case err != nil:
		d.unavailable(r, a, from, err)
		return
	}
	fates := map[handoff.Fate]int{}
	for i, receipt := range receipts {
		all[places[i]] = leadAnswer{Number: receipt.Number, State: receipt.State, Fate: receipt.Fate}
		fates[receipt.Fate]++
	}
	d.Logger.InfoContext(r.Context(), "leads received", "workspace", ws.ID, "source", from.name, "new", fates[handoff.FateNew], "merged", fates[handoff.FateMerged],
		"new_round", fates[handoff.FateNewRound], "repeated", fates[handoff.FateRepeated],
		"refused", len(problems), "problems", strings.Join(problems, ", "),
		"to_fetch", len(in.Fetches), "to_erase", len(in.Erasures), "merges", len(in.Merges), "ignored", len(b.ignored), "why", strings.Join(b.ignored, ", "))
	a.taken(from, answer{Leads: all, Fetching: len(in.Fetches), Erasing: len(in.Erasures), Merging: len(in.Merges), Ignored: b.ignored}, len(problems))
}
