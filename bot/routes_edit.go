package bot

import (
	"context"
	"crypto/rand"
	"slices"
	"strconv"
	"strings"

	"github.com/slack-go/slack"
	"golang.org/x/sync/errgroup"

	"relevo/handoff"
	"relevo/internal/text"
)

// The form of one routing rule. The block ids are the domain's names of its fields.

const viewRoute = "route"

func (a *App) openRouteNew(ctx context.Context, c click) error {
	if err := c.Workspace.Rules().MayAdminister(c.Actor); err != nil {
		return err
	}
	return a.show(ctx, c, routeView(c.P, handoff.Route{}))
}

func (a *App) openRouteEdit(ctx context.Context, c click) error {
	r, err := routeFor(c.scene, c.Action.Value)
	if err != nil {
		return err
	}
	return a.show(ctx, c, routeView(c.P, r))
}

func routeView(p *text.Printer, r handoff.Route) slack.ModalViewRequest {
	title := "routes.form.new"
	if r.ID != "" {
		title = "routes.form.edit"
	}
	v := modal(p, viewRoute, p.T(title), p.T("routes.save"), routeRef(r.ID))
	named := func(codes []string, name func(string) string) string {
		var all []string
		for _, code := range codes {
			all = append(all, name(code))
		}
		return strings.Join(all, ", ")
	}
	add := func(block string, optional bool, el slack.BlockElement) {
		hint := ""
		if key := "routes.form." + block + ".hint"; p.Has(key) {
			hint = p.T(key)
		}
		v.Blocks.BlockSet = append(v.Blocks.BlockSet, input(block, p.T("routes.form."+block), hint, optional, el))
	}
	add("name", false, textField(false, handoff.MaxRouteName, r.Name, ""))
	v.Blocks.BlockSet = append(v.Blocks.BlockSet, richText(paragraph(bold(p.T("routes.form.when")))))
	add("countries", true, textField(false, 3000, named(r.When.Countries, p.Country), p.T("routes.form.countries.placeholder")))
	add("size_min", true, numberField(r.When.SizeMin, 0, 10_000_000))
	add("size_max", true, numberField(r.When.SizeMax, 0, 10_000_000))
	add("industries", true, textField(true, 3000, lines(r.When.Industries), ""))
	add("sources", true, textField(true, 3000, lines(r.When.Sources), ""))
	add("campaigns", true, textField(true, 3000, lines(r.When.Campaigns), ""))
	add("languages", true, textField(false, 3000, named(r.When.Languages, p.Language), p.T("routes.form.languages.placeholder")))
	add("fit_min", true, numberField(r.When.FitMin, 0, 100))
	v.Blocks.BlockSet = append(v.Blocks.BlockSet, richText(paragraph(bold(p.T("routes.form.then")))))
	where := slack.NewOptionsSelectBlockElement(slack.OptTypeConversations, plain(p.T("routes.form.channel.placeholder"), 150), actValue)
	where.InitialConversation = r.Channel
	where.Filter = &slack.SelectBlockElementFilter{Include: []string{"public", "private"}}
	add("channel", true, where)
	who := slack.NewOptionsMultiSelectBlockElement(slack.MultiOptTypeUser, plain(p.T("routes.form.owners.placeholder"), 150), actValue)
	for _, o := range r.Owners {
		who.InitialUsers = append(who.InitialUsers, o.User)
	}
	who.MaxSelectedItems = new(handoff.MaxOwners)
	add("owners", true, who)
	return v
}

// lines shows values so that they are read as they are: one that has a comma needs a second line to be told from two.
func lines(values []string) string {
	if len(values) == 1 && strings.ContainsAny(values[0], ",;") {
		return values[0] + ";"
	}
	return strings.Join(values, "\n")
}

func numberField(value, least, most int) *slack.NumberInputBlockElement {
	el := slack.NewNumberInputBlockElement(nil, actValue, false)
	el.MinValue, el.MaxValue = strconv.Itoa(least), strconv.Itoa(most)
	if value > 0 {
		el.InitialValue = strconv.Itoa(value)
	}
	return el
}

// numberOf returns what was put into a number's input; 0 for nothing.
func numberOf(v slack.View, block string) int {
	n, err := strconv.ParseFloat(field(v, block), 64) // Slack may write 5 as 5.0
	if err != nil || n != float64(int(n)) {
		return 0
	}
	return int(n)
}

// split reads a list of values, one a line, or with semicolons or else commas between them.
func split(s string) []string {
	sep := ","
	for _, other := range []string{"\n", ";"} {
		if strings.Contains(strings.TrimSpace(s), other) {
			sep = other
			break
		}
	}
	return strings.Split(s, sep)
}

// codes reads a list of names; what is not known stays as it was typed, for the rule's own check to name it.
func codes(s string, code func(string) (string, bool)) []string {
	var all []string
	for _, name := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(",;\n", r) }) {
		if c, ok := code(name); ok {
			all = append(all, c)
			continue
		}
		known := []string{name}
		for _, and := range []string{" and ", " y ", " e "} { // "Spain and Mexico", but also "Trinidad and Tobago"
			if one, two, ok := strings.Cut(name, and); ok {
				first, ok1 := code(one)
				second, ok2 := code(two)
				if ok1 && ok2 {
					known = []string{first, second}
				}
			}
		}
		all = append(all, known...)
	}
	return all
}

// readRoute returns what the form says. Owners keep their shares.
func (a *App) readRoute(v slack.View, before handoff.Route) handoff.Route {
	// Sources and campaigns as leads are stored with: "fb" is Facebook.
	spelled := func(s string, of func(*handoff.Arrival) *string) []string {
		all := split(s)
		for i, value := range all {
			lead := handoff.Arrival{ExternalID: "-"}
			*of(&lead) = value
			if clean, err := a.Clean(lead); err == nil {
				all[i] = *of(&clean)
			}
		}
		return all
	}
	r := handoff.Route{
		ID: before.ID, Name: field(v, "name"),
		When: handoff.Conditions{
			Countries: codes(field(v, "countries"), text.CountryCode), Languages: codes(field(v, "languages"), text.LanguageCode),
			Industries: split(field(v, "industries")),
			Sources:    spelled(field(v, "sources"), func(a *handoff.Arrival) *string { return &a.Source }),
			Campaigns:  spelled(field(v, "campaigns"), func(a *handoff.Arrival) *string { return &a.Campaign }),
			SizeMin:    numberOf(v, "size_min"), SizeMax: numberOf(v, "size_max"), FitMin: numberOf(v, "fit_min"),
		},
	}
	if v.State != nil {
		r.Channel = v.State.Values["channel"][actValue].SelectedConversation
		for _, user := range v.State.Values["owners"][actValue].SelectedUsers {
			o := handoff.RouteOwner{User: user}
			if i := slices.IndexFunc(before.Owners, func(o handoff.RouteOwner) bool { return o.User == user }); i >= 0 {
				o = before.Owners[i]
			}
			r.Owners = append(r.Owners, o)
		}
	}
	return r
}

func (a *App) submitRoute(ctx context.Context, s submission) (*slack.ViewSubmissionResponse, error) {
	if err := s.Workspace.Rules().MayAdminister(s.Actor); err != nil {
		return nil, err
	}
	before, _ := s.Workspace.Settings.Route(s.View.PrivateMetadata)
	r, err := a.readRoute(s.View, before).Clean()
	if err == nil {
		err = a.checkRoute(ctx, s.scene, r, before)
	}
	if err != nil {
		return nil, err
	}
	return a.saveRoutes(ctx, s, func(settings *handoff.Settings) error {
		if s.View.PrivateMetadata == "" {
			r.ID = strings.ToLower(rand.Text()[:12])
			if len(settings.Routes) >= handoff.MaxRoutes {
				return handoff.FieldErrors{{Field: "name", Problem: handoff.TooMany, Limit: handoff.MaxRoutes}}
			}
			settings.Routes = append(settings.Routes, r)
			return nil
		}
		i, err := routeAt(settings, s.View.PrivateMetadata)
		if err == nil {
			settings.Routes[i] = r
		}
		return err
	})
}

// checkRoute asks Slack what only it knows of a rule: whether the bot can post to its channel, which it joins when that is
// public, and whether its new owners may own leads.
func (a *App) checkRoute(ctx context.Context, s scene, r, before handoff.Route) error {
	ctx, cancel := context.WithTimeout(ctx, a.patience)
	defer cancel()
	var wrong handoff.FieldErrors
	if r.Channel != before.Channel {
		if _, err := a.findChannel(ctx, s.Workspace, r.Channel); err != nil {
			a.Log.InfoContext(ctx, "a route's channel is refused", "channel", r.Channel, "error", err)
			wrong = append(wrong, handoff.FieldError{Field: "channel", Problem: handoff.NotThere})
		}
	}
	var g errgroup.Group
	g.SetLimit(8)
	rules := s.Workspace.Rules()
	for _, o := range r.Owners {
		if slices.ContainsFunc(before.Owners, func(old handoff.RouteOwner) bool { return old.User == o.User }) {
			continue
		}
		g.Go(func() error {
			who, _, err := a.people.actor(ctx, s.Workspace, o.User, "")
			if err == nil {
				err = rules.MayDecide(who)
			}
			return err
		})
	}
	if err := g.Wait(); err != nil {
		a.Log.InfoContext(ctx, "a route's owner is refused", "error", err)
		wrong = append(wrong, handoff.FieldError{Field: "owners", Problem: handoff.NoOwner})
	}
	return wrong.Err()
}
