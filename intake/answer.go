package intake

import (
	"encoding/json"
	"errors"
	"net/http"

	"golang.org/x/text/language"

	"relevo/handoff"
	"relevo/internal/text"
)

// answer is the body of every answer, and leadAnswer what became of one lead.
type answer struct {
	Error    string       `json:"error,omitempty"`    // what is wrong, for a person
	Leads    []leadAnswer `json:"leads,omitempty"`    // in the order in which they were sent
	Fetching int          `json:"fetching,omitempty"` // how many leads are read from the sender's API now
	Erasing  int          `json:"erasing,omitempty"`  // how many people were said to have withdrawn
	Merging  int          `json:"merging,omitempty"`  // how often people were said to be one
	Ignored  []string     `json:"ignored,omitempty"`  // why, for each thing that is no lead
}

type leadAnswer struct {
	Number int64         `json:"number,omitempty"`
	State  handoff.State `json:"state,omitempty"`
	Fate   handoff.Fate  `json:"fate,omitempty"`
	Error  string        `json:"error,omitempty"`
	Fields []fieldAnswer `json:"fields,omitempty"`
}

type fieldAnswer struct {
	Field   string          `json:"field"`
	Problem handoff.Problem `json:"problem"` // for a program
	Message string          `json:"message"` // for a person
}

// answerer answers one request in the language of whoever sent it.
type answerer struct {
	w http.ResponseWriter
	t *text.Printer
}

func (d *door) answerTo(w http.ResponseWriter, r *http.Request) answerer {
	var known []language.Tag
	for _, l := range text.Languages() {
		known = append(known, language.Make(l))
	}
	_, i := language.MatchStrings(language.NewMatcher(known), r.Header.Get("Accept-Language"))
	return answerer{w: w, t: d.Texts.In(text.Languages()[i])}
}

func (a answerer) write(status int, body answer) {
	h := a.w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Content-Language", a.t.Lang())
	h.Set("X-Content-Type-Options", "nosniff")
	h.Add("Vary", "Accept-Language")
	a.w.WriteHeader(status)
	enc := json.NewEncoder(a.w)
	enc.SetEscapeHTML(false)
	// The status is sent and what is stored is stored: a sender that has gone asks again, and the keys tell a
	// repetition.
	_ = enc.Encode(body)
}

func (a answerer) refuse(status int, key string, pairs ...any) {
	a.write(status, answer{Error: a.t.T(key, pairs...)})
}

// malformed answers that nothing in the body could be read.
func (a answerer) malformed(err error) {
	p := Problem{Code: bodyBroken}
	errors.As(err, &p)
	a.write(http.StatusBadRequest, answer{Error: Problems{p}.Say(a.t)})
}

func (a answerer) wrong(ps Problems) leadAnswer {
	var l leadAnswer
	for _, p := range ps {
		if p.Field == "" {
			l.Error = p.Say(a.t)
			continue
		}
		l.Fields = append(l.Fields, fieldAnswer{Field: p.Field, Problem: p.Code, Message: p.Say(a.t)})
	}
	return l
}

// taken answers with what became of each: 202 (or 200 for who counts on it) when all are stored, else 400, and the
// good ones are stored all the same.
func (a answerer) taken(from source, body answer, refused int) {
	status := http.StatusAccepted
	if from.exact {
		status = http.StatusOK
	}
	if refused > 0 {
		body.Error = a.t.T("intake.refused_one")
		if all := len(body.Leads); all > 1 {
			body.Error = a.t.N("intake.refused", refused, "All", a.t.Int(all), "Stored", a.t.Int(all-refused))
		}
		if !from.deaf {
			status = http.StatusBadRequest
		}
	}
	if from.respond != nil && status < http.StatusMultipleChoices {
		from.respond(a.w)
		return
	}
	a.write(status, body)
}
