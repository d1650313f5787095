package filter_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"projectlogs/backend/audit"
	"projectlogs/backend/filter"
)

// TestDocs runs the examples of docs/FILTERS.md: each line of a filter block is
// a filter, an arrow, and the ids of the logs that it finds or the error.
func TestDocs(t *testing.T) {
	text, err := os.ReadFile("../../docs/FILTERS.md")
	if err != nil {
		t.Fatal(err)
	}
	var logs []*audit.Log
	for _, line := range blocks(string(text), "records") {
		l := new(audit.Log)
		if err := json.Unmarshal([]byte(line), l); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		logs = append(logs, l)
	}
	examples := blocks(string(text), "filter")
	if len(logs) != 5 || len(examples) < 60 {
		t.Fatalf("%d logs, %d examples", len(logs), len(examples))
	}
	for _, line := range examples {
		q, want, ok := strings.Cut(line, "→")
		if !ok {
			t.Fatalf("%q has no arrow", line)
		}
		q, want = strings.TrimSpace(q), strings.TrimSpace(want)
		if message, ok := strings.CutPrefix(want, "error: "); ok {
			if _, err := audit.LogSchema.Parse(q); err == nil || !strings.Contains(err.Error(), message) {
				t.Errorf("%s: %v, want the error %q", q, err, message)
			}
			continue
		}
		e, err := audit.LogSchema.Parse(q)
		if err != nil {
			t.Errorf("%s: %v", q, err)
			continue
		}
		m := filter.Compile(e, now)
		var got []string
		for _, l := range logs {
			if m.Match(l) {
				got = append(got, l.ID)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s finds %v, want %s", q, got, want)
		}
	}
	for _, example := range blocks(string(text), "json") {
		e, err := audit.LogSchema.ParseJSON([]byte(example))
		if err != nil {
			t.Errorf("%s: %v", example, err)
		} else if got := string(filter.JSONOf(e)); got != example {
			t.Errorf("%s is written as %s", example, got)
		}
	}
}

// TestDocsNameEveryField: no field that the builder offers is left out.
func TestDocsNameEveryField(t *testing.T) {
	text, err := os.ReadFile("../../docs/FILTERS.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range audit.LogSchema.Describe().Fields {
		if name := strings.TrimSuffix(f.Name, "."); name != "text" && !strings.Contains(string(text), "`"+name) {
			t.Errorf("docs/FILTERS.md does not name %s", f.Name)
		}
	}
}

// blocks gives the lines of all fenced blocks of a language.
func blocks(text, language string) (lines []string) {
	inside := false
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		switch {
		case line == "```"+language:
			inside = true
		case strings.HasPrefix(line, "```"):
			inside = false
		case inside:
			lines = append(lines, line)
		}
	}
	return lines
}
