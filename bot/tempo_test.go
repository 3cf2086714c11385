package bot_test

import (
	"fmt"
	"strings"
	"testing"

	"relevo/handoff"
	"relevo/internal/slackfake"
)

// toldTo are the direct messages of the bot to somebody.
func (w *world) toldTo(user string) (all []string) {
	for _, c := range w.fake.Channels() {
		if c.Kind == "im" && c.With == user {
			for _, m := range w.fake.Messages(c.ID) {
				all = append(all, m.Text)
			}
		}
	}
	return all
}

// Decisions that were taken within a minute of the card are told to the managers of sales alone, with the week's digest.
func TestManagersHearOfHaste(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "http", "en")
	_, err := w.store.ChangeSettings(t.Context(), 1, slackfake.Grace, w.fake.Now(), func(s *handoff.Settings) error {
		s.Team.People = map[handoff.Role][]string{
			handoff.RoleSales: {slackfake.Luke}, handoff.RoleMarketing: {slackfake.Marta}, handoff.RoleManager: {slackfake.Grace, slackfake.Marta},
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 6 {
		w.rejects(fmt.Sprintf("+3460000000%d", i), "Brand", "wrong-size") // at once, by Luke
	}
	w.nextMonday("2026-W47")
	w.seen("Grace is told", func() bool { return len(w.toldTo(slackfake.Grace)) > 0 })
	w.truth()
	if got := w.toldTo(slackfake.Grace); len(got) != 1 || !strings.Contains(got[0], "6 of 6 decisions within a minute of the card") {
		t.Errorf("Grace was told %q", got)
	}
	for _, user := range []string{slackfake.Luke, slackfake.Marta} {
		if got := w.toldTo(user); len(got) != 0 {
			t.Errorf("%s was told %q", user, got)
		}
	}
	for _, m := range w.fake.Messages(slackfake.ChannelFeedback) {
		if strings.Contains(m.Text, "within a minute") {
			t.Errorf("everybody reads %q", m.Text)
		}
	}
	w.nextMonday("2026-W48") // nothing was decided
	w.truth()
	if got := w.toldTo(slackfake.Grace); len(got) != 1 {
		t.Errorf("after a quiet week Grace was told %q", got)
	}
}
