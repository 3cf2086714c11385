package intake

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"relevo/handoff"
)

// What an XML body may hold. Salesforce's are 6 deep and have a few hundred elements a notification at most.
const (
	maxXMLDepth    = 16
	maxXMLElements = 50000
)

// What can be wrong with an XML body as a whole.
const (
	bodyXML     handoff.Problem = "body_xml"
	bodyDoctype handoff.Problem = "body_doctype" // which is where entities come from that reach out or blow up
	bodyXMLSize handoff.Problem = "body_xml_size"

	bodyNoNotification handoff.Problem = "body_no_notification"
)

// element is one of XML: its name without namespace, its text without what stands around its children, and those.
type element struct {
	name     string
	kind     string // what xsi:type says, without its prefix
	text     []byte
	children []*element
}

// all returns the children of that name.
func (e *element) all(name string) []*element {
	var found []*element
	if e != nil {
		for _, c := range e.children {
			if c.name == name {
				found = append(found, c)
			}
		}
	}
	return found
}

// one returns the first element down these names, or nil.
func (e *element) one(names ...string) *element {
	for _, name := range names {
		found := e.all(name)
		if len(found) == 0 {
			return nil
		}
		e = found[0]
	}
	return e
}

// textAt returns the text of the first element down these names.
func (e *element) textAt(names ...string) string {
	if found := e.one(names...); found != nil {
		return found.value()
	}
	return ""
}

func (e *element) value() string { return strings.TrimSpace(string(e.text)) }

// decodeXML reads a body that is one XML document in UTF-8, without a document type: no entity but XML's own five
// is known, and nothing is fetched. It fails with a Problem.
func decodeXML(body []byte) (*element, error) {
	switch {
	case !utf8.Valid(body):
		return nil, Problem{Code: bodyNotUTF8}
	case len(bytes.TrimSpace(body)) == 0:
		return nil, Problem{Code: bodyEmpty}
	}
	dec := xml.NewDecoder(bytes.NewReader(body))
	root := &element{}
	open := []*element{root}
	elements := 0
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			line, _ := dec.InputPos()
			return nil, Problem{Code: bodyXML, Limit: line}
		}
		last := open[len(open)-1]
		switch token := token.(type) {
		case xml.Directive:
			return nil, Problem{Code: bodyDoctype}
		case xml.StartElement:
			if elements++; elements > maxXMLElements || len(open) > maxXMLDepth {
				return nil, Problem{Code: bodyXMLSize}
			}
			child := &element{name: token.Name.Local}
			for _, a := range token.Attr {
				if a.Name.Local == "type" {
					_, kind, prefixed := strings.Cut(a.Value, ":")
					if child.kind = kind; !prefixed {
						child.kind = a.Value
					}
				}
			}
			last.children = append(last.children, child)
			open = append(open, child)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			last.text = append(last.text, token...)
		}
	}
	if len(root.children) != 1 || root.value() != "" {
		line, _ := dec.InputPos()
		return nil, Problem{Code: bodyXML, Limit: line}
	}
	return root.children[0], nil
}
