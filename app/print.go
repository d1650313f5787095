package app

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"unicode"

	"golang.org/x/term"
)

// printJSON writes one JSON value, indented for people and easy for programs.
func printJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// isTerminal says whether a person reads what is written.
func isTerminal(w any) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// table writes rows in columns for a terminal, and with tabs for a program,
// which gets no heading.
type table struct {
	w     io.Writer
	flush func() error
}

func (p *program) table(heading ...string) *table {
	if !isTerminal(p.stdout) {
		return &table{w: p.stdout, flush: func() error { return nil }}
	}
	t := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, strings.ToUpper(strings.Join(heading, "\t")))
	return &table{w: t, flush: t.Flush}
}

func (t *table) row(cells ...string) error {
	for i, c := range cells {
		cells[i] = printable(c)
	}
	_, err := io.WriteString(t.w, strings.Join(cells, "\t")+"\n")
	return err
}

// printable shows control and direction characters instead of sending them to
// the terminal: log data is written by strangers.
func printable(s string) string {
	clean := strings.IndexFunc(s, hostile) < 0
	if clean {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if hostile(r) {
			fmt.Fprintf(&b, `\u%04x`, r)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

func hostile(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029'
}

// grouped writes a number as people read it: 12,345.
func grouped(n int64) string {
	s := fmt.Sprintf("%d", n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
