package outbound

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// Whether the CRM can be written to is asked without reading anybody, and what is in the way is told without anybody's data.
func TestCheck(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*Config)
		want   string
	}{
		{"both are on", func(*Config) {}, "[{HubSpot } {Salesforce }]"},
		{"none is", func(c *Config) { c.HubSpot, c.Salesforce = HubSpot{}, Salesforce{} }, "[]"},
		{"a wrong token", func(c *Config) { c.HubSpot.Token = "pat-other" }, "[{HubSpot HubSpot: answered with status 401 INVALID_AUTHENTICATION} {Salesforce }]"},
		{"a property that was not made", func(c *Config) { c.HubSpot.Mapping.Need = "need" }, "[{HubSpot HubSpot: contacts have no property need} {Salesforce }]"},
		{"a wrong address", func(c *Config) { c.HubSpot.URL = "http://127.0.0.1:1" }, "[{HubSpot HubSpot: not reached: dial tcp 127.0.0.1:1: connect: connection refused} {Salesforce }]"},
		{"a wrong secret", func(c *Config) { c.Salesforce.ClientSecret = "other" }, "[{HubSpot } {Salesforce Salesforce: the client id or secret was refused}]"},
		{"a field that was not made", func(c *Config) { c.Salesforce.Mapping.Need = "Need__c" }, "[{HubSpot } {Salesforce Salesforce: answered with status 400 INVALID_FIELD}]"},
	} {
		h, s := newFakeHubSpot(t), newFakeSalesforce(t)
		c := Config{Now: time.Now, HubSpot: h.settings(), Salesforce: s.settings()}
		tt.change(&c)
		if got := fmt.Sprint(New(c).Check(t.Context())); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
		for _, call := range h.asked() {
			if call[:3] != "GET" {
				t.Errorf("%s: %s", tt.name, call)
			}
		}
	}
}

// Each try is counted by what came of it, with a word of Results.
func TestTried(t *testing.T) {
	for _, tt := range []struct {
		out  outcome
		want string
	}{
		{outcome{}, "delivered"}, {outcome{why: "no record"}, "needless"}, {outcome{fate: later, why: "w"}, "failed"}, {outcome{fate: soon, why: "w"}, "failed"},
		{outcome{fate: dead, why: "w"}, "given_up"}, {outcome{fate: conflict, why: "w"}, "conflict"}, {outcome{fate: gone, why: "w"}, "gone"},
	} {
		if got := tt.out.result(); got != tt.want || !slices.Contains(Results(), got) {
			t.Errorf("%+v: %s, want %s", tt.out, got, tt.want)
		}
	}
}
