package intake

import (
	"slices"
	"strings"
)

// Headers and words, folded, by which a column with outcomes is known without being told.
const (
	outcomeHeaders = "outcome,resultado,decision,status,deal status,estado,converted,is converted,convertido,convertida,compra,won,ganado"
	lossHeaders    = "lost reason,deal lost reason,loss reason,closed lost reason,motivo de perdida,motivo de la perdida"

	acceptedWords = "accepted,aceptado,aceptada,won,closed won,ganado,ganada,converted,closed converted,convertido,convertida,sql,yes,true,1,si,verdadero"
	rejectedWords = "rejected,rechazado,rechazada,lost,closed lost,perdido,perdida,not converted,closed not converted,unqualified,disqualified,descartado,descartada,no,false,0,falso"
	openWords     = "open,abierto,abierta,new,nuevo,nueva,in progress,en curso" // rows without an outcome
)

func oneOf(list, word string) bool { return slices.Contains(strings.Split(list, ","), word) }

// outcomeColumn is a column that may have outcomes, and the cells that were seen in it.
type outcomeColumn struct {
	values
	undecided map[string]bool // rows without an outcome
	other     bool            // it says something else
}

// maxOutcomes is how many different cells a column with outcomes has at most.
const maxOutcomes = 20

// outcomeColumns lists the columns that may have outcomes by their header.
func (f *File) outcomeColumns() []*outcomeColumn {
	var all []*outcomeColumn
	for i := f.skip; i < len(f.head); i++ {
		if oneOf(outcomeHeaders, fold(f.head[i])) {
			all = append(all, &outcomeColumn{
				values: values{column: i, header: strings.TrimSpace(f.head[i]), means: map[string]string{}}, undecided: map[string]bool{},
			})
		}
	}
	return all
}

func (c *outcomeColumn) see(cell string) {
	folded := foldCell(cell)
	if folded == "" || c.other || c.undecided[folded] || c.means[folded] != "" {
		return
	}
	switch word := fold(cell); {
	case len(c.means)+len(c.undecided) == maxOutcomes:
		c.other = true
	case oneOf(acceptedWords, word):
		c.means[folded] = wordAccepted
	case oneOf(rejectedWords, word):
		c.means[folded] = wordRejected
	case oneOf(openWords, word):
		c.undecided[folded] = true
	default:
		c.other = true
	}
}

// lossColumn returns the column that says why a deal was lost, or -1.
func lossColumn(head []string) int {
	return slices.IndexFunc(head, func(h string) bool { return oneOf(lossHeaders, fold(h)) })
}
