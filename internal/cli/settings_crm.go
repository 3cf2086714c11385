package cli

import (
	"log/slog"
	"slices"
	"strings"
	"time"

	"relevo/intake"
	"relevo/internal/text"
	"relevo/outbound"
	"relevo/store"
)

// CRMSettings is the part of the settings that lets decisions be written to the CRM.
type CRMSettings struct {
	HubSpotWrite           string `name:"hubspot-write" env:"RELEVO_HUBSPOT_WRITE" placeholder:"id|email" help:"Writes decisions to HubSpot, with RELEVO_HUBSPOT_TOKEN: id for leads that came from there, email to look the others up by their e-mail too. See docs/crm.md."`
	HubSpotFields          string `name:"hubspot-fields" env:"RELEVO_HUBSPOT_FIELDS" default:"stage=lifecyclestage,status=hs_lead_status,reason=relevo_reason,need=relevo_need" placeholder:"FIELD=NAME,…" help:"Properties of a contact that are written, by their internal names; what is left out is not written."`
	HubSpotStages          string `name:"hubspot-stages" env:"RELEVO_HUBSPOT_STAGES" default:"accepted=salesqualifiedlead" placeholder:"STATE=VALUE,…" help:"Lifecycle stage of a contact whose lead is open, accepted, rejected or nurturing; what is left out is not written. It never goes back."`
	HubSpotStatuses        string `name:"hubspot-statuses" env:"RELEVO_HUBSPOT_STATUSES" default:"open=OPEN,accepted=IN_PROGRESS,rejected=UNQUALIFIED,nurturing=BAD_TIMING" placeholder:"STATE=VALUE,…" help:"Lead status of such a contact, by the internal names of its options."`
	SalesforceWrite        string `name:"salesforce-write" env:"RELEVO_SALESFORCE_WRITE" placeholder:"id|email" help:"Writes decisions to leads in Salesforce, with the three settings that follow: id or email, as for HubSpot. See docs/crm.md."`
	SalesforceURL          string `name:"salesforce-url" env:"RELEVO_SALESFORCE_URL" placeholder:"URL" help:"Address of your Salesforce (My Domain), for example https://acme.my.salesforce.com."`
	SalesforceClientID     string `name:"salesforce-client-id" hidden:"" env:"RELEVO_SALESFORCE_CLIENT_ID" help:"Consumer key of the app in Salesforce with the client credentials flow."`
	SalesforceClientSecret string `name:"salesforce-client-secret" hidden:"" env:"RELEVO_SALESFORCE_CLIENT_SECRET" help:"Consumer secret of that app."`
	SalesforceFields       string `name:"salesforce-fields" env:"RELEVO_SALESFORCE_FIELDS" default:"status=Status,reason=Relevo_Reason__c,need=Relevo_Need__c" placeholder:"FIELD=NAME,…" help:"Fields of a lead that are written, by their API names; what is left out is not written."`
	SalesforceStatuses     string `name:"salesforce-statuses" env:"RELEVO_SALESFORCE_STATUSES" default:"open=Open - Not Contacted,accepted=Working - Contacted,rejected=Closed - Not Converted" placeholder:"STATE=VALUE,…" help:"Lead Status of a lead that is open, accepted, rejected or nurturing; what is left out is not written."`
}

// check returns what each CRM is given, zero for one that is off. What cannot be used is added with its setting's name.
func (s CRMSettings) check(sources intake.Secrets, add func(name, why, value string)) (h outbound.HubSpot, f outbound.Salesforce) {
	if s.HubSpotWrite != "" {
		h = outbound.HubSpot{Token: sources.HubSpotToken, URL: sources.HubSpotAPIURL}
		if h.Token == "" {
			add("RELEVO_HUBSPOT_TOKEN", "crm_missing", "RELEVO_HUBSPOT_WRITE")
		}
		s.read(&h.Mapping, "RELEVO_HUBSPOT", s.HubSpotWrite, s.HubSpotFields, s.HubSpotStatuses, add, "stage", "status", "reason", "need")
		var err error
		if h.Mapping.Stages, err = outbound.ReadStates(s.HubSpotStages); err != nil {
			add("RELEVO_HUBSPOT_STAGES", "crm_pairs", err.Error())
		}
	}
	if s.SalesforceWrite != "" {
		f = outbound.Salesforce{URL: strings.TrimRight(s.SalesforceURL, "/"), ClientID: s.SalesforceClientID, ClientSecret: s.SalesforceClientSecret}
		for _, needed := range []struct{ name, value string }{
			{"RELEVO_SALESFORCE_URL", f.URL}, {"RELEVO_SALESFORCE_CLIENT_ID", f.ClientID}, {"RELEVO_SALESFORCE_CLIENT_SECRET", f.ClientSecret},
		} {
			if needed.value == "" {
				add(needed.name, "crm_missing", "RELEVO_SALESFORCE_WRITE")
			} else if strings.ContainsFunc(needed.value, isSpace) {
				add(needed.name, "spaces", "")
			}
		}
		if f.URL != "" && !isWebAddress(f.URL) {
			add("RELEVO_SALESFORCE_URL", "url", s.SalesforceURL)
		}
		s.read(&f.Mapping, "RELEVO_SALESFORCE", s.SalesforceWrite, s.SalesforceFields, s.SalesforceStatuses, add, "status", "reason", "need")
	}
	return h, f
}

func (CRMSettings) read(m *outbound.Mapping, prefix, how, fields, statuses string, add func(name, why, value string), known ...string) {
	if !slices.Contains([]string{"id", "email"}, how) {
		add(prefix+"_WRITE", "crm_write", how)
	}
	m.ByEmail = how == "email"
	if err := m.ReadFields(fields, known...); err != nil {
		add(prefix+"_FIELDS", "crm_pairs", err.Error())
	}
	var err error
	if m.Statuses, err = outbound.ReadStates(statuses); err != nil {
		add(prefix+"_STATUSES", "crm_pairs", err.Error())
	}
}

// newOutbound returns the worker that tells others of what happens, and tried how its tries end.
func newOutbound(c Config, db *store.Store, texts *text.Catalogue, now func() time.Time, log *slog.Logger, tried func(store.EndpointKind, string)) *outbound.Worker {
	return outbound.New(outbound.Config{Store: db, Texts: texts, Now: now, Logger: log, HubSpot: c.HubSpot, Salesforce: c.Salesforce, Tried: tried})
}
