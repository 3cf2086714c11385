package slackfake

import (
	"fmt"
	"time"
)

const triggerLife = 3 * time.Second

// trigger lets the app open one modal for the person who just did something.
type trigger struct {
	user     string
	made     time.Time // by the base clock: a jump of the workspace's clock does not make people slower
	used     bool
	fromView bool
}

// newTrigger makes a trigger_id for what this person just did.
func (s *Slack) newTrigger(user string, fromView bool) string {
	s.seq++
	id := fmt.Sprintf("%d.%d.%032x", s.now().UnixMilli(), s.seq, s.seq*7919)
	s.triggers[id] = &trigger{user: user, made: s.opts.Now(), fromView: fromView}
	return id
}

func (s *Slack) trigger(id string) (*trigger, error) {
	t := s.triggers[id]
	switch {
	case t == nil:
		return nil, fail("invalid_trigger_id")
	case t.used:
		return nil, fail("exchanged_trigger_id")
	case s.opts.Now().Sub(t.made) > triggerLife:
		return nil, fail("expired_trigger_id")
	}
	return t, nil
}
