package handoff

import "errors"

// Assign returns the lead as somebody's. It fails as a decision on its round would, and with FieldErrors when the person named
// could not decide on it. A lead that is theirs already comes back as it is.
func (r Rules) Assign(l Lead, round int, a, to Actor) (Lead, error) {
	if err := r.ready(l, round, a); err != nil {
		return l, err
	}
	switch err := r.MayDecide(to); {
	case errors.Is(err, ErrUnsure):
		return l, err
	case err != nil:
		return l, FieldErrors{{Field: "owner", Problem: NoOwner}}
	}
	if l.Owner != to.User {
		l.Owner = to.User
		l.Version++
	}
	return l, nil
}
