package bot

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// A text that is cut is not cut within a mention or an escaped character, where it would become another.
func TestFallback(t *testing.T) {
	room := strings.Repeat("x", maxFallback-4)
	for _, tt := range []struct{ s, want string }{
		{"short", "short"},
		{room + "&lt;", room + "&lt;"},
		{room + "&lt;!channel", room + "…"},
		{room + "<@U0LUKE0001> more", room + "…"},
		{room[3:] + "&amp;&amp;", room[3:] + "&amp;…"},
		{strings.Repeat("ñ", maxFallback+1), strings.Repeat("ñ", maxFallback-1) + "…"},
	} {
		got := fallback(tt.s)
		if got != tt.want || utf8.RuneCountInString(got) > maxFallback {
			t.Errorf("…%s becomes …%s, want …%s", tt.s[max(0, len(tt.s)-20):], got[max(0, len(got)-20):], tt.want[max(0, len(tt.want)-20):])
		}
	}
}

// What is given back fits, and is the beginning of what was typed.
func TestFit(t *testing.T) {
	for _, s := range []string{"", "a", "ñandú", strings.Repeat("<", 3000), strings.Repeat("🧑‍🚀", 900), strings.Repeat("\u2028", 2000), "x" + strings.Repeat("<", 2000)} {
		for _, size := range []int{0, 1, 8, 100, 12_000} {
			got := fit(s, size)
			if got != "" && jsonSize(got) > size {
				t.Errorf("%d bytes of %.10q, want %d", jsonSize(got), s, size)
			}
			if whole := strings.TrimSuffix(got, "…"); !strings.HasPrefix(s, whole) || (jsonSize(s) <= size && got != s) {
				t.Errorf("%.10q in %d becomes %.20q", s, size, got)
			}
		}
	}
}

func TestAddress(t *testing.T) {
	for _, tt := range []struct{ s, want string }{
		{"https://crm.example/a?b=c#d", "https://crm.example/a?b=c#d"},
		{"https://crm.example/a b?q=c  d", "https://crm.example/a%20b?q=c%20d"},
		{"https://crm.example/a\u00a0b\u0007", "https://crm.example/a%20b"},
	} {
		if got := address(tt.s); got != tt.want {
			t.Errorf("%q becomes %q, want %q", tt.s, got, tt.want)
		}
	}
}

// What turns the direction of writing is ended with the text that turned it.
func TestLevelled(t *testing.T) {
	for in, want := range map[string]string{
		"Ana":                    "Ana",
		"\u202eAna":              "\u202eAna\u202c",
		"\u2067a\u202eb\u2066c":  "\u2067a\u202eb\u2066c\u2069\u2069\u202c",
		"already closed \u202c.": "already closed \u202c.",
	} {
		if got := levelled(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}
