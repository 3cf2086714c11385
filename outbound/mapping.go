package outbound

import (
	"fmt"
	"slices"
	"strings"

	"relevo/handoff"
)

// ReadFields reads the names of a CRM's fields from a text like "status=hs_lead_status,need=relevo_need". It fails on what is
// no field of ours, one of known.
func (m *Mapping) ReadFields(text string, known ...string) error {
	into := map[string]*string{"stage": &m.Stage, "status": &m.Status, "reason": &m.Reason, "need": &m.Need}
	taken := map[string]bool{}
	return pairs(text, func(field, name string) error {
		if !slices.Contains(known, field) {
			return fmt.Errorf("%q is none of %s", field, strings.Join(known, ", "))
		}
		if !fieldName.MatchString(name) || taken[name] {
			return fmt.Errorf("%q is no name of a field, or stands twice", name)
		}
		taken[name], *into[field] = true, name
		return nil
	})
}

// ReadStates reads what a field says in each state of a lead, from a text like "accepted=IN_PROGRESS,rejected=UNQUALIFIED".
func ReadStates(text string) (map[handoff.State]string, error) {
	values := map[handoff.State]string{}
	err := pairs(text, func(state, value string) error {
		switch s := handoff.State(state); s {
		case handoff.Open, handoff.Accepted, handoff.Rejected, handoff.Nurturing:
			values[s] = value
			return nil
		}
		return fmt.Errorf("%q is none of open, accepted, rejected, nurturing", state)
	})
	return values, err
}

// pairs reads NAME=VALUE, separated by commas. A name without a value is left out.
func pairs(text string, take func(name, value string) error) error {
	for part := range strings.SplitSeq(text, ",") {
		name, value, ok := strings.Cut(part, "=")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		switch {
		case strings.TrimSpace(part) == "" || ok && name != "" && value == "":
			continue
		case !ok || name == "":
			return fmt.Errorf("%q is not NAME=VALUE", strings.TrimSpace(part))
		}
		if err := take(name, value); err != nil {
			return err
		}
	}
	return nil
}
