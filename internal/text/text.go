// Package text holds everything that people read, in English and Spanish: the catalogue (*.toml, one pair of files
// a room) and the way numbers, spans of time and days are written in each language.
package text

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"
	"sync"

	"github.com/BurntSushi/toml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:embed *.toml
var files embed.FS

// Languages lists the languages of the catalogue; the first one stands in for any other.
func Languages() []string { return []string{"en", "es"} }

// Catalogue has the texts of every language.
type Catalogue struct {
	printers map[string]*Printer
}

// Load returns the catalogue that is built into the program. A language is read when it is first needed, or by Read. It fails
// only when the program lacks its texts.
func Load() (*Catalogue, error) {
	names, err := files.ReadDir(".")
	if err != nil {
		return nil, fmt.Errorf("text: %w", err)
	}
	c := &Catalogue{printers: map[string]*Printer{}}
	for _, lang := range Languages() {
		c.printers[lang] = &Printer{lang: lang, loc: sync.OnceValue(func() *i18n.Localizer { return read(names, lang) })}
	}
	return c, nil
}

// read reads the files of a language. They are compiled in and tested: one that is not well formed can't be met.
func read(names []fs.DirEntry, lang string) *i18n.Localizer {
	bundle := i18n.NewBundle(language.Make(lang))
	bundle.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	for _, f := range names {
		if !strings.HasSuffix(f.Name(), "."+lang+".toml") {
			continue
		}
		if _, err := bundle.LoadMessageFileFS(files, f.Name()); err != nil {
			panic(fmt.Errorf("text: %s: %w", f.Name(), err))
		}
	}
	return i18n.NewLocalizer(bundle, lang)
}

// Read reads all languages, so that nobody waits for it later.
func (c *Catalogue) Read() {
	for _, p := range c.printers {
		p.loc()
	}
}

// In returns the printer of a language, given as "es", "es-ES" or "es_MX"; English for any that the catalogue lacks.
func (c *Catalogue) In(locale string) *Printer {
	lang, _, _ := strings.Cut(strings.ReplaceAll(strings.ToLower(locale), "_", "-"), "-")
	if p, ok := c.printers[lang]; ok {
		return p
	}
	return c.printers[Languages()[0]]
}

// Printer writes in one language.
type Printer struct {
	lang      string
	loc       func() *i18n.Localizer
	plain     sync.Map // by key: the texts that have no places, as they are asked for
	countries sync.Map // by code: their names, as they are asked for
}

// Lang is the printer's language: "en" or "es".
func (p *Printer) Lang() string { return p.lang }

// T returns the text of a key, its {{.Name}} places filled from pairs of name and value. A key that the
// catalogue lacks comes back as it is, so that nobody meets an empty message; a test fails on it.
func (p *Printer) T(key string, pairs ...any) string {
	if len(pairs) > 0 {
		return p.localize(key, nil, pairs)
	}
	if s, ok := p.plain.Load(key); ok {
		return s.(string)
	}
	s := p.localize(key, nil, nil)
	if s != key { // what the catalogue lacks may be anything, and any number of things
		p.plain.Store(key, s)
	}
	return s
}

// N is T for a text that depends on a count: the catalogue has it as "one" and "other", with {{.Count}} for the number.
func (p *Printer) N(key string, count int, pairs ...any) string {
	return p.localize(key, count, append(pairs, "Count", p.Int(count)))
}

// Has tells whether the catalogue has the key in this language.
func (p *Printer) Has(key string) bool {
	_, tag, err := p.loc().LocalizeWithTag(&i18n.LocalizeConfig{MessageID: key, PluralCount: 2})
	base, _ := tag.Base()
	return err == nil && base.String() == p.lang
}

func (p *Printer) localize(key string, count any, pairs []any) string {
	data := make(map[string]any, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		data[fmt.Sprint(pairs[i])] = pairs[i+1]
	}
	s, err := p.loc().Localize(&i18n.LocalizeConfig{MessageID: key, TemplateData: data, PluralCount: count})
	if err != nil {
		return key
	}
	return s
}
