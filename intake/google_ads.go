package intake

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"
)

// googleAdsSource is the lead forms of Google Ads. Google signs nothing: it repeats a key, which the advertiser
// chose, in each body.
func googleAdsSource(s Secrets) source {
	return source{
		name:  "google-ads",
		needs: []setting{{"RELEVO_GOOGLE_ADS_KEY", s.GoogleAdsKey}},
		media: "application/json",
		as:    "Google Ads",
		deaf:  true,
		exact: true,
		verify: func(_ *http.Request, body []byte, _ time.Time) bool {
			said, err := decodeTold(body)
			return err == nil && same(textAt(said, "google_key"), s.GoogleAdsKey)
		},
		parse: parseGoogleAds,
		sign: func(m *Message, _ time.Time) error {
			said, err := decode(m.Body)
			if err != nil {
				return err
			}
			object, ok := said.(map[string]any)
			if !ok {
				return Problem{Code: notALead}
			}
			object["google_key"] = s.GoogleAdsKey
			m.Body, err = json.Marshal(object)
			return err
		},
	}
}

func parseGoogleAds(_ http.Header, body []byte) (batch, error) {
	said, err := decodeTold(body)
	if err != nil {
		return batch{}, err
	}
	if textAt(said, "is_test") == "true" {
		return batch{ignored: []string{"test"}}, nil
	}
	columns, ok := dig(said, "user_column_data").([]any)
	if !ok {
		return batch{}, Problem{Code: notALead}
	}
	e := entry{
		once: textAt(said, "lead_id"),
		form: form{
			"external_id": textAt(said, "lead_id"),
			"received_at": textAt(said, "lead_submit_time"),
			"campaign":    textAt(said, "campaign_id"), // the mapping file may know its name
			"gclid":       textAt(said, "gcl_id"),
		},
	}
	for _, c := range columns {
		id := textAt(c, "column_id")
		q := question{
			key:   id,
			label: cmp.Or(textAt(c, "column_name"), title(id)), // questions of one's own may come without
			value: textAt(c, "string_value"),
			field: googleAdsField(id),
		}
		if strings.HasPrefix(id, "WORK_") { // before the private ones: what is filled already stays as it is
			e.asked = slices.Insert(e.asked, 0, q)
		} else {
			e.asked = append(e.asked, q)
		}
	}
	for _, name := range []string{"form_id", "adgroup_id", "creative_id", "asset_group_id", "lead_stage"} {
		e.asked = append(e.asked, question{key: name, label: name, value: textAt(said, name), aside: true})
	}
	return batch{entries: []entry{e}}, nil
}

// googleAdsField is the field of ours that a column means.
func googleAdsField(id string) string {
	switch id {
	case "FULL_NAME":
		return "name"
	case "FIRST_NAME":
		return "first_name"
	case "LAST_NAME":
		return "last_name"
	case "EMAIL", "WORK_EMAIL":
		return "email"
	case "PHONE_NUMBER", "WORK_PHONE":
		return "phone"
	case "COMPANY_NAME":
		return "company"
	case "JOB_TITLE":
		return "role"
	case "COUNTRY":
		return "country"
	case "INDUSTRY":
		return "industry"
	case "COMPANY_SIZE":
		return "size"
	}
	return ""
}
