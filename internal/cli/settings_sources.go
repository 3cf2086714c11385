package cli

import (
	"cmp"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"relevo/intake"
)

// SourceSettings is the part of the settings that switches the sources of leads on. Its fields are those of
// intake.Secrets, with what each is for.
type SourceSettings struct {
	IntakeToken     string `name:"intake-token" hidden:"" env:"RELEVO_INTAKE_TOKEN" help:"Token that senders of leads show to POST /hooks/json; at least 16 characters. Without one that door is closed."`
	N8NToken        string `name:"n8n-token" hidden:"" env:"RELEVO_N8N_TOKEN" help:"Token that n8n shows to POST /hooks/n8n; at least 16 characters. Without one it is that of RELEVO_INTAKE_TOKEN."`
	PublicURL       string `name:"public-url" env:"RELEVO_PUBLIC_URL" placeholder:"URL" help:"Address at which the tools reach Relevo, without /hooks, for example https://leads.example.com. HubSpot signs it."`
	HubSpotSecret   string `name:"hubspot-secret" hidden:"" env:"RELEVO_HUBSPOT_SECRET" help:"Client secret of the HubSpot app: switches on /hooks/hubspot, with RELEVO_HUBSPOT_TOKEN and RELEVO_PUBLIC_URL."`
	HubSpotToken    string `name:"hubspot-token" hidden:"" env:"RELEVO_HUBSPOT_TOKEN" help:"Access token of the HubSpot app, with which contacts are read."`
	HubSpotAPIURL   string `name:"hubspot-api-url" env:"RELEVO_HUBSPOT_API_URL" default:"https://api.hubapi.com" placeholder:"URL" help:"Address of HubSpot's API; another one is for tests."`
	TypeformSecret  string `name:"typeform-secret" hidden:"" env:"RELEVO_TYPEFORM_SECRET" help:"Secret of the Typeform webhook: switches on /hooks/typeform."`
	WebflowSecret   string `name:"webflow-secret" hidden:"" env:"RELEVO_WEBFLOW_SECRET" help:"Secret of the Webflow webhook: switches on /hooks/webflow."`
	CalendlyKey     string `name:"calendly-key" hidden:"" env:"RELEVO_CALENDLY_KEY" help:"Signing key of the Calendly webhook: switches on /hooks/calendly."`
	MetaAppSecret   string `name:"meta-app-secret" hidden:"" env:"RELEVO_META_APP_SECRET" help:"App secret of the Meta app: switches on /hooks/meta, with the two settings that follow."`
	MetaVerifyToken string `name:"meta-verify-token" hidden:"" env:"RELEVO_META_VERIFY_TOKEN" help:"Verify token that you type into Meta's webhook settings; at least 16 characters."`
	MetaToken       string `name:"meta-token" hidden:"" env:"RELEVO_META_TOKEN" help:"Page access token, with which the answers of Meta lead ads are read."`
	MetaAPIURL      string `name:"meta-api-url" env:"RELEVO_META_API_URL" default:"https://graph.facebook.com/v23.0" placeholder:"URL" help:"Address of Meta's Graph API with its version; another host is for tests."`
	LinkedInSecret  string `name:"linkedin-secret" hidden:"" env:"RELEVO_LINKEDIN_SECRET" help:"Client secret of the LinkedIn app: switches on /hooks/linkedin, with RELEVO_LINKEDIN_TOKEN."`
	LinkedInToken   string `name:"linkedin-token" hidden:"" env:"RELEVO_LINKEDIN_TOKEN" help:"Access token of the LinkedIn app, with which the answers of lead gen forms are read."`
	LinkedInAPIURL  string `name:"linkedin-api-url" env:"RELEVO_LINKEDIN_API_URL" default:"https://api.linkedin.com/rest" placeholder:"URL" help:"Address of LinkedIn's API; another one is for tests."`
	LinkedInVersion string `name:"linkedin-version" env:"RELEVO_LINKEDIN_VERSION" default:"202606" placeholder:"YYYYMM" help:"Version of LinkedIn's API; each is served for about a year."`
	GoogleAdsKey    string `name:"google-ads-key" hidden:"" env:"RELEVO_GOOGLE_ADS_KEY" help:"Key that you type into the webhook settings of Google's lead form; at least 16 characters. Switches on /hooks/google-ads."`
	SalesforceKey   string `name:"salesforce-secret" hidden:"" env:"RELEVO_SALESFORCE_SECRET" help:"Secret at the end of the address of Salesforce's outbound message, /hooks/salesforce/SECRET; at least 16 letters, digits, - or _. Switches that door on, with RELEVO_SALESFORCE_ORG."`
	SalesforceOrg   string `name:"salesforce-org" env:"RELEVO_SALESFORCE_ORG" placeholder:"ID" help:"Organisation ID of Salesforce, of 15 or 18 characters; messages of another one are refused."`
}

// minToken is how long a secret must be that somebody made up: what is shorter can be guessed.
const minToken = 16

// check returns what the sources are given. What cannot be used is added with its setting's name.
func (s SourceSettings) check(add func(name, why, value string)) intake.Secrets {
	s.N8NToken = cmp.Or(s.N8NToken, s.IntakeToken)
	for _, own := range []struct{ name, value string }{
		{"RELEVO_INTAKE_TOKEN", s.IntakeToken}, {"RELEVO_META_VERIFY_TOKEN", s.MetaVerifyToken},
		{"RELEVO_GOOGLE_ADS_KEY", s.GoogleAdsKey}, {"RELEVO_SALESFORCE_SECRET", s.SalesforceKey},
	} {
		if n := utf8.RuneCountInString(own.value); n > 0 && n < minToken || strings.ContainsFunc(own.value, isSpace) {
			add(own.name, "intake_token", "")
		}
	}
	if n := utf8.RuneCountInString(s.N8NToken); s.N8NToken != s.IntakeToken && n < minToken || strings.ContainsFunc(s.N8NToken, isSpace) {
		add("RELEVO_N8N_TOKEN", "intake_token", "")
	}
	if strings.ContainsFunc(s.SalesforceKey, notInPath) {
		add("RELEVO_SALESFORCE_SECRET", "path_secret", "")
	}
	for _, given := range []struct{ name, value string }{
		{"RELEVO_HUBSPOT_SECRET", s.HubSpotSecret}, {"RELEVO_HUBSPOT_TOKEN", s.HubSpotToken}, {"RELEVO_TYPEFORM_SECRET", s.TypeformSecret},
		{"RELEVO_WEBFLOW_SECRET", s.WebflowSecret}, {"RELEVO_CALENDLY_KEY", s.CalendlyKey}, {"RELEVO_META_APP_SECRET", s.MetaAppSecret},
		{"RELEVO_META_TOKEN", s.MetaToken}, {"RELEVO_LINKEDIN_SECRET", s.LinkedInSecret}, {"RELEVO_LINKEDIN_TOKEN", s.LinkedInToken},
	} {
		if strings.ContainsFunc(given.value, isSpace) {
			add(given.name, "spaces", "")
		}
	}
	if n := len(s.SalesforceOrg); n != 0 && n != 15 && n != 18 || strings.ContainsFunc(s.SalesforceOrg, notInPath) {
		add("RELEVO_SALESFORCE_ORG", "salesforce_org", s.SalesforceOrg)
	}
	if _, err := time.Parse("200601", s.LinkedInVersion); err != nil && s.LinkedInVersion != "" {
		add("RELEVO_LINKEDIN_VERSION", "linkedin_version", s.LinkedInVersion)
	}
	for _, address := range []struct {
		name  string
		value *string
	}{
		{"RELEVO_PUBLIC_URL", &s.PublicURL}, {"RELEVO_HUBSPOT_API_URL", &s.HubSpotAPIURL},
		{"RELEVO_META_API_URL", &s.MetaAPIURL}, {"RELEVO_LINKEDIN_API_URL", &s.LinkedInAPIURL},
	} {
		if *address.value != "" && !isWebAddress(*address.value) {
			add(address.name, "url", *address.value)
		}
		*address.value = strings.TrimRight(*address.value, "/")
	}
	return intake.Secrets(s)
}

// isWebAddress tells whether it is an http or https address, without a password and without what stands after ?.
func isWebAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil && u.RawQuery == "" && u.Fragment == ""
}

// notInPath is true for what would have to be escaped in an address.
func notInPath(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_'
}
