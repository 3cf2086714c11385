package intake

import (
	"errors"
	"net/http"

	"relevo/handoff"
	"relevo/store"
)

// Leads of the workspaces that Relevo was installed in come in by a token of their own. All other doors are the default
// workspace's, whose secrets stand in the environment.

// tenant returns the workspace whose own token the request shows, to a door that takes one. known is false when it shows none, or
// one that nobody has.
func (d *door) tenant(r *http.Request, from source) (ws store.Workspace, known bool, err error) {
	token := bearerOf(r)
	if !from.ownTokens || r.Method != http.MethodPost || token == "" {
		return ws, false, nil
	}
	ws, err = d.Store.WorkspaceByToken(r.Context(), token)
	if errors.Is(err, handoff.ErrNotFound) {
		return ws, false, nil
	}
	return ws, err == nil, err
}

// unavailable asks the sender to come again: nothing of the request is stored.
func (d *door) unavailable(r *http.Request, a answerer, from source, err error) {
	d.Logger.ErrorContext(r.Context(), "request not stored", "source", from.name, "error", err)
	a.w.Header().Set("Retry-After", "5")
	a.refuse(http.StatusServiceUnavailable, "intake.unavailable")
}
