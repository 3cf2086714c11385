package slackfake

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Fault is something that goes wrong on request, for the next Times calls (1 when it is 0) that come after After others.
type Fault struct {
	// Kind is, for a method: rate_limited, http_500, internal_error, error:<code>, slow, did_then_drop, drop; for the
	// deliveries: deliver_twice, disconnect, link_disabled; for everything: down, up; and no_charts, charts: whether blocks of
	// data_visualization are refused.
	Kind       string `json:"kind"`
	Method     string `json:"method,omitempty"` // "chat.postMessage", "response_url", "upload"; any when empty
	Times      int    `json:"times,omitempty"`
	After      int    `json:"after,omitempty"`
	RetryAfter int    `json:"retry_after,omitempty"` // seconds
	DelayMS    int    `json:"delay_ms,omitempty"`
	// Reason is for disconnect: warning (the default), refresh_requested, or mid_flight, which cuts the connection
	// right after the next envelope was written, before it can be acknowledged.
	Reason string `json:"reason,omitempty"`
}

// Fault makes something go wrong. It fails when it does not know the kind.
func (s *Slack) Fault(f Fault) error {
	f.Times = cmp.Or(f.Times, 1)
	switch f.Kind {
	case "down", "up":
		s.mu.Lock()
		s.down = f.Kind == "down"
		s.mu.Unlock()
		if f.Kind == "down" {
			s.closeSockets()
		} else {
			s.enableLink()
		}
	case "no_charts", "charts":
		s.mu.Lock()
		s.noCharts = f.Kind == "no_charts"
		s.mu.Unlock()
	case "disconnect":
		if f.Reason != "mid_flight" {
			return s.disconnect(cmp.Or(f.Reason, "warning"), f.Times)
		}
		s.addFault(&f)
	case "link_disabled":
		return s.disableLink(f.Times)
	case "rate_limited", "http_500", "internal_error", "slow", "did_then_drop", "drop", "deliver_twice":
		s.addFault(&f)
	default:
		if !strings.HasPrefix(f.Kind, "error:") {
			return fmt.Errorf("unknown fault %q", f.Kind)
		}
		s.addFault(&f)
	}
	return nil
}

func (s *Slack) addFault(f *Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, f)
}

// Faults says how many faults still wait to happen.
func (s *Slack) Faults() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.faults)
}

// serveFaults answers POST /_faults with one fault or an array of them.
func (s *Slack) serveFaults(w http.ResponseWriter, r *http.Request) {
	var raw json.RawMessage
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20)).Decode(&raw); err != nil {
		complain(w, http.StatusBadRequest, "the body is not JSON")
		return
	}
	var faults []Fault
	if err := json.Unmarshal(raw, &faults); err != nil {
		faults = make([]Fault, 1)
		if err := json.Unmarshal(raw, &faults[0]); err != nil {
			complain(w, http.StatusBadRequest, "a fault is an object with a kind")
			return
		}
	}
	for _, f := range faults {
		if err := s.Fault(f); err != nil {
			complain(w, http.StatusBadRequest, err.Error())
			return
		}
	}
	writeJSON(w, http.StatusOK, Object{"ok": true})
}

// takeFault uses up one time of the first fault that fits this method; a workspace that is down has one for everything.
func (s *Slack) takeFault(method string) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down {
		return &Fault{Kind: "http_503"}
	}
	return s.takeFaultOf(func(f *Fault) bool {
		return (f.Method == "" || f.Method == "*" || f.Method == method) && f.Kind != "deliver_twice" && f.Kind != "disconnect"
	})
}

// takeDeliveryFault uses up one time of a fault of the deliveries.
func (s *Slack) takeDeliveryFault(kind string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.takeFaultOf(func(f *Fault) bool { return f.Kind == kind }) != nil
}

func (s *Slack) takeFaultOf(fits func(*Fault) bool) *Fault {
	i := slices.IndexFunc(s.faults, func(f *Fault) bool {
		if !fits(f) {
			return false
		}
		f.After--
		return f.After < 0
	})
	if i < 0 {
		return nil
	}
	f := s.faults[i]
	f.Times--
	if f.Times <= 0 {
		s.faults = slices.Delete(s.faults, i, i+1)
	}
	s.wake()
	taken := *f
	return &taken
}

// before plays what happens instead of the call, or holds it up; it reports whether the answer was given.
func (f *Fault) before(w http.ResponseWriter, r *http.Request) bool {
	if f == nil {
		return false
	}
	switch f.Kind {
	case "rate_limited":
		tooMany(w, time.Duration(cmp.Or(f.RetryAfter, 1))*time.Second)
	case "http_500":
		http.Error(w, "Internal Server Error", http.StatusInternalServerError)
	case "http_503":
		http.Error(w, "Service Unavailable", http.StatusServiceUnavailable)
	case "internal_error":
		writeJSON(w, http.StatusOK, Object{"ok": false, "error": "internal_error"})
	case "drop":
		cut(w)
	case "slow":
		timer := time.NewTimer(time.Duration(cmp.Or(f.DelayMS, 1000)) * time.Millisecond)
		defer timer.Stop()
		select {
		case <-timer.C:
			return false
		case <-r.Context().Done():
			return true
		}
	default:
		code, ok := strings.CutPrefix(f.Kind, "error:")
		if !ok {
			return false
		}
		writeJSON(w, http.StatusOK, Object{"ok": false, "error": code})
	}
	return true
}

// after reports whether the connection drops now that the work is done.
func (f *Fault) after() bool { return f != nil && f.Kind == "did_then_drop" }

func tooMany(w http.ResponseWriter, wait time.Duration) {
	seconds := int((wait + time.Second - 1) / time.Second)
	w.Header().Set("Retry-After", strconv.Itoa(max(1, seconds)))
	writeJSON(w, http.StatusTooManyRequests, Object{"ok": false, "error": "ratelimited"})
}

// cut closes the connection without an answer.
func cut(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	conn.Close()
}
