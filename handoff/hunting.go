package handoff

import (
	"slices"
	"strings"
	"unicode"
)

// Hunted is where marketing asks for a need.
type Hunted string

// The places in which need-hunting is looked for.
const (
	HuntedDefinition Hunted = "definition" // the definition of an MQL in force
	HuntedForm       Hunted = "form"       // what a form asked the leads of the week beyond their fields
	HuntedMapping    Hunted = "mapping"    // what the mapping file expects forms to ask
)

// Asked is what marketing asks people, beside what the definition of an MQL asks.
type Asked struct {
	Forms   []string // labels of extras
	Mapping []string // labels and questions in the mapping file
}

// needHunting finds what asks for budget, timeline or need.
func (l Ledger) needHunting() []Warning {
	var all []Warning
	add := func(where Hunted, words []string) {
		if len(words) > 0 {
			all = append(all, Warning{Kind: WarnNeedHunting, Where: where, Words: words})
		}
	}
	definition := ""
	for _, g := range l.Agreed {
		if g.Kind == AgreementDefinitions {
			definition = g.Definitions.MQL
		}
	}
	add(HuntedDefinition, huntedIn(definition))
	hunts := func(labels []string, seen []string) []string {
		var found []string
		for _, label := range labels {
			if !slices.Contains(seen, label) && !slices.Contains(found, label) && len(hunting(label)) > 0 {
				found = append(found, label)
			}
		}
		return found
	}
	add(HuntedForm, hunts(l.Asked.Forms, nil))
	add(HuntedMapping, hunts(l.Asked.Mapping, l.Asked.Forms))
	return all
}

// huntedIn returns the words of a definition that ask for budget, timeline or need. A sentence that says no, or speaks of sales, is
// about who finds them out.
func huntedIn(definition string) []string {
	var found []string
	for sentence := range strings.FieldsFuncSeq(definition, func(r rune) bool { return strings.ContainsRune(".!?;:\n•", r) }) {
		words := " " + strings.Join(foldedWords(sentence), " ") + " "
		if slices.ContainsFunc(excusing, func(phrase string) bool { return strings.Contains(words, " "+phrase+" ") }) {
			continue
		}
		for _, word := range hunting(sentence) {
			if !slices.Contains(found, word) {
				found = append(found, word)
			}
		}
	}
	return found
}

// hunting returns the words of a text that ask for budget, timeline or need, folded, in the order of the lists.
func hunting(text string) []string {
	words := " " + strings.Join(foldedWords(text), " ") + " "
	for _, phrase := range harmless {
		words = strings.ReplaceAll(words, " "+phrase+" ", " | ")
	}
	var found []string
	for _, phrase := range huntingWords {
		if strings.Contains(words, " "+phrase+" ") {
			found = append(found, phrase)
		}
	}
	return found
}

// excusing is what turns a sentence about a need into one about who finds it out.
var excusing = []string{
	"no", "not", "never", "without", "whether", "don t", "doesn t", "isn t", "regardless", "for sales", "by sales", "sales finds", "sales asks", "sales knows",
	"nunca", "sin", "ni", "ventas averigua", "averigua ventas", "ventas pregunta", "pregunta ventas", "es cosa de ventas", "por ventas",
}

// harmless are phrases with a word of the lists that ask for nothing of the kind.
var harmless = []string{
	"need help", "need assistance", "need an invoice", "need a callback", "special needs", "dietary needs",
	// In Spanish, presupuesto is a quote too.
	"un presupuesto", "pedir presupuesto", "pide presupuesto", "pide tu presupuesto", "solicitar presupuesto", "solicita presupuesto",
	"solicita tu presupuesto", "solicitud de presupuesto", "peticion de presupuesto", "quiero presupuesto",
	"necesita ayuda", "necesitas ayuda", "necesita factura", "necesitas factura", "necesidades especiales",
}

// huntingWords are the words and phrases that ask for budget, timeline or need, folded as foldedWords does.
var huntingWords = []string{
	// budget
	"budget", "budgets", "budgeted", "budgeting", "price range", "how much can you spend", "how much do you want to spend", "willing to pay",
	"presupuesto", "presupuestos", "presupuestada", "presupuestado", "presupuestaria", "presupuestario", "cuanto quieres gastar", "cuanto puedes gastar",
	"cuanto quieres invertir", "cuanto puedes invertir", "inversion prevista", "rango de precio", "rango de precios",
	// timeline
	"timeline", "timelines", "timeframe", "timeframes", "time frame", "timescale", "deadline", "deadlines", "urgency", "urgent", "how soon",
	"when do you plan", "when are you planning", "when would you like to start", "when do you want to start", "when will you buy", "purchase date",
	"decision date", "buying stage",
	"plazo", "plazos", "urgencia", "urgente", "fecha de compra", "fecha limite", "fecha prevista", "cuando piensas", "cuando planeas", "cuando preves",
	"cuando quieres empezar", "cuando te gustaria empezar", "cuando quieres comprar", "cuando compraras",
	// need
	"need", "needs", "pain", "pains", "pain point", "pain points", "biggest challenge", "main challenge", "requirement", "requirements",
	"purchase intent", "buying intent", "intent to buy", "ready to buy", "looking to buy", "what are you looking for",
	"necesidad", "necesidades", "necesita", "necesitan", "necesitas", "necesitais", "que buscas", "que buscais", "principal reto", "mayor reto",
	"reto principal", "requisito", "requisitos", "intencion de compra", "dispuesto a comprar", "listo para comprar",
}

// foldedWords returns the words of a text without case and accents.
func foldedWords(text string) []string {
	return strings.FieldsFunc(accents.Replace(strings.ToLower(text)), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// accents has the letters of both languages, composed, and the marks that make them when they are not.
var accents = strings.NewReplacer("á", "a", "é", "e", "í", "i", "ó", "o", "ú", "u", "ü", "u", "ñ", "n", "à", "a", "è", "e", "ì", "i", "ò", "o", "ù", "u", "ç", "c",
	"\u0300", "", "\u0301", "", "\u0303", "", "\u0308", "", "\u0327", "")
