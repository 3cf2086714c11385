package cli

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"time"
)

// writeBenchFile makes up leads as an export has them: the oldest first, addresses and companies in no order, three
// leads a company, about two minutes between one and the next.
func writeBenchFile(path string, rows int, history bool, now time.Time) error {
	out, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	defer out.Close()
	w := bufio.NewWriterSize(out, 1<<20)
	first, last := []string{"Ana", "Bo", "Cy", "Rosa", "Luke", "Marta", "José", "Grace"}, []string{"Ruiz", "Berg", "Cole", "Luna", "Peña", "Vidal", "Hall"}
	mail, domain := []string{"ana", "bo", "cy", "rosa", "luke", "marta", "jose", "grace"}, []string{"ruiz", "berg", "cole", "luna", "pena", "vidal", "hall"}
	sources, roles := []string{"Google", "Facebook", "Newsletter", "Fair", "Webinar"}, []string{"CTO", "Head of operations", "Buyer", "Founder"}
	const form = "2006-01-02 15:04:05"
	w.WriteString("name,email,phone,company,role,country,size,source,campaign,activity,created")
	if history {
		w.WriteString(",outcome,decided")
	}
	w.WriteString("\n")
	for i := range rows {
		f, l := i%len(first), i%len(last)
		person, company := unordered(i), unordered(i/3)
		created := now.Add(-time.Hour - time.Duration(rows-i)*2*time.Minute)
		fmt.Fprintf(w, "%s %s,%s.%s.%s@%s-%s.example,+34%09d,\"%s %s, SL\",%s,Spain,11-50,%s,Spring %d,Asked for a demo of route planning,%s",
			first[f], last[l], mail[f], domain[l], person, company, domain[i/3%len(domain)], 600_000_000+i, last[i/3%len(last)], company,
			roles[i%len(roles)], sources[i%len(sources)], created.Year(), created.Format(form))
		if history {
			fmt.Fprintf(w, ",%s,%s", []string{"accepted", "rejected", "rejected"}[i%3], created.Add(time.Duration(i%30)*time.Minute).Format(form))
		}
		w.WriteString("\n")
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	return nil
}

// unordered returns a short text for each number, another for every one, in no order.
func unordered(n int) string { return strconv.FormatUint(uint64(uint32(n)*2654435761), 36) }
