package bot

import (
	"context"
	"io"

	"relevo/internal/text"
	"relevo/store"
)

// LeadFile is a file of leads that somebody dropped, and what is to be done with it.
type LeadFile struct {
	Workspace store.Workspace
	By        string // Slack user who dropped it
	Content   io.ReadSeeker
	P         *text.Printer      // says what is wrong with which row
	Take      bool               // import it; otherwise only say what importing it would do
	History   bool               // its leads have an outcome already: nothing is posted
	Progress  func(done, of int) // told of how many rows the import has come, now and then; nil for nobody
	Refused   io.Writer          // gets the refused rows, as CSV that can be mended and dropped again
}

// FileReport is what a file has in it, or what became of it.
type FileReport struct {
	Tool    string       // whose export it is, if that is known
	Columns []FileColumn // in the order of the fields
	Kept    []string     // the columns that are kept in the leads' details
	Outcome string       // the column that is seen to have outcomes, if there is one

	Rows, Good, New, Merged, NewRounds, Repeated, Refused, Undated int
	Why                                                            []RefusedFor // the most frequent first
}

// FileColumn tells which of the file's columns became a field.
type FileColumn struct {
	Field   string
	Headers []string
}

// RefusedFor is a reason why rows were refused.
type RefusedFor struct {
	Why  string
	Rows int
}

// ReadLeads reads a file of leads, or imports it. It fails with a FileProblem when the file can't be read as one;
// importing it again after any other error goes on where that one was.
type ReadLeads func(context.Context, LeadFile) (FileReport, error)

// FileProblem says to whoever dropped a file what is wrong with it, in their language.
type FileProblem string

func (p FileProblem) Error() string { return string(p) }
