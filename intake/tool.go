package intake

import (
	"slices"
	"strings"

	"relevo/handoff"
)

// What can be wrong with a row of a tool: it was made to try a form, or names nobody.
const (
	testLead  handoff.Problem = "test_lead"
	rowNobody handoff.Problem = "row_nobody"
)

// tool is a program whose exports are known by their header rows.
type tool struct {
	title  string
	from   source            // as its webhook, so that a lead is the same by whichever way it comes
	signs  []string          // headers, folded, that its exports have and no other tool's
	ids    []string          // headers of the row's own id: the first of them that is there
	fields map[string]string // what its columns mean where the name alone does not tell; "" when it is nothing of the lead's
	form   bool              // its other columns are questions that people answered
	cell   func(header, cell string) string
}

// tools is the table of the exports that are known.
func tools() []tool {
	return []tool{
		{title: "HubSpot", from: source{name: "hubspot"}, signs: []string{"record id"}, ids: []string{"record id"}},
		{title: "Salesforce", from: source{name: "salesforce"}, signs: []string{"leadsource", "ownerid"}, ids: []string{"lead id"}},
		// Deals before people: their exports have columns of both.
		{title: "Pipedrive", from: source{name: "pipedrive-deal"}, signs: []string{"deal title"}, ids: []string{"deal id", "deal crm id", "person id"}},
		{title: "Pipedrive", from: source{name: "pipedrive"}, signs: []string{"person name"}, ids: []string{"person id"}},
		{title: "Meta", from: source{name: "meta", as: "Meta Ads"}, signs: []string{"ad id", "form id", "created time"}, ids: []string{"id"}, form: true, cell: metaCell,
			fields: map[string]string{
				"platform": "source", "ad name": "activity", "form name": "activity", "ad id": "", "adset id": "", "adset name": "",
				"campaign id": "", "form id": "", "is organic": "", "lead status": "", "inbox url": "",
			}},
		{title: "Typeform", from: source{name: "typeform", as: "Typeform"}, signs: []string{"network id", "submit date utc"}, ids: []string{"#"}, form: true, cell: typeformCell,
			fields: map[string]string{
				"response type": "", "start date utc": "", "stage date utc": "", "network id": "", "tags": "", "ending": "",
			}},
	}
}

// toolOf finds out whose export has this header row; nil when that is not known.
func toolOf(head []string) *tool {
	var names []string
	for _, h := range head {
		names = append(names, foldName(h))
	}
	for _, t := range tools() {
		if !slices.ContainsFunc(t.signs, func(sign string) bool { return !slices.Contains(names, sign) }) {
			return &t
		}
	}
	return nil
}

// means returns which field a column of the tool's is; known is false when the tool says nothing of it.
func (t *tool) means(name string, names []string) (field string, known bool) {
	if i := slices.Index(t.ids, name); i >= 0 {
		first := !slices.ContainsFunc(t.ids[:i], func(id string) bool { return slices.Contains(names, id) })
		if first {
			return "external_id", true
		}
		return "", true
	}
	field, known = t.fields[name]
	return field, known
}

// metaCell takes off the letters that Meta puts before its ids and numbers, and writes out its platforms.
func metaCell(header, cell string) string {
	switch header {
	case "id":
		return strings.TrimPrefix(cell, "l:")
	case "ad id":
		return strings.TrimPrefix(cell, "ag:")
	case "adset id":
		return strings.TrimPrefix(cell, "as:")
	case "campaign id":
		return strings.TrimPrefix(cell, "c:")
	case "form id":
		return strings.TrimPrefix(cell, "f:")
	case "platform":
		switch cell {
		case "fb":
			return "Facebook"
		case "ig":
			return "Instagram"
		case "msg":
			return "Messenger"
		case "an":
			return "Audience Network"
		}
	}
	return cell
}

// typeformCell writes the choices " / A / B" as a list.
func typeformCell(_, cell string) string {
	if list, ok := strings.CutPrefix(cell, "/ "); ok {
		return strings.ReplaceAll(list, " / ", ", ")
	}
	return cell
}

// isTest tells whether the row is one that Meta makes to try a form.
func isTest(cells []string) bool {
	return slices.ContainsFunc(cells, func(c string) bool { return strings.HasPrefix(c, "<test lead:") })
}
