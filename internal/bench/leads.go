package main

import (
	"bufio"
	"fmt"
	"math/bits"
	"os"
	"strconv"
	"strings"
	"time"
)

// made is a made-up lead: each number has always the same one, so that whoever asks for leads need not remember them.
type made struct {
	first, last, email, company, role, country, size, source, campaign string
	asks                                                               uint64 // picks how it is asked for
}

// Names as they are spread among people: the first ones are the most frequent.
var (
	firstNames = strings.Fields("Ana María José Luis Carmen Antonio John Laura James Marta David Pablo Emma Lucía Javier Sofía Daniel Elena Peter Grace Miguel Paula Oliver Irene Hugo " +
		"Noah Rosa Luke Clara Adrián Julia Mateo Nora Thomas Inés Oscar Alice Bruno Chloé Iván Zoe Håkon Fátima Günter Léa Tomás Aitana Nadia Rafael Vera Kenji Amara Sven Ingrid")
	lastNames = strings.Fields("García Smith Martínez López Johnson Sánchez Pérez Brown Gómez Ruiz Jones Díaz Moreno Miller Muñoz Álvarez Davis Romero Navarro Wilson Torres Gil Taylor Vidal " +
		"Serrano Clark Ramos Blanco Molina Lewis Ortega Delgado Hall Castro Rubio Young Marín Núñez King Iglesias Peña Cruz Wright Luna Prieto Scott Herrera Cabrera Green Campos Vega " +
		"Baker Fuentes Carrasco Nelson Reyes Hidalgo Carter Santana Lorenzo Mitchell Montero Ibáñez Turner Müller Søndergaard Kowalska Nguyen Okafor Rossi Silva Dubois")
	companyWords = strings.Fields("Norte Acero Luz Mar Sol Río Monte Alba Delta Nova Terra Vega Puerto Roble Cobre Iris Faro Lago Brisa Lince Atlas Orion Summit River Stone Bright North Oak " +
		"Harbor Silver Maple Cedar Falcon Anchor Beacon Copper Granite Meadow Prairie Quartz Raven Sierra Timber Union Valley Willow Zephyr Amber Birch Canyon Dawn Ember Forge Grove Haven")
	companyKinds = strings.Fields("Logistics Foods Robotics Textil Energía Transporte Software Clinics Studio Labs Partners Farma Obras Hoteles Retail Motors Paper Optics Seguros Media")
	roles        = []string{"CTO", "Head of operations", "Buyer", "Founder", "Directora de compras", "Marketing manager", "Sales director", "IT manager", "CEO", "Jefe de planta"}
	sources      = []string{"Google", "LinkedIn", "Webinar", "Newsletter", "Fair", "Referral", "Facebook", "Partner"}
	countries    = []string{"Spain", "Mexico", "United States", "Germany", "France", "Argentina", "United Kingdom", "Italy", "Colombia", "Portugal"}
	sizes        = []string{"11-50", "51-200", "1-10", "201-500", "501-1000", "1001-5000"}
)

// leads makes them up from a seed.
type leads struct{ seed uint64 }

// lead returns the lead of a number.
func (ls leads) lead(n int) made {
	r := ls.dice(uint64(n))
	// About three leads of a company, which are not one after the other.
	company := ls.dice(1<<40 + uint64(n)*7919%uint64(n/3+7))
	one, two, kind := companyWords[company.often(len(companyWords))], companyWords[company.often(len(companyWords))], companyKinds[company.below(len(companyKinds))]
	m := made{
		first: firstNames[r.often(len(firstNames))], last: lastNames[r.often(len(lastNames))],
		company: one + " " + two + " " + kind,
		role:    roles[r.often(len(roles))], country: countries[r.often(len(countries))], size: sizes[r.often(len(sizes))], source: sources[r.often(len(sources))],
		asks: uint64(*r),
	}
	m.campaign = fmt.Sprintf("%s %s %d", m.source, []string{"spring", "demo", "brand", "guide", "retarget"}[r.often(5)], 2024+n%3)
	m.email = fmt.Sprintf("%s.%s.%s@%s-%s.example", plain(m.first), plain(m.last), strconv.FormatUint(uint64(uint32(n)*2654435761), 36), plain(one), plain(kind))
	return m
}

// words is what somebody types who looks for the lead.
func (m made) words() string {
	one, rest, _ := strings.Cut(m.company, " ")
	two, _, _ := strings.Cut(rest, " ")
	switch m.asks % 4 {
	case 0:
		return m.first + " " + m.last
	case 1:
		return one + " " + two
	case 2:
		return m.last + " " + one
	default:
		return plain(m.first)[:3] + " " + plain(m.last)
	}
}

var folds = strings.NewReplacer("á", "a", "é", "e", "í", "i", "ó", "o", "ú", "u", "ü", "u", "ñ", "n", "å", "a", "ø", "o", "á", "a")

func plain(s string) string { return folds.Replace(strings.ToLower(s)) }

// die is a row of numbers in no order, always the same from the same beginning (SplitMix64).
type die uint64

func (ls leads) dice(n uint64) *die {
	d := die(ls.seed*0x9e3779b97f4a7c15 ^ n*0xbf58476d1ce4e5b9)
	return &d
}

func (d *die) next() uint64 {
	*d += 0x9e3779b97f4a7c15
	z := uint64(*d)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

func (d *die) below(n int) int {
	high, _ := bits.Mul64(d.next(), uint64(n))
	return int(high)
}

// often is below, the small numbers much more often: as the frequent names are.
func (d *die) often(n int) int { return d.below(d.below(n) + 1) }

// span is over how long the leads of a database came in, up to now.
const span = 2 * 365 * 24 * time.Hour

// writeFile writes leads as an export has them, the oldest first; with history, each with what became of it.
func (ls leads) writeFile(path string, rows int, history bool, now time.Time) error {
	out, err := os.Create(path)
	if err != nil {
		return err
	}
	defer out.Close()
	w := bufio.NewWriterSize(out, 1<<20)
	const form = "2006-01-02 15:04:05"
	w.WriteString("name,email,phone,company,role,country,size,source,campaign,activity,created")
	if history {
		w.WriteString(",outcome,decided")
	}
	w.WriteString("\n")
	apart := span / time.Duration(rows)
	for n := range rows {
		m := ls.lead(n)
		created := now.Add(-time.Hour - time.Duration(rows-n)*apart)
		fmt.Fprintf(w, "%s %s,%s,+34%09d,%s,%s,%s,%s,%s,%s,Asked for a demo of route planning,%s",
			m.first, m.last, m.email, 600_000_000+n, m.company, m.role, m.country, m.size, m.source, m.campaign, created.Format(form))
		if history {
			fmt.Fprintf(w, ",%s,%s", []string{"accepted", "rejected", "rejected"}[m.asks%3], created.Add(time.Duration(m.asks%50)*time.Minute).Format(form))
		}
		w.WriteString("\n")
	}
	return w.Flush()
}
