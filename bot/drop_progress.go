package bot

import (
	"context"
	"time"
)

// fileTells is how often an answer says how far the import of its file has come.
const fileTells = 5 * time.Second

// tellsHowFar returns what an import calls whenever it has come further. What the answer says is as true after a kill:
// so far it came, and dropping the file again goes on from there. A Slack that does not take it is not asked again: the
// import shall not wait for it, nor a late try of which nobody knows come after the last word.
func (a *App) tellsHowFar(ctx context.Context, d dropped) func(done, of int) {
	last, silent := a.Now(), false
	return func(done, of int) {
		now := a.Now()
		if silent || done >= of || now.Sub(last) < fileTells {
			return
		}
		said := sayFile(d.P, fileTaking, "file.taking_rows", "File", d.name, "Done", d.P.Int(done), "Rows", d.P.Int(of))
		if err := a.showFile(ctx, d, said); err != nil {
			silent = true
			a.Log.InfoContext(ctx, "progress of a file not shown", "error", err)
		}
		last = a.Now()
	}
}
