package slackfake

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"
)

// button is an extra button of the page.
type button struct {
	ID    string `json:"id"`
	Label string `json:"label"`
	press func(context.Context) error
}

// AddButton puts a button on the page, such as "A lead arrives".
func (s *Slack) AddButton(id, label string, press func(ctx context.Context) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.buttons = append(s.buttons, button{id, label, press})
	s.tell(pageEvent{body: Object{"type": "buttons"}})
}

func (s *Slack) pageRoutes() {
	s.mux.HandleFunc("GET /_page/state", s.pageState)
	s.mux.HandleFunc("GET /_page/events", s.pageEvents)
	s.mux.HandleFunc("POST /_page/file", s.pageFile)
	post := func(path string, do func(ctx context.Context, in pageInput) (any, error)) {
		s.mux.HandleFunc("POST /_page/"+path, func(w http.ResponseWriter, r *http.Request) {
			var in pageInput
			if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(&in); err != nil {
				complain(w, http.StatusBadRequest, "the request is not the JSON that this page sends")
				return
			}
			out, err := do(r.Context(), in)
			switch {
			case errors.Is(err, ErrNoCommand), errors.Is(err, ErrNoShortcut):
				complain(w, http.StatusNotFound, err.Error())
			case errors.Is(err, ErrNoAnswer):
				complain(w, http.StatusGatewayTimeout, ErrNoAnswer.Error())
			case err != nil:
				complain(w, http.StatusBadRequest, err.Error())
			default:
				writeJSON(w, http.StatusOK, cmp.Or[any](out, Object{"ok": true}))
			}
		})
	}
	post("message", func(ctx context.Context, in pageInput) (any, error) {
		_, err := s.say(ctx, in.As, in.Channel, in.ThreadTS, in.Text, in.Files...)
		return nil, err
	})
	post("shortcut", func(ctx context.Context, in pageInput) (any, error) {
		if in.Message == nil {
			return nil, errors.New("a shortcut needs a message")
		}
		return nil, s.Shortcut(ctx, in.As, in.Message.Channel, in.Message.TS, in.ID)
	})
	post("command", func(ctx context.Context, in pageInput) (any, error) {
		if in.ThreadTS != "" {
			return nil, errors.New("slash commands do not work in threads")
		}
		_, err := s.Command(ctx, in.As, in.Channel, in.Text)
		return nil, err
	})
	post("action", func(ctx context.Context, in pageInput) (any, error) { return nil, s.pageAction(ctx, in) })
	post("submit", func(ctx context.Context, in pageInput) (any, error) {
		result, err := s.submit(ctx, in.As, in.ViewID, in.Values)
		if err != nil {
			return nil, err
		}
		if len(result.Errors) > 0 {
			return Object{"errors": result.Errors}, nil
		}
		return nil, nil
	})
	post("close", func(ctx context.Context, in pageInput) (any, error) { return nil, s.CloseView(ctx, in.As, in.ViewID) })
	post("home", func(ctx context.Context, in pageInput) (any, error) { return nil, s.OpenHome(ctx, in.As) })
	post("language", func(ctx context.Context, in pageInput) (any, error) { return nil, s.SetLocale(ctx, in.As, in.Locale) })
	post("clock", func(_ context.Context, in pageInput) (any, error) {
		if in.AdvanceSeconds > 0 {
			s.Advance(time.Duration(in.AdvanceSeconds) * time.Second)
			return nil, nil
		}
		return nil, s.Jump(in.To)
	})
	post("button", func(ctx context.Context, in pageInput) (any, error) {
		s.mu.Lock()
		i := slices.IndexFunc(s.buttons, func(b button) bool { return b.ID == in.ID })
		var press func(context.Context) error
		if i >= 0 {
			press = s.buttons[i].press
		}
		s.mu.Unlock()
		if press == nil {
			return nil, fmt.Errorf("there is no button %q", in.ID)
		}
		return nil, press(ctx)
	})
}

// pageInput is everything that the page may send.
type pageInput struct {
	As             string      `json:"as"`
	ID             string      `json:"id"`
	Channel        string      `json:"channel"`
	ThreadTS       string      `json:"thread_ts"`
	Text           string      `json:"text"`
	Files          []string    `json:"files"`
	ViewID         string      `json:"view_id"`
	Values         stateValues `json:"values"`
	To             string      `json:"to"`
	AdvanceSeconds int         `json:"advance_seconds"`
	Locale         string      `json:"locale"`
	Message        *struct {
		Channel string `json:"channel"`
		TS      string `json:"ts"`
	} `json:"message"`
	View *struct {
		ID string `json:"id"`
	} `json:"view"`
	Action Object `json:"action"`
	State  struct {
		Values stateValues `json:"values"`
	} `json:"state"`
}

// pageAction sends an action that the page put together, after a look at whether there is such an element.
func (s *Slack) pageAction(ctx context.Context, in pageInput) error {
	var target Target
	switch {
	case in.Message != nil:
		target = InMessage(in.Message.Channel, in.Message.TS)
	case in.View != nil:
		target = InView(in.View.ID)
	default:
		return errors.New("an action needs a message or a view")
	}
	return s.act(ctx, in.As, target, func(blocks []Object) (element, Object, error) {
		for _, e := range elements(blocks) {
			if e.action == str(in.Action["action_id"]) && e.block == str(in.Action["block_id"]) {
				return e, in.Action, nil
			}
		}
		return element{}, nil, errors.New("this is not there any more")
	}, in.State.Values)
}
