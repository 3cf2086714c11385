package handoff

// Profile is who the perfect customer is: characteristics that a lead can show. The zero value is no profile.
type Profile struct {
	Characteristics []Characteristic `json:"characteristics,omitempty"`
}

// Attribute is what of a lead a characteristic looks at.
type Attribute string

// The attributes, in the order in which they are offered.
const (
	AttributeIndustry Attribute = "industry"
	AttributeSize     Attribute = "size"
	AttributeCountry  Attribute = "country"
	AttributeRole     Attribute = "role"
	AttributeSource   Attribute = "source"
	AttributeWebsite  Attribute = "website" // that there is one
	AttributeMailbox  Attribute = "mailbox" // that the address is the company's own
	AttributeExtra    Attribute = "extra"   // an answer beside the lead's own fields
)

// Attributes lists the attributes in the order in which they are offered.
func Attributes() []Attribute {
	return []Attribute{AttributeIndustry, AttributeSize, AttributeCountry, AttributeRole, AttributeSource, AttributeWebsite, AttributeMailbox, AttributeExtra}
}

// Characteristic is one mark of the perfect customer.
type Characteristic struct {
	ID        string    `json:"id"` // stays the same through versions
	Attribute Attribute `json:"attribute"`
	Label     string    `json:"label,omitzero"`   // of AttributeExtra: the answer's label
	Values    []string  `json:"values,omitempty"` // any of them; compared as a route's conditions are, a role by the words in it
	Min       int       `json:"min,omitzero"`     // of AttributeSize: people
	Max       int       `json:"max,omitzero"`     // of AttributeSize; 0 is no limit
	Weight    int       `json:"weight"`           // 1 to 3
	Name      string    `json:"name,omitzero"`    // what people call it; empty: the attribute's name
}

// Mark tells whether a lead shows a characteristic.
type Mark byte

// The marks.
const (
	Shows   Mark = '1'
	Lacks   Mark = '0'
	NotSaid Mark = '?' // what it looks at is not known of the lead
)
