package intake

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"relevo/handoff"
	"relevo/store"
	"relevo/store/storetest"
)

// unsigned sends LinkedIn's door what anybody could have sent.
func (i *inn) unsigned(t *testing.T, body string) *http.Response {
	t.Helper()
	r := i.signed(t, "linkedin", body)
	r.Header.Del(linkedinSignature)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return resp
}

// Whoever floods the door with notices of nobody is told to wait; LinkedIn's signed ones are read all the same, and
// what was refused is taken once there is room.
func TestUnsignedFlood(t *testing.T) {
	eachEngine(t, func(t *testing.T, i *inn) {
		for n := range store.MaxUnsigned {
			action := []string{"CREATED", "DELETED"}[n%2]
			if resp := i.unsigned(t, linkedinNotice(fmt.Sprint("nobody-", n), action, n)); resp.StatusCode != http.StatusOK {
				t.Fatalf("notice %d: %s", n, resp.Status)
			}
		}
		i.linkedin.people["late-1"] = strings.NewReplacer("1a2b3c-4", "late-1", "ana@", "late@").Replace(linkedinAna)
		for range 2 {
			if resp := i.unsigned(t, linkedinNotice("late-1", "CREATED", 1)); resp.StatusCode != http.StatusServiceUnavailable || resp.Header.Get("Retry-After") != unsignedWait {
				t.Errorf("one too many: %s, %v", resp.Status, resp.Header)
			}
		}
		if resp := i.unsigned(t, linkedinNotice("nobody-0", "CREATED", 0)); resp.StatusCode != http.StatusOK {
			t.Errorf("a repetition: %s", resp.Status)
		}
		i.linkedin.people["1a2b3c-4"] = linkedinAna
		i.send(t, "linkedin", linkedinNotice("1a2b3c-4", "CREATED", 1))
		if i.fetch(t, i.fetcher); i.states(t) != string(handoff.Open) {
			t.Errorf("the leads are %s\n%s", i.states(t), i.log)
		}
		i.settle(t) // nobody is given up
		if resp := i.unsigned(t, linkedinNotice("late-1", "CREATED", 1)); resp.StatusCode != http.StatusOK {
			t.Errorf("sent again: %s", resp.Status)
		}
		if i.fetch(t, i.fetcher); i.states(t) != "open open" {
			t.Errorf("the leads are %s\n%s", i.states(t), i.log)
		}
	})
}

// That somebody withdrew, said by anybody, brings no lead in and takes none away as long as LinkedIn knows them, and of
// whom nothing is here LinkedIn is not even asked.
func TestUnsignedDeletion(t *testing.T) {
	i := openInn(t, storetest.SQLite(t))
	i.linkedin.people["1a2b3c-4"] = linkedinAna
	i.unsigned(t, linkedinNotice("1a2b3c-4", "DELETED", 1))
	if i.settle(t); len(i.leads(t)) != 0 || i.linkedin.times() != 0 || i.fetching(t) != 0 {
		t.Errorf("%d leads, asked %d times", len(i.leads(t)), i.linkedin.times())
	}
	i.send(t, "linkedin", linkedinNotice("1a2b3c-4", "CREATED", 2))
	i.fetch(t, i.fetcher)
	for n := range 3 {
		i.unsigned(t, linkedinNotice("1a2b3c-4", "DELETED", 3+n))
	}
	i.settle(t)
	i.settle(t)
	if got := i.leads(t); len(got) != 1 || got[0].State != handoff.Open || got[0].Touches != 1 || got[0].Version != 1 || i.linkedin.times() != 4 {
		t.Errorf("got %+v, asked %d times", got, i.linkedin.times())
	}
}
