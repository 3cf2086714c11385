package handoff

// Who may do what. Each act has its rule here, and every entrance asks it: the click that opens a form and the form itself.

// May tells whether the actor may do anything at all: ErrOutsider for people of other organisations, ErrGuest for guests
// of the workspace who were given no role.
func (r Rules) May(a Actor) error {
	switch {
	case a.External:
		return ErrOutsider
	case a.Guest && len(a.Roles) == 0:
		return a.lacks(ErrGuest)
	}
	return nil
}

// MayDecide tells whether the actor may decide on leads, and take, assign or hand them on: people of sales and their
// managers, and while nobody was named for sales anybody of the workspace but guests. ErrNotSales when not.
func (r Rules) MayDecide(a Actor) error {
	if err := r.May(a); err != nil {
		return err
	}
	if a.Roles.Has(RoleSales, RoleManager) || r.AnyoneDecides && !a.Guest {
		return nil
	}
	return a.lacks(ErrNotSales)
}

// MayTakeBack tells whether the actor may take this decision back: whoever decided, and managers; anybody who may decide
// while nobody was named for sales. ErrNotYours when not.
func (r Rules) MayTakeBack(a Actor, d Decision) error {
	if err := r.May(a); err != nil {
		return err
	}
	if d.By == a.User || a.Roles.Has(RoleManager) || r.AnyoneDecides && !a.Guest {
		return nil
	}
	return a.lacks(ErrNotYours)
}

// MayHandOver tells whether the actor may hand leads over, by form or file, and ask sales: anybody of the workspace, and
// guests who were named for marketing. ErrGuest when not.
func (r Rules) MayHandOver(a Actor) error {
	if err := r.May(a); err != nil {
		return err
	}
	if !a.Guest || a.Roles.Has(RoleMarketing) {
		return nil
	}
	return a.lacks(ErrGuest)
}

// MayAdminister tells whether the actor may change team, settings and routes: admins, of Slack's or named here. ErrNotAdmin
// when not.
func (r Rules) MayAdminister(a Actor) error {
	if err := r.May(a); err != nil {
		return err
	}
	if a.Roles.Has(RoleAdmin) {
		return nil
	}
	return a.lacks(ErrNotAdmin)
}

// MayEditReasons tells whether the actor may change the list of reasons: admins and managers of sales. ErrNotEditor when not.
func (r Rules) MayEditReasons(a Actor) error {
	if err := r.May(a); err != nil {
		return err
	}
	if a.Roles.Has(RoleAdmin, RoleManager) {
		return nil
	}
	return a.lacks(ErrNotEditor)
}

// lacks returns why the actor may not: the error, or ErrUnsure when they may have a role that is not known.
func (a Actor) lacks(err error) error {
	if a.Unsure {
		return ErrUnsure
	}
	return err
}

// MaySeeReps tells whether the actor may see how single people decide: managers and admins. ErrNotManager when not.
func (r Rules) MaySeeReps(a Actor) error {
	if err := r.May(a); err != nil {
		return err
	}
	if a.Roles.Has(RoleManager, RoleAdmin) {
		return nil
	}
	return a.lacks(ErrNotManager)
}
