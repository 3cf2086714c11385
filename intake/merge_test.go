package intake

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/store/storetest"
)

func hubspotMergeEvent(primary, merged, into int64) string {
	return fmt.Sprintf(`[{"eventId":7,"subscriptionId":13,"portalId":99,"occurredAt":1795500000000,"subscriptionType":"contact.merge","attemptNumber":0,
		"primaryObjectId":%d,"mergedObjectIds":[%d],"newObjectId":%d,"numberOfPropertiesMoved":4}]`, primary, merged, into)
}

func hubspotGone(kind string, id int64) string {
	return fmt.Sprintf(`[{"subscriptionType":"contact.%s","objectId":%d,"occurredAt":1795500000001}]`, kind, id)
}

// eachEngine opens an inn on both.
func eachEngine(t *testing.T, test func(t *testing.T, i *inn)) {
	for name, dsn := range map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		t.Run(name, func(t *testing.T) { test(t, openInn(t, dsn(t))) })
	}
}

// settle reads all that there is to read, also what is to be read later today.
func (i *inn) settle(t *testing.T) {
	t.Helper()
	for range 2 {
		i.fetch(t, i.fetcher)
		i.now.pass(goneAfter)
	}
}

func (i *inn) states(t *testing.T) string {
	t.Helper()
	var all []string
	for _, l := range i.leads(t) {
		all = append(all, string(l.State))
	}
	return strings.Join(all, " ")
}

// Contacts that HubSpot merges stay the leads that they are; both go when whoever is left of them does, whichever of
// the ids says so, and whether the merge is told first, last, twice, or never but by the API.
func TestHubSpotMerge(t *testing.T) {
	merge := hubspotMergeEvent(1, 2, 3)
	for name, told := range map[string][]string{
		"the new id":         {merge, hubspotGone("privacyDeletion", 3)},
		"the primary id":     {merge, merge, hubspotGone("privacyDeletion", 1)},
		"the merged id":      {merge, hubspotGone("privacyDeletion", 2)},
		"told last":          {hubspotGone("privacyDeletion", 3), merge, merge},
		"in one request":     {strings.TrimSuffix(hubspotGone("privacyDeletion", 3), "]") + "," + strings.TrimPrefix(merge, "[")},
		"deleted":            {merge, hubspotGone("deletion", 3)},
		"deleted, told last": {hubspotGone("deletion", 3), merge},
		"the old shape":      {`[{"subscriptionType":"contact.merge","objectId":1,"primaryObjectId":1,"mergedObjectIds":[2]}]`, hubspotGone("privacyDeletion", 1)},
		"generic":            {`[{"subscriptionType":"object.merge","objectTypeId":"0-1","objectId":3,"primaryObjectId":1,"mergedObjectIds":["2"],"newObjectId":"3"}]`, hubspotGone("deletion", 3)},
	} {
		t.Run(name, func(t *testing.T) {
			eachEngine(t, func(t *testing.T, i *inn) {
				for id := range int64(2) {
					i.contact(t, id+1)
				}
				i.contact(t, 9)
				i.fetch(t, i.fetcher)
				delete(i.hubspot.people, "1")
				delete(i.hubspot.people, "2")
				for _, event := range told {
					i.send(t, "hubspot", event)
				}
				i.settle(t)
				if got := i.states(t); got != "open erased erased" || i.fetching(t) != 0 {
					t.Errorf("the leads are %s, %d waiting\n%s", got, i.fetching(t), i.log)
				}
				i.secrecy(t)
			})
		})
	}
}

// HubSpot says of a contact that was merged that it was deleted: nobody is erased for that, and from then on they are
// known by the new id, also when the merge itself is not told.
func TestHubSpotMergedIsNotDeleted(t *testing.T) {
	for _, told := range []string{hubspotMergeEvent(1, 2, 3), `[]`} {
		eachEngine(t, func(t *testing.T, i *inn) {
			i.contact(t, 1)
			i.contact(t, 2)
			i.fetch(t, i.fetcher)
			for _, id := range []string{"1", "2", "3"} { // who was merged is answered for by who is left
				i.hubspot.people[id] = `{"id":"3","properties":{"phone":"600111222"}}`
			}
			i.send(t, "hubspot", hubspotGone("deletion", 2))
			i.send(t, "hubspot", hubspotGone("deletion", 1))
			i.send(t, "hubspot", told)
			if i.settle(t); i.states(t) != "open open" || i.fetching(t) != 0 {
				t.Fatalf("the leads are %s\n%s", i.states(t), i.log)
			}
			i.send(t, "hubspot", hubspotMQLEvent(3, i.now.Now()))
			if i.settle(t); i.states(t) != "open open" {
				t.Fatalf("the leads are %s\n%s", i.states(t), i.log)
			}
			i.send(t, "hubspot", hubspotGone("privacyDeletion", 3))
			if i.states(t) != "erased erased" {
				t.Errorf("the leads are %s\n%s", i.states(t), i.log)
			}
		})
	}
}

// A contact of which the notice has the old id is the lead that it was.
func TestHubSpotReadByOldID(t *testing.T) {
	eachEngine(t, func(t *testing.T, i *inn) {
		i.contact(t, 1)
		i.fetch(t, i.fetcher)
		i.hubspot.people["1"] = `{"id":"3","properties":{"phone":"600111222"}}` // not even the e-mail is the same
		i.send(t, "hubspot", hubspotMQLEvent(1, tuesday.Add(time.Hour)))
		i.settle(t)
		if got := i.leads(t); len(got) != 1 || got[0].Phone == "" || got[0].Round != 1 {
			t.Errorf("got %+v", got)
		}
	})
}

// Whoever is deleted in HubSpot and was never handed over is not asked for, and whoever is still there is not erased.
func TestHubSpotDeleted(t *testing.T) {
	i := openInn(t, storetest.SQLite(t))
	i.contact(t, 1)
	i.fetch(t, i.fetcher)
	asked := i.hubspot.times()
	i.send(t, "hubspot", hubspotGone("deletion", 77))
	if n := i.fetching(t); n != 0 {
		t.Errorf("%d leads are said to be read", n)
	}
	i.settle(t)
	if i.hubspot.times() != asked {
		t.Error("HubSpot is asked for somebody who is not here")
	}
	i.send(t, "hubspot", hubspotGone("deletion", 1))
	i.now.pass(hubspotDeleted - time.Second)
	if i.fetch(t, i.fetcher); i.hubspot.times() != asked {
		t.Error("HubSpot is asked too early")
	}
	i.now.pass(time.Second)
	if i.fetch(t, i.fetcher); i.hubspot.times() != asked+1 || i.states(t) != string(handoff.Open) {
		t.Errorf("asked %d times, the lead is %s", i.hubspot.times()-asked, i.states(t))
	}
	delete(i.hubspot.people, "1")
	i.hubspot.faults = []http.HandlerFunc{fails(500, ``), fails(404, `<html>`)}
	i.send(t, "hubspot", strings.Replace(hubspotGone("deletion", 1), "0001", "0002", 1))
	i.settle(t)
	if i.settle(t); i.states(t) != string(handoff.Erased) {
		t.Errorf("the lead is %s\n%s", i.states(t), i.log)
	}
}

func TestHubSpotMergeEvents(t *testing.T) {
	b, err := parseHubSpot(nil, []byte(`[`+
		`{"subscriptionType":"contact.merge","primaryObjectId":1,"mergedObjectIds":[2,2,"../3",null,3],"newObjectId":3},`+
		`{"subscriptionType":"company.merge","primaryObjectId":1,"mergedObjectIds":[2],"newObjectId":3},`+
		`{"subscriptionType":"contact.merge","mergedObjectIds":[2]},{"subscriptionType":"contact.merge","primaryObjectId":2,"mergedObjectIds":[2]},`+
		`{"subscriptionType":"contact.merge","primaryObjectId":2,"mergedObjectIds":[1`+strings.Repeat(",1", maxLeads)+`]}]`))
	if err != nil || len(b.merges) != 1 || fmt.Sprint(b.merges[0]) != "{3 [2 1]}" {
		t.Errorf("got %+v, %v", b, err)
	}
	if got := strings.Join(b.ignored, ","); got != "not a contact,no id,no id,too many merged" {
		t.Errorf("ignored %s", got)
	}
}
