package intake

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"relevo/handoff"
	"relevo/internal/text"
)

// Fields of a file that a form does not have.
const (
	fieldReceived = "received"
	fieldDecided  = "decided"
)

// What can be wrong with the way in which a file shall be read.
const (
	fileEmpty       handoff.Problem = "file_empty"
	fileBadMap      handoff.Problem = "file_bad_map"
	fileNoField     handoff.Problem = "file_no_field"
	fileNoColumn    handoff.Problem = "file_no_column"
	fileNoKeyColumn handoff.Problem = "file_no_key_column"
)

// NoKeyColumn is the problem of a file of which no column is known by which its leads could be told apart.
const NoKeyColumn = fileNoKeyColumn

// headers lists the names of columns, folded, that mean a field without being told: those that exports of forms,
// CRMs and advertisers have, in English and Spanish. Of an ambiguous name ("id", "owner", "status", "tags")
// nothing is guessed.
var headers = map[string][]string{
	"external_id":  {"external id", "id externo", "record id", "lead id", "prospect id", "contact id"},
	"name":         {"name", "full name", "contact name", "nombre completo", "nombre y apellidos", "contacto"},
	"first_name":   {"first name", "firstname", "given name", "nombre", "nombre de pila"},
	"last_name":    {"last name", "lastname", "surname", "family name", "apellidos", "apellido", "primer apellido"},
	"email":        {"email", "e mail", "mail", "email address", "work email", "email work", "email home", "email other", "correo", "correo electronico", "direccion de correo", "direccion de correo electronico", "correo de trabajo"},
	"phone":        {"phone", "phone number", "telephone", "mobile", "mobile phone", "cell", "phone work", "phone mobile", "phone home", "phone other", "telefono", "numero de telefono", "movil", "telefono movil", "celular"},
	"company":      {"company", "company name", "organization", "organisation", "organization name", "account name", "associated company", "empresa", "nombre de la empresa", "compania", "organizacion", "razon social"},
	"website":      {"website", "website url", "web", "company website", "company domain", "company domain name", "domain", "sitio web", "pagina web", "dominio"},
	"role":         {"role", "title", "job title", "position", "cargo", "puesto", "puesto de trabajo"},
	"country":      {"country", "country region", "pais", "pais region"},
	"industry":     {"industry", "sector", "industria"},
	"size":         {"size", "company size", "employees", "number of employees", "headcount", "tamano", "tamano de la empresa", "empleados", "numero de empleados", "n de empleados"},
	"source":       {"source", "lead source", "leadsource", "original source", "utm source", "deal utm source", "fuente", "fuente del lead", "fuente original"},
	"campaign":     {"campaign", "campaign name", "utm campaign", "deal utm campaign", "campana", "nombre de la campana"},
	"activity":     {"activity", "last activity", "actividad", "ultima actividad"},
	"asks_contact": {"asks contact", "wants contact", "contact me", "pide contacto", "quiere contacto"},
	"link":         {"link", "crm link", "record link", "enlace", "enlace crm"},
	"received":     {"received", "received at", "create date", "created", "created at", "created time", "created date", "deal deal created", "submit date", "submit date utc", "submitted at", "fecha", "fecha de creacion", "fecha de alta", "recibido"},
	"decided":      {"decided", "decided at", "decision date", "close date", "closed date", "closing date", "deal closing date", "fecha de decision", "fecha de cierre", "decidido"},
}

// fold brings a text into the form in which names and values are compared.
func fold(s string) string { return text.Fold(s) }

// FileFields lists the fields that a column of a file can be mapped to.
func FileFields() []string {
	fields := slices.DeleteFunc(slices.Clone(fieldNames), func(n string) bool {
		return slices.Contains(trailNames, n) || n == "title" || n == "job_title" || n == "received_at"
	})
	return append(fields, fieldReceived, fieldDecided)
}

// columns tells from which columns of a file a field is taken: the first of them that is filled.
type columns map[string][]int

// match finds the columns of the fields: those that are mapped by hand ("email=Correo"), those that the mapping file
// names, and for all other fields those that the tool is known for or that have an obvious name; beside them the
// columns that have more to say. It fails with a Problem when a mapping cannot be followed.
func (f *File) match() error {
	f.cols = columns{}
	taken := map[int]bool{}
	for _, m := range f.o.Map {
		field, header, ok := strings.Cut(m, "=")
		field = asFileField(strings.TrimSpace(field))
		switch {
		case !ok:
			return Problem{Code: fileBadMap, Value: m}
		case !slices.Contains(FileFields(), field):
			return Problem{Code: fileNoField, Value: field, Choices: strings.Join(FileFields(), ", ")}
		}
		i, err := findColumn(f.head, header)
		if err != nil {
			return err
		}
		f.cols[field] = append(f.cols[field], i)
		taken[i] = true
	}
	said := maps.Clone(f.cols)
	for i := f.skip; i < len(f.head); i++ {
		m, ok := f.n.mapping.of(fileSource, f.head[i])
		if !ok || taken[i] {
			continue
		}
		taken[i] = true
		switch field := asFileField(m.field); {
		case m.label != "" || slices.Contains(trailNames, field):
			f.asks = append(f.asks, ask{column: i, label: f.head[i], kept: m.label, aside: true})
		case field != "" && said[field] == nil:
			f.cols[field] = append(f.cols[field], i)
		}
	}
	said = maps.Clone(f.cols)
	var names []string
	for _, h := range f.head {
		names = append(names, foldName(h))
	}
	for i := f.skip; i < len(f.head); i++ {
		if taken[i] {
			continue
		}
		field, known := "", false
		if f.tool != nil {
			field, known = f.tool.means(names[i], names)
		}
		if !known {
			field = guess(f.head[i])
		}
		switch {
		case field != "" && said[field] == nil:
			f.cols[field] = append(f.cols[field], i)
		case field == "" && !known:
			f.addAsk(i)
		}
	}
	slices.SortFunc(f.asks, func(a, b ask) int { return cmp.Compare(a.column, b.column) })
	return nil
}

// asFileField returns the name that a field has in files.
func asFileField(name string) string {
	if name == "received_at" {
		return fieldReceived
	}
	return name
}

// guess returns the field that a header obviously means, or "". Pipedrive's "Person - " says nothing of the field;
// what stands behind "Deal - " is the deal's own, so its title is nobody's role.
func guess(header string) string {
	name := strings.TrimPrefix(fold(header), "person ")
	for field, names := range headers {
		if slices.Contains(names, name) {
			return field
		}
	}
	return ""
}

// findColumn returns the place of the column with this header: spelled just so, or else without regard to case,
// accents and signs.
func findColumn(head []string, header string) (int, error) {
	header = strings.TrimSpace(header)
	exact := slices.IndexFunc(head, func(h string) bool { return strings.TrimSpace(h) == header })
	if exact >= 0 && header != "" {
		return exact, nil
	}
	loose := slices.IndexFunc(head, func(h string) bool { return fold(header) != "" && fold(h) == fold(header) })
	if loose < 0 {
		return 0, Problem{Code: fileNoColumn, Value: header, Choices: listed(head)}
	}
	return loose, nil
}

func listed(head []string) string {
	return strings.Join(slices.DeleteFunc(slices.Clone(head), func(h string) bool { return strings.TrimSpace(h) == "" }), ", ")
}
