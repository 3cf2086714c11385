package intake

import "strings"

// spellings tells the one spelling of a name by all the others that it has, folded.
type spellings map[string]string

// of returns the spelling of a name, or the name as it was written when it is not known.
func (s spellings) of(name string) string {
	name = strings.TrimSpace(name)
	if one, ok := s[foldName(name)]; ok && name != "" {
		return one
	}
	return name
}

// over returns both, of which s has the last word: a spelling of base that s spells otherwise is that one.
func (s spellings) over(base spellings) spellings {
	all := make(spellings, len(s)+len(base))
	for name, one := range base {
		all[name] = s.of(one)
	}
	for name, one := range s {
		all[name] = one
	}
	return all
}

// foldName folds a name; one without a letter or digit is compared as it is.
func foldName(s string) string {
	if folded := fold(s); folded != "" {
		return folded
	}
	return strings.ToLower(strings.TrimSpace(s))
}

// spelling is one name with the others that it has; what is no proper name is written in the language of the cards.
type spelling struct {
	english, spanish string
	others           string // with commas between
}

// knownSources returns the spellings of sources that tools, advertisers and people use.
func knownSources(language string) spellings {
	all := spellings{}
	for _, s := range []spelling{
		{"Google", "", "google.com,google.es,www.google.com,google search,google organic,búsqueda de google"},
		{"Google Ads", "", "adwords,google adwords,googleads,google ad,google cpc,google ppc,google paid,gads,g ads,google lead form,anuncios de google"},
		{"Facebook", "", "fb,facebook.com,www.facebook.com,m.facebook.com,l.facebook.com,lm.facebook.com"},
		{"Instagram", "", "ig,insta,instagram.com,l.instagram.com,www.instagram.com"},
		{"Meta Ads", "", "meta,facebook ads,facebookads,facebook ad,fb ads,fbads,fb ad,instagram ads,ig ads,meta lead ads,facebook lead ads,anuncios de facebook"},
		{"LinkedIn", "", "li,linkedin.com,www.linkedin.com,lnkd.in,linked in"},
		{"LinkedIn Ads", "", "linkedinads,linkedin ad,li ads,linkedin lead gen,linkedin lead gen forms,anuncios de linkedin"},
		{"Bing", "", "bing.com,www.bing.com,bing search,bing organic"},
		{"Microsoft Ads", "", "bing ads,bingads,microsoft advertising,msads,microsoftads"},
		{"X", "", "twitter,twitter.com,x.com,t.co,x twitter"},
		{"X Ads", "", "twitter ads,twitterads"},
		{"YouTube", "", "yt,youtube.com,www.youtube.com,m.youtube.com,you tube"},
		{"TikTok", "", "tik tok,tiktok.com,www.tiktok.com"},
		{"WhatsApp", "", "whats app,wa,whatsapp.com,wa.me"},
		{"Reddit", "", "reddit.com,www.reddit.com"},
		{"DuckDuckGo", "", "duckduckgo.com,duck duck go"},
		{"Yahoo", "", "yahoo.com,search.yahoo.com"},
		{"ChatGPT", "", "chatgpt.com,chat.openai.com,openai,chat gpt"},
		{"Perplexity", "", "perplexity.ai,www.perplexity.ai"},
		{"Newsletter", "Newsletter", "news letter,newsletters,boletín,boletín de noticias,boletín informativo"},
		{"Email", "Correo", "e-mail,e mail,mail,emailing,mailing,email marketing,correo electrónico"},
		{"Organic search", "Búsqueda orgánica", "organic,seo,búsqueda natural,orgánico"},
		{"Paid search", "Búsqueda de pago", "ppc,cpc,sem,pay per click,pay per click ads,búsqueda pagada"},
		{"Social media", "Redes sociales", "social,organic social,social network,social networks,red social,rrss"},
		{"Paid social", "Redes sociales de pago", "social ads,social paid,redes sociales pagadas"},
		{"Direct traffic", "Tráfico directo", "direct,directo"},
		{"Referral", "Recomendación", "referrals,recomendaciones,referido,referidos"},
		{"Event", "Evento", "events,eventos"},
		{"Webinar", "Webinar", "webinars,webinario,webinarios"},
		{"Website", "Sitio web", "web,web site,web page,página web,sitio"},
	} {
		one := s.english
		if language == "es" && s.spanish != "" {
			one = s.spanish
		}
		for _, name := range append([]string{s.english, s.spanish}, strings.Split(s.others, ",")...) {
			if name != "" {
				all[foldName(name)] = one
			}
		}
	}
	return all
}
