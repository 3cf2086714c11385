package store

// engine is a database program.
type engine string

const (
	sqlite   engine = "sqlite"
	postgres engine = "postgres"
)

// forUpdate returns what follows a query whose rows shall stay as they are until the transaction ends. SQLite has
// one writer at a time anyway.
func (e engine) forUpdate() string {
	if e == postgres {
		return ` FOR UPDATE`
	}
	return ``
}

// allForUpdate is forUpdate for several rows, which are locked in the order of their ids.
func (e engine) allForUpdate() string {
	if e == postgres {
		return ` ORDER BY id FOR UPDATE`
	}
	return ``
}

// skipLocked returns what follows a query for work that somebody else may be about.
func (e engine) skipLocked() string {
	if e == postgres {
		return ` FOR UPDATE SKIP LOCKED`
	}
	return ``
}
